"""Error pages are rendered when nothing else can be trusted: no database, no session, no context."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

PAGES = ["400", "403", "403_csrf", "404", "409", "413", "429", "500", "503", "offline"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_error_pages_need_nothing(name, language):
    with translation.override(language):
        html = render_to_string(f"errors/{name}.html")

    assert html.count("<h1>") == 1
    assert 'id="main"' in html


def test_an_error_page_tells_the_reference_and_the_wait():
    with translation.override("en"):
        html = render_to_string("errors/429.html", {"wait": 30, "code": 429, "reference": "a1b2"})

    assert "Try again in 30 seconds." in html
    assert "a1b2" in html
