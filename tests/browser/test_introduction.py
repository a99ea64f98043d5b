"""Writing an introduction as people do: on a phone, by touch, with and without a script."""

import time

import pytest

from community.models import Introduction
from community.services import intro_drafts
from scripts import shots_walk
from tests.community.intro.helpers import PROUD, introduced
from tests.factories import MemberFactory, MembershipFactory, SpaceFactory

# A person on a phone: nothing in these tests waits as long as she would.
KEYS_A_SECOND, SECONDS_A_TAP = 4, 1

FLYING = """() => {
  const burst = document.querySelector('#toasts .burst');
  const moving = document.getAnimations().filter(each => each.animationName === 'burst');
  return {
    flecks: burst.children.length,
    moving: moving.length,
    spoken: [...document.querySelectorAll('#toasts .burst')]
      .filter(each => !each.closest('[aria-hidden=true]')),
    takes: getComputedStyle(burst).pointerEvents,
  };
}"""
OPACITIES = """() => [...document.querySelectorAll('.burst__fleck')]
  .map(each => getComputedStyle(each).opacity)"""


class Finger:
    """Touches a page, and counts: taps, keys, pages, and how long it was kept waiting."""

    def __init__(self, opened) -> None:
        self.opened, self.page = opened, opened.page
        self.taps = self.keys = self.loads = 0
        self.waited = 0.0
        self.page.on("load", lambda _page: self._loaded())

    def _loaded(self) -> None:
        self.loads += 1

    @property
    def seconds(self) -> float:
        """How long a person takes for what was done here."""
        return self.keys / KEYS_A_SECOND + self.taps * SECONDS_A_TAP + self.waited

    def tap(self, element) -> None:
        self.taps += 1
        element.tap()

    def go(self, element, to: str) -> None:
        """Tap what leads to another page, and wait for it."""
        self.taps += 1
        began = time.monotonic()
        element.tap()
        self.page.wait_for_url(to)
        self.waited += time.monotonic() - began

    def write(self, words: str) -> None:
        """Typing goes where the focus is, as a keyboard does."""
        self.keys += len(words)
        self.page.keyboard.type(words)

    def next_field(self) -> None:
        """The keyboard's own Next."""
        self.keys += 1
        self.page.keyboard.press("Tab")


@pytest.fixture
def newcomer(transactional_db):
    """A new member of a space in which two people live where she does."""
    space = SpaceFactory(name="山野来信", slug="letters")
    introduced(space)
    introduced(space)
    member = MemberFactory(display_name="", handle="ahe")
    MembershipFactory(space=space, member=member)
    return member


def test_an_introduction_takes_three_minutes_and_twelve_taps_at_most(open_page, newcomer):
    finger = Finger(open_page("/today/", width=390, language="zh", member=newcomer))
    page = finger.page
    onward = page.locator("button[value=next]")
    finger.go(page.get_by_role("link", name="写我的自我介绍").first, "**/me/intro/1/")
    for words in ("阿禾", "剪辑学徒", "大理"):
        finger.write(words)
        finger.next_field()
    finger.go(onward, "**/me/intro/2/")
    finger.write("停下来的第 9 个月，学会了剪第一条片子")
    finger.tap(page.locator("label[for=id_reasons_3]"))
    finger.tap(page.locator("label[for=id_reasons_4]"))
    finger.go(onward, "**/me/intro/3/")
    finger.write(PROUD)
    finger.go(onward, "**/me/intro/4/")
    for label in ("id_offers_0", "id_offers_1", "id_needs_11"):
        finger.tap(page.locator(f"label[for={label}]"))
    finger.go(onward, "**/me/intro/preview/")
    finger.go(page.locator("button[value=publish]"), "**/c/letters/")

    row = Introduction.objects.get(member=newcomer)
    assert row.is_published
    assert row.strength >= 80
    assert finger.taps <= 12
    assert finger.seconds <= 180, f"{finger.seconds:.0f} s, {finger.waited:.0f} s of them waiting"
    # What was typed is all there: nothing was counted that the page did not take.
    assert finger.keys >= len(row.nickname + row.occupation + row.line + row.proud)
    assert (row.line, row.proud) == ("停下来的第 9 个月，学会了剪第一条片子", PROUD)
    assert page.locator("#toasts").inner_text().strip() != ""


def test_gold_flies_once_and_only_for_who_lets_things_move(open_page, newcomer):
    opened = open_page("/me/intro/1/", width=390, member=newcomer)
    page = opened.page
    page.fill("#id_nickname", "Ahe")
    page.locator("button[value=next]").tap()
    page.wait_for_url("**/me/intro/2/")
    opened.goto("/me/intro/preview/")
    page.emulate_media(reduced_motion="no-preference")
    page.locator("button[value=publish]").tap()
    page.wait_for_url("**/c/letters/")
    flying = page.evaluate(FLYING)

    assert flying["moving"] == flying["flecks"] > 10
    # Nobody hears of it, and it takes no tap from what lies under it.
    assert flying["spoken"] == []
    assert flying["takes"] == "none"
    page.evaluate("() => document.getAnimations().forEach(each => each.finish())")
    assert set(page.evaluate(OPACITIES)) == {"0"}
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(FLYING)["moving"] == 0
    assert set(page.evaluate(OPACITIES)) == {"0"}
    page.reload()
    assert page.locator(".burst").count() == 0


@pytest.mark.parametrize("language, width", [("zh", 390), ("en", 1280)])
def test_the_pictures_of_make_shots_show_each_step(open_page, transactional_db, language, width):
    SpaceFactory(slug=shots_walk.SPACE)
    member = shots_walk.newcomer("en" if language == "en" else "zh-hans", "light")
    opened = open_page(width=width, language=language, member=member)
    seen: dict[str, str] = {}

    shots_walk.walk(
        opened.page, opened.base, language, lambda name: seen.update({name: opened.page.url})
    )

    assert list(seen) == shots_walk.PICTURES
    paths = [url.removeprefix(opened.base) for url in seen.values()]
    assert paths[:5] == [*(f"/me/intro/{n}/" for n in (1, 2, 3, 4)), "/me/intro/preview/"]
    assert paths[5:] == [f"/c/{shots_walk.SPACE}/", f"/people/{member.handle}/"]
    row = Introduction.objects.get(member=member)
    assert row.is_published
    assert (row.proud, row.strength) == (shots_walk.WORDS[language].proud, 100)


def test_it_works_without_a_script_and_back_loses_nothing(open_page, newcomer):
    opened = open_page("/me/intro/1/", width=390, language="zh", member=newcomer, js=False)
    finger = Finger(opened)
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
    with first.page.expect_response("**/me/intro/3/save/", timeout=2_000) as saved:
        first.page.keyboard.type("以前做客服，一天说六百遍请稍等")
    assert saved.value.status == 204
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
