"""Writing an introduction as people do: on a phone, by touch, with and without a script."""

import os
from pathlib import Path

import pytest

from community.models import Introduction, Membership
from community.services import intro_drafts
from tests.community.intro.helpers import PROUD, introduced, joined
from tests.factories import MemberFactory, MembershipFactory, SpaceFactory

SHOTS = os.environ.get("SHALIJIN_SHOTS", "")


class Finger:
    """Touches a page, and counts."""

    def __init__(self, opened) -> None:
        self.opened, self.page, self.taps, self.loads = opened, opened.page, 0, 0
        self.page.on("load", lambda _page: self._loaded())

    def _loaded(self) -> None:
        self.loads += 1

    def tap(self, words: str, role: str = "button") -> None:
        self.taps += 1
        self.page.get_by_role(role, name=words, exact=True).first.tap()

    def chip(self, name: str, words: str) -> None:
        self.taps += 1
        self.page.locator(f"label[for^=id_{name}_]", has_text=words).first.tap()

    def write(self, words: str, delay: int = 0) -> None:
        """Typing goes where the focus is, as a keyboard does."""
        self.page.keyboard.type(words, delay=delay)

    def shot(self, name: str) -> None:
        if SHOTS:
            self.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.fixture
def newcomer(transactional_db):
    """A new member of a space in which two people live where she does."""
    space = SpaceFactory(name="山野来信", slug="letters")
    introduced(space)
    introduced(space)
    member = MemberFactory(display_name="", handle="ahe")
    MembershipFactory(space=space, member=member)
    return member


def test_an_introduction_takes_twelve_taps_at_most(open_page, newcomer):
    finger = Finger(open_page("/today/", width=390, language="zh", member=newcomer))
    start = finger.page.get_by_role("link", name="Write my introduction").or_(
        finger.page.get_by_role("link", name="写我的自我介绍")
    )
    finger.taps += 1
    start.first.tap()
    finger.page.wait_for_url("**/me/intro/1/")
    finger.shot("intro-1")
    finger.write("阿禾")
    finger.page.keyboard.press("Tab")
    finger.write("剪辑学徒")
    finger.page.keyboard.press("Tab")
    finger.write("大理")
    _next(finger)
    finger.page.wait_for_url("**/me/intro/2/")
    finger.write("停下来的第 9 个月，学会了剪第一条片子")
    finger.page.locator("label[for=id_reasons_3]").tap()
    finger.page.locator("label[for=id_reasons_4]").tap()
    finger.taps += 2
    finger.shot("intro-2")
    _next(finger)
    finger.page.wait_for_url("**/me/intro/3/")
    finger.write(PROUD)
    finger.shot("intro-3")
    _next(finger)
    finger.page.wait_for_url("**/me/intro/4/")
    for label in ("id_offers_0", "id_offers_1", "id_needs_11"):
        finger.page.locator(f"label[for={label}]").tap()
        finger.taps += 1
    finger.shot("intro-4")
    _next(finger)
    finger.page.wait_for_url("**/me/intro/preview/")
    finger.shot("intro-5-preview")
    finger.taps += 1
    finger.page.locator("button[value=publish]").tap()
    finger.page.wait_for_url("**/c/letters/")
    finger.shot("intro-6-space")

    row = Introduction.objects.get(member=newcomer)
    assert row.is_published
    assert row.strength >= 80
    assert finger.taps <= 12
    assert finger.page.locator("#toasts").inner_text().strip() != ""


def _next(finger: Finger) -> None:
    finger.taps += 1
    finger.page.locator("button[value=next]").tap()


def test_it_works_without_a_script_and_back_loses_nothing(open_page, newcomer):
    opened = open_page("/me/intro/1/", width=390, language="zh", member=newcomer, js=False)
    finger = Finger(opened)
    finger.loads = 0
    page = finger.page
    page.fill("#id_nickname", "阿禾")
    page.fill("#id_place", "大理")
    page.locator("button[value=next]").tap()
    page.fill("#id_line", "停下来的第 9 个月，学会了剪第一条片子")
    page.locator("label[for=id_reasons_0]").tap()
    page.locator("button[value=next]").tap()
    page.fill("#id_proud", PROUD)
    page.locator("button[value=next]").tap()
    page.locator("label[for=id_offers_0]").tap()
    page.locator("label[for=id_needs_11]").tap()
    page.locator("button[value=next]").tap()
    page.wait_for_url("**/me/intro/preview/")
    page.locator("button[value=publish]").tap()
    page.wait_for_url("**/c/letters/")
    assert finger.loads <= 6
    row = Introduction.objects.get(member=newcomer)
    assert (row.nickname, row.line, row.is_published) == (
        "阿禾",
        "停下来的第 9 个月，学会了剪第一条片子",
        True,
    )


def test_going_back_without_a_script_shows_what_was_written(open_page, newcomer):
    opened = open_page("/me/intro/2/", width=390, member=newcomer, js=False)
    page = opened.page
    page.fill("#id_line", "一句话写在这里")
    page.locator("button[value=next]").tap()
    page.wait_for_url("**/me/intro/3/")
    page.fill("#id_proud", "写到一半的事")
    page.locator("button[value=back]").tap()
    page.wait_for_url("**/me/intro/2/")
    assert page.input_value("#id_line") == "一句话写在这里"
    page.locator("button[value=next]").tap()
    page.wait_for_url("**/me/intro/3/")
    assert page.input_value("#id_proud") == "写到一半的事"


def test_somebody_who_types_without_a_pause_is_saved_within_two_seconds(open_page, newcomer):
    opened = open_page("/me/intro/3/", width=390, member=newcomer)
    text = "abcdefghij" * 2
    opened.page.locator("#id_proud").focus()
    opened.page.keyboard.type(text, delay=250)  # four characters a second, five seconds
    # Eight characters are two seconds: what is older must have arrived, without any pause.
    kept = intro_drafts.load(newcomer, {}).fields["proud"]
    assert len(kept) >= len(text) - 8
    assert text.startswith(kept)


def test_a_killed_tab_goes_on_where_it_was(open_page, newcomer):
    first = open_page("/me/intro/3/", width=390, member=newcomer)
    first.page.locator("#id_proud").focus()
    first.page.keyboard.type("以前做客服，一天说六百遍请稍等")
    first.page.wait_for_timeout(2_000)
    first.page.close()
    again = open_page("/me/intro/", width=390, member=newcomer)
    assert again.page.url.endswith("/me/intro/3/")
    assert again.page.input_value("#id_proud") == "以前做客服，一天说六百遍请稍等"


def test_the_preview_beside_the_form_follows_what_is_typed(open_page, newcomer):
    opened = open_page("/me/intro/2/", width=1280, language="zh", member=newcomer)
    opened.page.locator("#id_line").fill("会修单车的语文老师在大理")
    opened.page.wait_for_selector("#intro-aside .letter__line")
    assert opened.page.locator("#intro-aside .letter__line").inner_text() == (
        "会修单车的语文老师在大理"
    )


def test_an_example_fills_the_sentence_with_one_tap(open_page, newcomer):
    opened = open_page("/me/intro/2/", width=390, language="en", member=newcomer)
    opened.page.locator("details.example summary").tap()
    opened.page.get_by_text("A language teacher who mends bicycles").tap()
    assert opened.page.input_value("#id_line") == "A language teacher who mends bicycles"


@pytest.mark.skipif(not SHOTS, reason="pictures are taken when SHALIJIN_SHOTS names a folder")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pictures(open_page, newcomer, language, theme, width):
    space = Membership.objects.get(member=newcomer).space
    helper = joined(space, role="assistant", handle="lin", display_name="林姐")
    own = introduced(space, nickname="小满")
    for name, path, member in (
        ("step2", "/me/intro/2/", newcomer),
        ("step4", "/me/intro/4/", newcomer),
        ("own", f"/people/{own.member.handle}/", own.member),
        ("profile", f"/people/{own.member.handle}/", helper),
        ("praise", f"/people/{own.member.handle}/praise/", helper),
        ("greetings", "/ops/greetings/", helper),
        ("today", "/today/", helper),
        ("space", "/c/letters/", helper),
        ("rules", "/help/introduction/", None),
    ):
        opened = open_page(path, width=width, language=language, theme=theme, member=member)
        Finger(opened).shot(f"{name}-{width}-{language}-{theme}")
