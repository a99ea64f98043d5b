"""Where the parts of a page stand, at both widths: a broken layout is seen by a test, not a person.

Boxes are compared, not pictures, so that another font or another word does not fail it. After a
wanted change: ``SHALIJIN_GOLDENS=write pytest tests/browser/test_structure.py``, and look at the diff.
"""

import json
import os
from pathlib import Path

import pytest

GOLDENS = Path(__file__).parent / "goldens"
WRITE = os.environ.get("SHALIJIN_GOLDENS") == "write"
# What text may move a box by; a column that slips under another moves it by hundreds.
NEAR = 12

BOXES = """selectors => Object.fromEntries(selectors.map(selector => {
  const element = document.querySelector(selector);
  if (!element || !element.getClientRects().length) { return [selector, null]; }
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  return [selector, {
    left: Math.round(box.left), width: Math.round(box.width),
    top: style.position === 'fixed' || style.position === 'sticky' ? style.position
      : Math.round(box.top + scrollY) < 200 ? Math.round(box.top + scrollY) : 'below',
    display: style.display,
  }];
}))"""

FRAME = [
    ".topbar", ".topbar__brand", ".topbar__end", ".crumbs", ".sidebar", "#main", "h1", ".page__main",
    ".page__aside", ".footer", ".tabbar", ".tabbar__item",
]  # fmt: skip
PAGES = {
    "guide": ("/help/style/", None, [*FRAME, ".sws", ".ex", ".stat", ".task__row", ".letter"]),
    "help": ("/help/", None, FRAME),
    "help-member": ("/help/", "owner", FRAME),
    "spaces-member": ("/spaces/", "owner", FRAME),
    "landing": (
        "/",
        None,
        [*FRAME, ".hero__title", ".hero__act", ".hero__letter", ".band", ".how"],
    ),
    "login": ("/login/", None, [*FRAME, "form.form", ".input", ".btn--primary"]),
    "not-found": ("/no/such/page/", None, [".topbar", "#main", "h1", ".error-page", ".btn-row"]),
}


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_the_parts_stand_where_they_stood(open_page, world, name, width):
    path, role, selectors = PAGES[name]
    opened = open_page(
        path, width=width, language="zh", member=world.people[role] if role else None
    )
    opened.expect("status of 404")
    found = opened.page.evaluate(BOXES, selectors)
    file = GOLDENS / f"{name}-{width}.json"
    if WRITE:
        file.write_text(json.dumps(found, indent=1) + "\n")

    kept = json.loads(file.read_text())
    assert _moved(kept, found) == []


def _moved(kept: dict, found: dict) -> list[str]:
    moved = []
    for selector, before in kept.items():
        after = found.get(selector)
        if (before is None) != (after is None):
            moved.append(f"{selector} was {before} and is {after}")
            continue
        for what in before or {}:
            was, now = before[what], after[what]
            near = isinstance(was, int) and isinstance(now, int) and abs(was - now) <= NEAR
            if was != now and not near:
                moved.append(f"{selector}: {what} was {was} and is {now}")
    return moved
