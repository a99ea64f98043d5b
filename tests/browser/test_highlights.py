"""From a star to the page that stays, on a phone (P11), with and without a script."""

import datetime as dt

import pytest

from community import clock
from community.models import Digest, Highlight
from tests.browser.looks import axe_problems, small_targets, sticking_out
from tests.cohorts.learning.helpers import handed_in, scene

CHAT = (
    "小雨 20:30 {day} 20:31\n我卡住的时候会把句子念给猫听，念不顺的地方就要改\n"
    '"小雨 20:30"撤回了一条消息\n'
    "阿禾 {day} 20:33\n[图片]\n"
    "𠮷野家的猫 {day} 20:34\n收到\n"
)
TEXTS = ("先听，再看，最后才剪掉多余的", "删的时候心疼，看的时候不心疼", "念完有人想听下一集")


def third_day():
    """A camp on its third day by its own clock; yesterday three handed in."""
    s = scene()
    s.camp.run.opens_on = clock.local_date("Asia/Shanghai") - dt.timedelta(days=2)
    s.camp.run.save()
    yesterday = s.camp.calendar.date_of(2)
    at = clock.local_to_utc(yesterday, dt.time(20), "Asia/Shanghai")
    for number, text in enumerate(TEXTS):
        handed_in(s.another(f"学员{number}"), 2, text, handed_in_at=at)
    return s, yesterday


def looks_right(page):
    assert axe_problems(page) == []
    assert sticking_out(page) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_from_star_to_page_on_a_phone(open_page, js):
    s, yesterday = third_day()
    opened = open_page("/ops/camp/one/praise/", width=390, language="zh", member=s.assistant, js=js)
    page = opened.page

    # Star three check-ins where they are praised.
    for number in range(3):
        page.locator(".star button").nth(number).click()
        page.locator('.star button[name="off"]').nth(number).wait_for()
    assert Highlight.objects.starred().count() == 3

    # Paste a piece of chat and keep one message of it.
    opened.goto(f"/ops/camp/one/highlights/{yesterday}/paste/")
    page.locator("textarea[name=paste]").fill(CHAT.format(day=f"{yesterday:%Y/%m/%d}"))
    page.locator('button[value="read"]').first.click()
    page.locator("input[name=line]").first.check()
    if js:
        looks_right(page)
    page.locator('button[value="keep"]').click()
    page.wait_for_url(f"**/highlights/{yesterday}/")

    # Pick all four, give one a title and a phrase that is none.
    ticks = page.locator('input[name="pick"]')
    for number in range(ticks.count()):
        ticks.nth(number).check()
    chat = Highlight.objects.get(kind="chat")
    item = page.locator(f"#item-{chat.public_id}")
    item.locator("summary").click()
    item.locator(f'[name="{chat.public_id}-title"]').fill("念给猫听")
    item.locator(f'[name="{chat.public_id}-phrase"]').fill("没有这几个字")
    page.locator('button[value="schedule"]').click()
    page.locator(".error-summary, .lint-list__bad").first.wait_for()
    opened.expect("422")
    assert page.locator(f'[name="{chat.public_id}-title"]').input_value() == "念给猫听"
    if js:
        looks_right(page)
        assert small_targets(page) == []

    # Take words that occur once, and send it.
    item = page.locator(f"#item-{chat.public_id}")
    if not item.locator(f'[name="{chat.public_id}-phrase"]').is_visible():
        item.locator("summary").click()
    item.locator(f'[name="{chat.public_id}-phrase"]').fill("念给猫听")
    page.locator('button[value="send"]').click()
    page.locator(".tag", has_text="已发").first.wait_for()
    digest = Digest.objects.get()
    assert digest.is_out()
    assert digest.items.count() == 4

    # A learner reads it from her camp's home, without a name that nobody said yes to.
    reader = open_page(s.url(), width=390, language="zh", member=s.learner, js=js)
    reader.page.locator(
        "#highlights ~ * a, section:has(#highlights) .row a, section:has(#highlights) li a"
    ).first.click()
    reader.page.wait_for_url(f"**{digest.path}")
    shown = reader.page.locator("main").inner_text()
    assert "念给猫听" in shown
    assert "其余可以放心略过" in shown
    assert "学员" not in shown
    assert "小雨" not in shown
    if js:
        looks_right(reader.page)


@pytest.mark.django_db(transaction=True)
def test_letter_prints_without_what_is_for_the_screen(open_page):
    s, yesterday = third_day()
    row = Highlight.objects.create(
        room=s.camp.room, day=yesterday, kind="check_in", source="1", text=TEXTS[0],
        quote=TEXTS[0], starred_by=s.assistant,
    )  # fmt: skip
    now = clock.now()
    digest = Digest.objects.create(
        room=s.camp.room, day=yesterday, label="D2", due_at=now, state="approved",
        approved_by=s.assistant, approved_at=now,
        path=f"/c/letters/camp/one/highlights/{yesterday}/",
    )  # fmt: skip
    Highlight.objects.filter(pk=row.pk).update(digest=digest, position=1)
    page = open_page(f"{digest.path}?as=letter", language="zh", member=s.learner).page

    page.emulate_media(media="print")

    assert page.locator("article.letter").is_visible()
    assert TEXTS[0] in page.locator("article.letter").inner_text()
    for hidden in (".topbar", ".sidebar", ".digest__ways"):
        assert not page.locator(hidden).first.is_visible(), hidden
