"""A learner opens her camp and does the day on a phone (T15), with and without a script."""

import datetime as dt

import pytest

from cohorts.models import CheckIn
from community import clock
from community.models import Announcement
from tests.browser.looks import axe_problems, small_targets, sticking_out
from tests.cohorts.learning.helpers import scene
from tests.factories import approved

PHONE = 844
WORDS_OF_SHAME = ("断", "失败", "连续", "漏", "没打卡", "streak", "failed")
DANGER = """() => {
  const probe = document.createElement('i');
  probe.className = 'field__error';
  document.body.append(probe);
  const red = getComputedStyle(probe).color;
  probe.remove();
  const main = document.getElementById('main');
  return [...main.querySelectorAll('*')].filter(element => {
    const look = getComputedStyle(element);
    return element.offsetParent && [look.color, look.borderLeftColor, look.backgroundColor]
      .some((colour, n) => colour === red && (n !== 1 || look.borderLeftWidth !== '0px'));
  }).map(element => element.outerHTML.slice(0, 80));
}"""


def third_day():
    """A camp on its third day by its own clock, of which the learner has handed in nothing."""
    s = scene()
    s.camp.run.opens_on = clock.local_date("Asia/Shanghai") - dt.timedelta(days=2)
    s.camp.run.save()
    date = s.camp.calendar.date_of(3)
    row = Announcement.objects.create(
        room=s.camp.run.room, day=date, last_day=date, at=dt.time(0),
        text="早。\n\n今天只写一句：你今天看见了什么。\n\n写完交在打卡里，一句也算。\n\n"
        + "\n\n".join(f"第 {n} 段，给想多读一点的人，慢慢看就好。" for n in range(1, 9)),
    )  # fmt: skip
    approved(row, by=s.lead)
    return s


def bottom(page, selector):
    box = page.locator(selector).first.bounding_box()
    return box["y"] + box["height"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_t15_lesson_announcement_and_check_in_are_in_sight(open_page, language):
    s = third_day()
    page = open_page(s.url(), width=390, language=language, member=s.learner).page

    assert bottom(page, "a.btn--primary") <= PHONE * 1.5
    assert bottom(page, "section:has(#announcement) .prose") <= PHONE * 1.5
    assert bottom(page, "#id_text") <= PHONE * 1.5
    assert bottom(page, "#check-in-form .btn-row") <= PHONE * 1.5


@pytest.mark.django_db(transaction=True)
def test_t15_check_in_takes_two_taps_and_the_way_back_one(open_page):
    s = third_day()
    page = open_page(s.url(), width=390, language="zh", member=s.learner).page

    page.locator("#id_text").click()  # 1
    page.keyboard.type("剪掉了四十一秒。")
    page.locator("#check-in-form .btn-row button").first.click()  # 2
    page.locator("#toasts form[data-undo]").wait_for()

    assert CheckIn.objects.standing().get().text == "剪掉了四十一秒。"
    assert page.locator("#check-in-form").count() == 0
    page.locator("#toasts form[data-undo] button").click()
    page.locator("#check-in-form").wait_for()
    assert page.locator("#id_text").input_value() == "剪掉了四十一秒。"
    assert not CheckIn.objects.standing().exists()


@pytest.mark.django_db(transaction=True)
def test_t15_after_two_missed_days_nothing_shames_her(open_page):
    s = third_day()
    opened = open_page(s.url(), width=390, language="zh", member=s.learner)
    text = opened.page.locator("#main").inner_text()

    assert [word for word in WORDS_OF_SHAME if word in text] == []
    assert opened.page.evaluate(DANGER) == []
    assert opened.page.locator(".notice--quiet").count() == 1


@pytest.mark.django_db(transaction=True)
def test_words_stay_when_the_connection_is_lost(open_page):
    s = third_day()
    opened = open_page(s.url(), width=390, member=s.learner)
    page = opened.page
    page.locator("#id_text").fill("Half a line")
    page.context.set_offline(True)

    page.locator("#check-in-form .btn-row button").first.click()
    page.locator("#toasts .toast").wait_for()
    opened.expect("Failed to load resource")
    opened.expect("htmx:sendError")
    opened.expect("htmx:afterRequest")

    assert page.locator("#id_text").input_value() == "Half a line"
    page.context.set_offline(False)
    page.locator("#check-in-form .btn-row button").first.click()
    page.locator("#toasts form[data-undo]").wait_for()
    assert CheckIn.objects.standing().get().text == "Half a line"


@pytest.mark.django_db(transaction=True)
def test_whole_day_without_a_script(open_page):
    s = third_day()
    page = open_page(s.url(), width=390, member=s.learner, js=False).page

    page.locator("#id_text").fill("Without a script.")
    page.locator("#check-in-form .btn-row button").first.click()

    assert "Done for today" in page.locator("#main").inner_text()
    assert CheckIn.objects.get().text == "Without a script."


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "width, language, theme", [(320, "zh", "dark"), (390, "en", "light"), (1280, "zh", "light")]
)
def test_camp_home_can_be_read(open_page, width, language, theme):
    s = third_day()
    page = open_page(s.url(), width=width, language=language, theme=theme, member=s.learner).page

    assert sticking_out(page) == []
    assert axe_problems(page) == []
    assert small_targets(page) == []
