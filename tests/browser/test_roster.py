"""Bringing a list in, as a manager does it: choose the file, look, say yes, hand out links."""

import os
from pathlib import Path

import pytest
from django.db import connections

from community.models import Member
from community.services.roster import importing
from tests.community.roster.helpers import brought, data, open_space, owner_of

SHOTS = os.environ.get("SHALIJIN_SHOTS", "")
ROWS = [
    [
        "阿禾",
        "19000000001",
        "he@example.org",
        "大理",
        "木匠",
        "会修桌子",
        "学剪辑",
        "会做饭、会修车",
    ],
    ["小鹿", "19000000002", "", "杭州", "", "", "", ""],
    ["", "19000000003", "", "", "", "", "", ""],
    ["鹿本人", "190 0000 0002", "", "", "", "", "", ""],
    ["山人", "1.90E+10", "shan@example.org", "", "", "=1+1", "", ""],
    ["长话" * 14, "19000000005", "long@example.org", "月球背面", "", "长" * 3000, "", ""],
]


def shot(opened, name: str) -> None:
    if SHOTS:
        opened.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.fixture
def space(transactional_db):
    return open_space()


@pytest.mark.parametrize("width, js, language", [(390, True, "zh"), (1280, False, "en")])
def test_a_list_is_looked_at_confirmed_and_handed_out(
    open_page, space, tmp_path, width, js, language
):
    file = tmp_path / "报名表.csv"
    file.write_bytes(data(ROWS).decode().encode("gb18030"))
    opened = open_page(
        f"/c/{space.slug}/import/", width=width, language=language, member=owner_of(space), js=js
    )
    page = opened.page
    shot(opened, f"roster-list-{width}")

    page.locator("input[type=file]").set_input_files(str(file))
    page.locator("form[enctype] button").click()
    page.wait_for_url("**/import/*/")
    shot(opened, f"roster-preview-{width}")
    assert page.get_by_text("阿禾").count() == 1
    assert brought(space) == set()
    _fits(page, width)

    page.locator(".confirm-strip .btn--primary").click()
    page.wait_for_load_state()
    shot(opened, f"roster-progress-{width}")
    importing.work()
    connections.close_all()
    # With a script the fragment reloads the page; without one the page asks again by itself.
    page.locator('a[href$="/links/"]').wait_for(timeout=15_000)
    shot(opened, f"roster-done-{width}")
    assert {"阿禾", "小鹿", "山人"} < brought(space)
    _fits(page, width)

    page.locator('a[href$="/links/"]').click()
    page.locator("#main form button").first.click()
    page.locator("svg.qr").first.wait_for()
    shot(opened, f"roster-links-{width}")
    assert page.locator("svg.qr").count() == 1
    assert Member.objects.filter(claim_links__isnull=False).get().display_name == "小鹿"
    _fits(page, width)


def _fits(page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
