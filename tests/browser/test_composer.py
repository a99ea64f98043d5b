"""Writing an announcement (T06) and scheduling a whole camp (T07) in a browser."""

import datetime as dt

import pytest
from django.urls import reverse

from cohorts.services import announcement_calendar
from community import clock
from community.models import Announcement
from tests.browser.looks import axe_problems, small_targets, sticking_out
from tests.cohorts.announcing.helpers import GOOD, member_of
from tests.cohorts.factories import CampFactory, LessonFactory

pytestmark = pytest.mark.django_db(transaction=True)

CHECK_IN = "\n\nCheck in\n{{ check_in.link }}"
LONG = GOOD.replace(CHECK_IN, "").replace(
    "\n\nGo on.", "\n\n" + "\n\n".join(["字"] * 9) + "\n字\n\nGo on."
)
SHORT = GOOD.replace(CHECK_IN, "")


def a_camp(days=14):
    """It opens in three days; every course day has a lesson, and its template has all texts."""
    camp = CampFactory(name="写作营", slug="writing", state="preparing", space__default_locale="en")
    camp.run.opens_on = clock.local_date(camp.run.timezone) + dt.timedelta(days=4)
    camp.run.days, camp.run.preparation_days, camp.run.language = days, 3, "en"
    camp.run.save()
    camp.run.version.content = {
        "announcements": [
            {"day": "preparation", "at": "09:00", "text": "Welcome to {{ camp.name }}."},
            *({"day": str(n), "at": "08:30", "text": GOOD} for n in range(1, days + 1)),
            {"day": "closing", "at": "10:00", "text": "Thank you all."},
        ]
    }
    camp.run.version.save()
    for day in range(1, days + 1):
        LessonFactory(camp=camp, day=day, title=f"Lesson {day}")
    return camp, member_of(camp, "assistant")


def editor(camp, day=3):
    date = camp.calendar.date_of(day)
    return reverse("cohorts:announcement_edit", args=[camp.slug, date])


def bad(page):
    return page.locator("#checks .lint-list__bad")


def wait_for_checks(page, count):
    page.wait_for_function(
        "n => document.querySelectorAll('#checks .lint-list__bad').length === n", arg=count
    )


def test_t06_checks_name_what_is_wrong_one_tap_mends_it_and_the_copy_is_exact(open_page):
    camp, assistant = a_camp()
    opened = open_page(editor(camp), width=390, member=assistant)
    page = opened.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    assert len(LONG.split("\n")) == 25
    text = page.locator("#id_text")

    text.fill(LONG)
    wait_for_checks(page, 2)
    said = bad(page).all_inner_texts()
    assert "over one screen" in said[0]
    assert "The link to the check-in is missing" in said[1]
    assert not Announcement.objects.exists()  # named before anything is kept
    assert page.locator("#act button[value=schedule]").is_disabled()

    bad(page).locator("button[data-insert]").click()
    wait_for_checks(page, 1)
    assert "{{ check_in.link }}" in text.input_value()
    assert page.locator("#act button[value=schedule]").is_disabled()

    text.fill(SHORT)
    wait_for_checks(page, 1)
    bad(page).locator("button[data-insert]").click()
    wait_for_checks(page, 0)
    page.locator("#act [data-copy]").click()
    page.locator("#act .copy--done").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")

    page.locator("#act button[value=schedule]:enabled").click()
    page.locator("text=Scheduled for").first.wait_for()
    row = Announcement.objects.get()
    assert row.state == "approved"
    opened.goto(reverse("cohorts:announcement", args=[camp.slug, row.day]))
    page.locator("summary", has_text="Copy it by hand").click()
    assert page.locator("#by-hand-text").input_value() == copied
    page.locator("[data-copy]").first.click()
    page.locator(".copy--done").first.wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == copied


def test_t06_plain_text_is_copied_as_it_stands_in_the_field(open_page):
    camp, assistant = a_camp()
    page = open_page(editor(camp), width=390, member=assistant).page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    plain = "早上好。✍️\n\n“引号”与 <b> & 空格  都在。\n\nhttps://a.example/x?a=1&b=2\n\n慢慢来。"

    page.locator("#id_text").fill(plain)
    page.wait_for_function(
        "t => document.querySelector('#act [data-copy]').getAttribute('data-copy') === t", arg=plain
    )
    page.locator("#act [data-copy]").click()
    page.locator("#act .copy--done").wait_for()

    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#id_text").input_value()


def test_t06_without_a_script_it_can_be_done_too(open_page):
    camp, assistant = a_camp()
    page = open_page(editor(camp), width=390, member=assistant, js=False).page

    page.locator("#id_text").fill(SHORT)
    page.locator("#checks button[value=preview]").click()
    bad(page).locator("button").click()
    assert bad(page).count() == 0
    page.locator("#act button[value=schedule]").click()

    assert Announcement.objects.get().state == "approved"
    assert "Scheduled for" in page.locator("#act").inner_text()


def test_preview_has_three_looks_and_shows_the_fold(open_page):
    camp, assistant = a_camp()
    page = open_page(editor(camp), member=assistant).page
    page.locator("#id_text").fill("\n".join(["字" * 10] * 30))
    page.locator(".look--bubble .bubble__fold").wait_for()
    begin = page.locator(".look--bubble .bubble")

    shown = []
    for look in ("page", "small", "bubble"):
        page.locator(f"label[for=look-{look}]").click()
        shown.append([one for one in ("bubble", "page", "small")
                      if page.locator(f".look--{one}").is_visible()])  # fmt: skip

    assert shown == [["page"], ["small"], ["bubble"]]
    assert "8 lines over one screen" in page.locator(".look--bubble .fold-line").inner_text()
    assert begin.inner_text().startswith("字" * 10)


def test_t07_whole_camp_is_written_and_scheduled_in_three_clicks(open_page):
    camp, assistant = a_camp()
    opened = open_page(reverse("cohorts:schedule", args=[camp.slug]), member=assistant)
    page = opened.page
    cells = page.locator(".cal td a")
    assert cells.count() == 18
    clicks = 0

    for name in ("Write 18 empty days from the template", "Schedule all", "Schedule these"):
        page.locator(".btn--primary", has_text=name).click()
        page.wait_for_load_state()
        clicks += 1

    assert clicks <= 3
    assert Announcement.objects.filter(state="approved").count() == 16
    assert Announcement.objects.get(kind="preparation").state == "approved"
    states = {cell.state for cell in announcement_calendar.cells(camp)}
    assert states == {"scheduled"} or states <= {"scheduled", "missed"}
    links = [cells.nth(n).get_attribute("href") for n in range(18)]
    assert links == [editor(camp, day) for day in camp.calendar.span.all_days()]
    for link in (links[0], links[3], links[17]):
        assert opened.goto(link) == 200
        assert page.locator("#ann-form").count() == 1


@pytest.mark.parametrize(
    "width, language, theme",
    [(320, "zh", "dark"), (390, "en", "light"), (1280, "zh", "light"), (1280, "en", "dark")],
)
def test_pages_can_be_read_and_pressed(open_page, width, language, theme):
    camp, assistant = a_camp()
    opened = open_page(width=width, language=language, theme=theme, member=assistant)
    page = opened.page

    for path in (
        editor(camp),
        reverse("cohorts:schedule", args=[camp.slug]),
        reverse("cohorts:schedule_paste", args=[camp.slug]),
        reverse("cohorts:chats", args=[camp.slug]),
    ):
        assert opened.goto(path) == 200
        assert sticking_out(page) == []
        assert axe_problems(page) == []
        assert [one for one in small_targets(page) if "looks__radio" not in one] == []
