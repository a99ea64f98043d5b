"""The hostile corpus in a real browser, with no policy to help: what the sanitiser lets through
neither runs nor asks for anything."""

import pytest

from community.trust.markup import render_markdown
from tests.community.trust.hostile_markdown import VECTORS

POKE = """() => {
  for (const element of document.body.querySelectorAll('*')) {
    for (const name of ['mouseover', 'focus', 'load', 'error', 'toggle', 'animationstart', 'begin'])
      element.dispatchEvent(new Event(name, {bubbles: true}));
    if (element.tagName === 'A' && /^\\s*(java|vb|live)script:/i.test(element.href)) element.click();
  }
}"""


@pytest.fixture
def bare(chromium):
    """A page without any of ours in it; ``asked`` collects what it tried to fetch."""
    context = chromium.new_context()
    page = context.new_page()
    page.asked = []

    def note(route):
        page.asked.append(route.request.url)
        route.abort()

    page.route("**/*", note)
    yield page
    context.close()


def pwned(page, html):
    page.set_content(f"<!doctype html><title>t</title><body>{html}</body>")
    page.evaluate(POKE)
    page.wait_for_timeout(60)
    return page.evaluate("window.pwned === 1")


def test_nothing_of_the_corpus_runs_or_phones_home(bare):
    for start in range(0, len(VECTORS), 12):
        texts = VECTORS[start : start + 12]
        html = "".join(f"<section>{render_markdown(text)}</section>" for text in texts)
        assert not pwned(bare, html), texts

    ours = [url for url in bare.asked if "/media/" in url]
    assert bare.asked == ours


def test_the_same_corpus_runs_where_nobody_cleans_it(bare):
    """The control: this browser does run what the sanitiser takes away."""
    live = [text for text in VECTORS if pwned(bare, text)]

    assert len(live) >= 20
