"""The introduction as it is written, as a sequence of pictures: the four steps as they are left, the
check, the moment of publishing, the page that others read.

Each look is walked by a newcomer of her own, since nobody appears for the first time twice.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

NAME = "wizard"
SPACE = "shanye"


@dataclass(frozen=True)
class Words:
    """What a newcomer types. ``place`` is a city that the list of places knows."""

    nickname: str
    occupation: str
    place: str
    line: str
    proud: str


WORDS = {
    "zh": Words(
        "阿苇",
        "前客服，现在学剪辑",
        "大理",
        "停下来的第 9 个月，学会了剪第一条片子",
        "以前做客服，一天说六百遍“请稍等”。今年春天我把手机里 312 段洱海早餐剪成 2 分 40 秒，"
        "外婆看了三遍，问我是谁拍的。",
    ),
    "en": Words(
        "Awei",
        "Learning to cut films",
        "大理",
        "Nine months after I stopped, I have cut my first film",
        "I used to say “one moment please” six hundred times a day. This spring I cut 312 clips of "
        "breakfast by the lake down to 2 minutes 40. My grandmother watched it three times.",
    ),
}
STEPS = [f"{NAME}_{number}" for number in (1, 2, 3, 4)]
CHECK, APPEARED, PAGE = f"{NAME}_5_check", f"{NAME}_6_appeared", f"{NAME}_7_page"
PICTURES = [*STEPS, CHECK, APPEARED, PAGE]
# In the middle of what flies, so that the picture holds it.
HALFWAY = "() => document.getAnimations().forEach(a => { a.pause(); a.currentTime = 640; })"


def newcomer(locale: str, theme: str):
    """Somebody who has just joined a space of the demo and has not written a word."""
    from community.models import Member, Space
    from community.models.ids import random_id
    from community.services import consents, spaces

    member = Member.objects.create_user(
        f"{random_id(8)}@newcomers.example", handle=f"new_{random_id(8)}", locale=locale
    )
    Member.objects.filter(pk=member.pk).update(theme=theme)
    consents.give(member=member, documents=consents.IN_FORCE, locale=locale)
    spaces.join(space=Space.objects.get(slug=SPACE), member=member)
    return member


def take(walking) -> None:
    """The wizard in one look of ``scripts/shots.py``."""
    member = newcomer("en" if walking.language == "en" else "zh-hans", walking.theme)
    page = walking.page_of(member)
    walk(page, walking.base, walking.language, lambda name: walking.take(page, name))


def walk(page: Page, base: str, language: str, look: Callable[[str], None]) -> None:
    """Write an introduction from the first step to the page that others read, as the newcomer who
    is signed in; ``look`` takes a picture by its name."""
    words = WORDS[language]
    fill = {
        1: {"nickname": words.nickname, "occupation": words.occupation, "place": words.place},
        2: {"line": words.line},
        3: {"proud": words.proud},
        4: {},
    }
    picked = {2: ("reasons_3", "reasons_4"), 4: ("offers_0", "offers_1", "needs_11")}
    page.goto(f"{base}/me/intro/1/")
    for number, name in enumerate(STEPS, 1):
        # What stands beside the form follows what was typed; the picture shows it after that.
        with page.expect_response(lambda answer: "/aside/" in answer.url):
            for field, text in fill[number].items():
                page.fill(f"#id_{field}", text)
            for choice in picked.get(number, ()):
                page.locator(f"label[for=id_{choice}]").click()
        look(name)
        page.locator("button[value=next]").click()
        page.wait_for_url(f"**/me/intro/{number + 1 if number < 4 else 'preview'}/")
    look(CHECK)
    page.emulate_media(reduced_motion="no-preference")
    page.locator("button[value=publish]").click()
    page.wait_for_url(f"**/c/{SPACE}/")
    page.evaluate(HALFWAY)
    look(APPEARED)
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{base}/me/")
    with page.expect_navigation():
        page.locator("main a[href^='/people/']").first.click()
    look(PAGE)
