"""The page that stays, the letter, and the lines that lead there."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.models import Digest, Highlight
from community.services import highlight_consent
from tests.cohorts.highlights.helpers import D2, HALF_PAST_EIGHT, send, star, texts_of_yesterday
from tests.factories import MemberFactory, MembershipFactory

PAGE = "/c/letters/camp/one/highlights/2026-03-03/"


@pytest.fixture
def rows(s):
    for row in texts_of_yesterday(s, 3):
        star(s, row)
    found = list(Highlight.objects.order_by("pk"))
    send(s, found)
    return found


@pytest.fixture
def out(s, rows):
    send(s, rows, "send", opening="昨天的三件小事。")
    return Digest.objects.get()


def read(s, member=None, query=""):
    s.enter(member or s.learner)
    return s.client.get(PAGE + query)


def test_page_is_there_when_its_hour_has_come_and_not_before(s, rows, clock):
    send(s, rows, "schedule")
    assert read(s).status_code == 404

    clock.move_to(HALF_PAST_EIGHT)

    assert read(s).status_code == 200


def test_page_shows_items_in_their_order_and_what_may_be_skipped(s, out):
    shown = read(s).content.decode()

    first, second = shown.index("先听，再看"), shown.index("删的时候心疼")
    assert first < second
    assert "You can skip the rest with a quiet mind." in shown
    assert "昨天的三件小事。" in shown
    assert "1 minute to read" in shown


def test_page_is_for_the_people_of_the_room_alone(s, out):
    stranger = MemberFactory()
    of_the_space = MemberFactory()
    MembershipFactory(space=s.camp.space, member=of_the_space)

    assert read(s, stranger).status_code == 404
    assert read(s, of_the_space).status_code == 404
    s.client.logout()
    assert s.client.get(PAGE).status_code == 302


def test_who_did_not_say_yes_stands_nowhere_on_the_page(s, out, rows):
    author = rows[0].author

    shown = read(s).content.decode() + read(s, query="?as=letter").content.decode()

    assert author.display_name not in shown
    assert author.handle not in shown
    assert "anonymous" in shown


def test_yes_and_its_withdrawal_take_effect_at_once(s, out, rows):
    author = rows[0].author
    highlight_consent.answer(row=Highlight.objects.get(pk=rows[0].pk), answer="named", by=author)
    named = read(s).content.decode()
    highlight_consent.answer(row=Highlight.objects.get(pk=rows[0].pk), answer="anon", by=author)
    anonymous = read(s).content.decode()
    highlight_consent.answer(row=Highlight.objects.get(pk=rows[0].pk), answer="no", by=author)
    gone = read(s).content.decode()

    assert author.display_name in named
    assert "where it stands" in named
    assert author.display_name not in anonymous
    assert "先听，再看" in anonymous
    assert "先听，再看" not in gone
    assert "删的时候心疼" in gone


def test_page_where_everything_was_taken_back_says_so(s, out, rows):
    for row in rows:
        highlight_consent.answer(row=Highlight.objects.get(pk=row.pk), answer="no", by=row.author)

    assert "Nothing stands here any more" in read(s).content.decode()


def test_letter_has_neither_links_nor_phrases(s, out):
    shown = read(s, query="?as=letter")

    assert shown.context["letter"].startswith("Dear friend,") or shown.context["letter"].startswith(
        "朋友"
    )
    assert "http" not in shown.context["letter"]


def test_correction_is_shown_with_its_time(s, out, rows):
    s.enter(s.assistant)
    send(s, rows[:2], correction="第三条不该在这里。")

    shown = read(s).content.decode()

    assert "第三条不该在这里。" in shown
    assert "Put right," in shown


def test_who_does_not_want_to_meet_her_is_not_shown_her_name(s, out, rows):
    author = rows[0].author
    highlight_consent.answer(row=Highlight.objects.get(pk=rows[0].pk), answer="named", by=author)
    author.blocks_made.create(blocked=s.learner)

    assert author.display_name not in read(s).content.decode()
    assert author.display_name in read(s, s.lead).content.decode()


def test_html_in_what_was_said_is_words(s):
    rows = texts_of_yesterday(s, 1)
    rows[0].text = "<img src=x onerror=alert(1)>先听"
    rows[0].save()
    star(s, rows[0])
    send(s, list(Highlight.objects.all()), "send")

    shown = read(s).content.decode()

    assert "<img src=x" not in shown
    assert "&lt;img src=x" in shown


def test_page_costs_the_same_for_one_item_and_for_three(s, rows):
    def queries():
        read(s)
        with CaptureQueriesContext(connection) as asked:
            assert s.client.get(PAGE).status_code == 200
        return len(asked)

    send(s, rows[:1], "send")
    one = queries()
    Digest.objects.update(state="draft", approved_by=None, approved_at=None)
    s.enter(s.assistant)
    send(s, rows, "send")

    assert one == queries() <= 9


def test_list_names_the_days_that_went_out(s, out):
    s.enter(s.learner)

    page = s.client.get(reverse("cohorts:highlight_list", args=["letters", "one"]))

    assert [(row.label, row.count) for row in page.context["page"].rows] == [("D2", 3)]
    assert PAGE in page.content.decode()


def test_camp_home_and_today_lead_a_learner_there(s, out):
    s.enter(s.learner)

    home = s.home().content.decode()
    today = s.client.get("/today/").content.decode()

    assert PAGE in home
    assert "The best of D2" in home
    assert PAGE in today
    assert "3 highlights" in today


def test_today_tells_staff_of_stars_that_wait_until_somebody_said_yes(s, rows):
    waiting = s.client.get("/today/").content.decode()
    send(s, rows, "schedule")
    after = s.client.get("/today/").content.decode()

    assert "3 stars wait: make yesterday's highlights" in waiting
    assert f"/ops/camp/one/highlights/{D2}/" in waiting
    assert "stars wait" not in after


def test_old_highlights_leave_today(s, out, clock):
    clock.move_to(HALF_PAST_EIGHT + dt.timedelta(days=2))

    s.enter(s.learner)

    assert PAGE not in s.client.get("/today/").content.decode()
