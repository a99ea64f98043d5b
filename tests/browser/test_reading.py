"""Every look at the style guide and the frames: axe, sideways scroll, targets, large text."""

import pytest

from tests.browser.looks import axe_problems, small_targets, sticking_out

GUIDE = "/help/style/"


# Each width in both languages and both themes; `make shots` takes all twelve.
@pytest.mark.parametrize(
    "width, language, theme",
    [
        (320, "zh", "light"), (320, "en", "dark"), (390, "en", "light"), (390, "zh", "dark"),
        (1280, "zh", "light"), (1280, "en", "dark"),
    ],
)  # fmt: skip
def test_style_guide_can_be_read(open_page, width, language, theme):
    page = open_page(GUIDE, width=width, language=language, theme=theme).page

    assert sticking_out(page) == []
    assert axe_problems(page) == []
    assert small_targets(page) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_style_guide_can_be_read_at_twice_the_size(open_page, width):
    page = open_page(GUIDE, width=width, language="zh", text=200).page

    assert sticking_out(page) == []
    assert axe_problems(page, "main") == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_frame_of_a_member_can_be_read(open_page, world, width, theme):
    opened = open_page(
        "/help/", width=width, language="zh", theme=theme, member=world.people["owner"]
    )

    assert sticking_out(opened.page) == []
    assert axe_problems(opened.page) == []
    assert opened.page.locator("html").get_attribute("data-theme") == theme


@pytest.mark.parametrize("path", ["/", "/login/", "/offline/", "/no/such/page/"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_of_a_guest_can_be_read(open_page, path, theme):
    opened = open_page(path, width=320, language="zh", theme=theme)
    opened.expect("status of 404")

    assert sticking_out(opened.page) == []
    assert axe_problems(opened.page) == []


@pytest.mark.parametrize("path", ["/", "/login/", GUIDE])
def test_pages_are_whole_without_a_script(open_page, path):
    opened = open_page(path, width=390, js=False)

    assert opened.page.locator("h1").count() == 1
    assert opened.page.locator("[data-needs-script]:visible").count() == 0


@pytest.mark.parametrize("width", [390, 1280])
def test_focus_is_never_covered(open_page, world, width):
    """Tab through a long page: what has the focus lies clear of the bars."""
    opened = open_page(GUIDE, width=width, member=world.people["owner"])
    covered = []
    for _ in range(60):
        opened.page.keyboard.press("Tab")
        hit = opened.page.evaluate(
            """() => {
              const e = document.activeElement;
              const box = e.getBoundingClientRect();
              if (e.closest('.skip') || !box.width) { return ''; }
              const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
              const y = box.top + Math.min(box.height / 2, 12);
              if (y < 0 || y > innerHeight) { return 'outside: ' + e.outerHTML.slice(0, 80); }
              const top = document.elementFromPoint(x, y);
              const bar = top && top.closest('.tabbar, .toasts, .exit-bar');
              return bar && !bar.contains(e) ? 'covered: ' + e.outerHTML.slice(0, 80) : '';
            }"""
        )
        if hit:
            covered.append(hit)

    assert covered == []


def test_the_skip_link_comes_first_and_leads_to_the_page(open_page):
    page = open_page(GUIDE, width=390).page

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_paper_is_black_on_white_and_without_the_frame(open_page, world, theme):
    opened = open_page("/help/", theme=theme, member=world.people["owner"])
    opened.page.emulate_media(media="print")

    colours = opened.page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    for part in (".topbar", ".sidebar", ".tabbar", ".footer", ".skip"):
        assert not opened.page.locator(part).first.is_visible(), part
