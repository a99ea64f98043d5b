"""What a first visit costs on a phone: kilobytes as they travel, and how many requests."""

import gzip
from urllib.parse import urlsplit

import pytest

from community import assets

KB = 1024


def travels(name: str) -> int:
    return len(gzip.compress((assets.DIST / name).read_bytes(), 9))


def test_scripts_and_styles_stay_small(built):
    assert travels("app.js") + travels("passkey.js") <= 25 * KB
    assert travels("app.css") <= 18 * KB


@pytest.mark.parametrize("path, role", [("/", None), ("/login/", None), ("/today/", "owner")])
def test_a_first_view_is_light(open_page, world, path, role):
    opened = open_page(width=390, language="zh", member=world.people[role] if role else None)
    sizes: dict[str, int] = {}
    opened.page.on("response", lambda response: _weigh(response, sizes))

    opened.goto(path)
    opened.page.wait_for_load_state("networkidle")

    hosts = {urlsplit(url).hostname for url in sizes}
    assert len(hosts) == 1
    assert len(sizes) <= 6, sorted(sizes)
    assert sum(sizes.values()) <= 60 * KB, sizes
    assert sizes[opened.page.url] <= 30 * KB


def _weigh(response, sizes: dict[str, int]) -> None:
    if response.status == 200:
        sizes[response.url] = len(gzip.compress(response.body(), 9))


def test_nothing_moves_while_a_page_comes_in(open_page):
    opened = open_page("/", width=390, language="zh")

    shift = opened.page.evaluate(
        """() => new Promise(resolve => {
          let sum = 0;
          new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value; }))
            .observe({type: 'layout-shift', buffered: true});
          setTimeout(() => resolve(sum), 500);
        })"""
    )

    assert shift <= 0.05
