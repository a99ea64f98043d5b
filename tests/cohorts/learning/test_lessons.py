"""Lessons open on their day, staff change them, and the whole camp stands on one page."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cohorts.models import CheckInPraise, Lesson
from cohorts.services import learning_today, lessons
from cohorts.services.lessons import LessonChanged
from community.models import Announcement, AuditEvent, Member
from tests.cohorts.learning.helpers import announce, hand_in, handed_in, noon


def page_of(s, day):
    response = s.client.get(s.url("lesson", day))
    assert response.status_code == 200
    return response.content.decode()


def fields_of(lesson, **more):
    return {name: getattr(lesson, name) for name in lessons.FIELDS} | more


def test_lesson_of_the_day_with_all_its_parts(s):
    Lesson.objects.filter(day=3).delete()
    Lesson.objects.create(
        camp=s.camp, day=3, title="Begin", body="Write **one** line.", example="This one.",
        exercise="Now you.", model_answer="Mine.", homework="Hand in a line.", minutes=7,
        link="https://example.org/video",
    )  # fmt: skip

    page = page_of(s, 3)

    for part in ("3. Begin", "7 minutes", "<strong>one</strong>", "This one.", "Now you.", "Mine.",
                 "Hand in a line.", "https://example.org/video", "Check in for today"):  # fmt: skip
        assert part in page
    assert page.index("One way to do it") < page.index("Mine.")
    assert s.url("lesson", 2) in page
    assert s.url("lesson", 4) in page


def test_lesson_of_a_later_day_says_from_when(s):
    lesson = Lesson.objects.get(day=5)
    lesson.body = "Not yet."
    lesson.save()

    page = page_of(s, 5)

    assert "This lesson opens on March 6, 2026" in page
    assert "Not yet." not in page
    s.enter(s.assistant)
    staff = page_of(s, 5)
    assert "Not yet." in staff
    assert "Learners read this from March 6 on." in staff


def test_lesson_shows_what_she_handed_in_with_the_praise(s):
    row = handed_in(s.place, 2, "My line.")
    CheckInPraise.objects.create(check_in=row, by=s.assistant, text="The second word is right.")

    page = page_of(s, 2)

    assert "My line." in page
    assert "The second word is right." in page


def test_praise_for_a_practice_leads_to_the_camp(s):
    assert s.client.get(s.url("lesson", 0)).url == s.url()
    assert s.client.get(s.url("lesson", 77)).status_code == 404


def test_lesson_costs_eight_queries_at_most(s):
    row = hand_in(s.place)
    CheckInPraise.objects.create(check_in=row, by=s.assistant, text="The second word is right.")
    page_of(s, 3)

    with CaptureQueriesContext(connection) as asked:
        page_of(s, 3)

    assert len(asked) <= 8


# Changing ---------------------------------------------------------------------


def test_assistant_changes_a_lesson_and_the_announcement_names_it(s):
    announce(s, "Today: {{ lesson.title }}", day=3)
    row = Announcement.objects.get()
    row.values["2026-03-04"]["lesson.title"] = "Lesson 3"
    row.save()
    s.enter(s.assistant)
    lesson = Lesson.objects.get(day=3)

    response = s.post(
        "lesson_edit", 3, changed_at=lesson.changed_at.isoformat(),
        **fields_of(lesson, title="Begin again", body="A **new** text."),
    )  # fmt: skip

    lesson.refresh_from_db()
    assert response.status_code == 302
    assert lesson.title == "Begin again"
    assert "<strong>new</strong>" in lesson.body_html
    values = Announcement.objects.get().values["2026-03-04"]
    assert values["lesson.title"] == "Begin again"
    assert values["sender"] == "小桃"
    assert AuditEvent.objects.filter(action="lesson.changed").count() == 1


def test_who_was_slower_is_shown_both_and_can_save_on_top(s, at_noon):
    s.enter(s.assistant)
    lesson = Lesson.objects.get(day=3)
    read = lesson.changed_at.isoformat()
    at_noon.shift(60)
    s.post("lesson_edit", 3, changed_at=read, **fields_of(lesson, body="Hers."))

    both = s.post("lesson_edit", 3, changed_at=read, **fields_of(lesson, body="Mine."))

    assert both.status_code == 409
    page = both.content.decode()
    assert "Hers." in page
    assert "Mine.</textarea>" in page
    now = Lesson.objects.get(day=3).changed_at.isoformat()
    assert s.post("lesson_edit", 3, changed_at=now, **fields_of(lesson, body="Mine.")).url
    assert Lesson.objects.get(day=3).body == "Mine."


def test_same_change_sent_twice_is_one(s, at_noon):
    lesson = Lesson.objects.get(day=3)
    lesson.camp = s.camp
    read, values = lesson.changed_at, fields_of(lesson, body="New.")
    at_noon.shift(60)
    lessons.change(lesson=lesson, changed_at=read, by=s.lead, values=values)
    at_noon.move_to(noon(4))

    again = lessons.change(lesson=lesson, changed_at=read, by=s.lead, values=values)

    assert again.body == "New."
    assert again.changed_at == noon(3) + dt.timedelta(minutes=1)
    with pytest.raises(LessonChanged):
        lessons.change(lesson=lesson, changed_at=read, by=s.lead, values=values | {"body": "Old."})


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"minutes": "-1"}, {"link": "no link"}, {"changed_at": "yesterday"}]
)
def test_bad_input_for_a_lesson_is_a_sentence(s, wrong):
    s.enter(s.lead)
    lesson = Lesson.objects.get(day=3)
    sent = fields_of(lesson) | {"changed_at": lesson.changed_at.isoformat(), "body": "Typed."}

    refused = s.post("lesson_edit", 3, **(sent | wrong))

    assert refused.status_code == 422
    assert "Typed.</textarea>" in refused.content.decode()
    assert Lesson.objects.get(day=3).body != "Typed."


# The whole camp, and today ----------------------------------------------------


def test_calendar_shows_all_days_with_hers(s):
    handed_in(s.place, 1)
    handed_in(s.place, 2, "", kind="rest")
    hand_in(s.place)

    page = s.client.get(s.url("calendar")).content.decode()

    for part in ("D-2", "D-1", "D5<", "D6<", "Rested", "3 / 5 days done", "Getting ready"):
        assert part in page
    assert s.url("lesson", 3) in page
    assert s.url("lesson", 4) not in page


def test_calendar_costs_the_same_whatever_she_did(s):
    def asked():
        with CaptureQueriesContext(connection) as found:
            assert s.client.get(s.url("calendar")).status_code == 200
        return len(found)

    asked()
    before = asked()
    for day in (1, 2, 3):
        handed_in(s.place, day)

    assert asked() == before <= 8


def today_rows(s):
    page = s.client.get(reverse("community:today"))
    return page.content.decode()


def test_today_has_the_lesson_until_it_is_done(s, at_noon):
    page = today_rows(s)
    assert "Today's lesson and check-in" in page.replace("&#x27;", "'")
    assert "3. Lesson 3" in page
    assert "Check in by 23:00" in page
    assert s.url() in page

    hand_in(s.place)

    assert "Done for today" in today_rows(s)
    at_noon.move_to(noon(-1))
    assert "Opens on March 2" in today_rows(s)


def test_today_has_nothing_of_this_for_staff_and_costs_them_nothing(s):
    staff = Member.objects.get(pk=s.assistant.pk)
    # In the room of the space she is a learner like everybody.
    assert sorted(staff.standing.rooms.values()) == ["assistant", "learner"]

    with CaptureQueriesContext(connection) as asked:
        assert learning_today.rows(staff) == []

    assert len(asked) == 0


def test_today_costs_a_learner_one_query(s):
    learner = Member.objects.get(pk=s.learner.pk)
    learning_today.rows(learner)

    with CaptureQueriesContext(connection) as asked:
        [row] = learning_today.rows(learner)

    assert row["title"] == "3. Lesson 3"
    assert len(asked) == 1
