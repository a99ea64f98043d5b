"""What of the announcements goes out by the clock."""

import datetime as dt

import pytest
from django.db import connection
from django.template import Context, Engine
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from community.errors import DomainError
from community.models import Announcement, Posting, Run
from community.registry import due_sources
from community.services import announcement_due as due
from community.services import planner
from tests.factories import MemberFactory, RoomFactory, approved

pytestmark = pytest.mark.usefixtures("in_english")

MONDAY = dt.date(2026, 3, 2)
HALF_PAST_EIGHT = dt.datetime(2026, 3, 2, 0, 30, tzinfo=dt.UTC)  # in Shanghai
A_MINUTE = dt.timedelta(minutes=1)
VALUES = {"day": "3", "sender": "Lin", "reply_to": "Lin (@lin)", "lesson.title": "Sounds"}


def a_row(day=MONDAY, last_day=None, room=None, text="{{ lesson.title }}: listen.", **more):
    given = {"at": dt.time(8, 30), "language": "en", "path": "/c/a/"} | more
    return Announcement.objects.create(
        room=room or RoomFactory(), day=day, last_day=last_day or day, text=text,
        values={day.isoformat(): VALUES}, **given,
    )  # fmt: skip


def ran(row, date=MONDAY, state="done"):
    finished = HALF_PAST_EIGHT if state == "done" else None
    return Run.objects.create(
        what="announcement", subject=row.public_id, local_date=date, state=state,
        finished_at=finished, reason="late" if state == "waits" else "",
    )  # fmt: skip


def found(now=HALF_PAST_EIGHT):
    return [(one.subject, one.local_date, one.reason) for one in due.rows(now)]


def test_it_is_registered_for_the_planner():
    assert due_sources["announcement"].rows is due.rows


def test_scheduled_one_is_due_from_its_minute_on(db, settings):
    settings.BASE_URL = "https://shalijin.example"
    row = approved(a_row())
    assert found(HALF_PAST_EIGHT - A_MINUTE) == []

    [one] = due.rows(HALF_PAST_EIGHT)

    assert (one.subject, one.local_date, one.due_at) == (row.public_id, MONDAY, HALF_PAST_EIGHT)
    assert (one.kind, one.room, one.reason, one.path) == ("announcement", row.room_id, "", "/c/a/")
    assert one.context == {
        "room": row.room.name, "kind": "daily", "day": "3", "text": "Sounds: listen.",
        "language": "en", "sender": "Lin", "reply_to": "Lin (@lin)",
        "link": "https://shalijin.example/c/a/",
    }  # fmt: skip


@pytest.mark.parametrize("state", ["open", "done", "waits", "skipped"])
def test_day_that_has_its_run_is_due_no_more(db, state):
    ran(approved(a_row()), state=state)

    assert found() == []


@pytest.mark.parametrize(
    "make, reason",
    [
        (lambda: a_row(), "not_approved"),
        (lambda: a_row(state="asked"), "not_approved"),
        (lambda: approved(a_row(text="{{ lesson.titel }}")), "broken"),
        (lambda: approved(a_row(text="{{ homework }}")), "broken"),
    ],
)
def test_what_may_not_leave_says_why(db, make, reason):
    row = make()

    assert found() == [(row.public_id, MONDAY, reason)]


def test_text_that_reads_otherwise_than_approved_waits(db):
    row = approved(a_row())
    Announcement.objects.update(values={"2026-03-02": VALUES | {"lesson.title": "Hands"}})

    assert found() == [(row.public_id, MONDAY, "changed")]


def test_cancelled_one_and_a_draft_posted_by_hand_are_not_due(db):
    a_row(state="cancelled")
    Posting.objects.create(announcement=a_row(), by=MemberFactory())
    also_sent = approved(a_row())
    Posting.objects.create(announcement=also_sent, by=MemberFactory())

    assert found() == [(also_sent.public_id, MONDAY, "")]


def test_preparation_is_due_on_each_of_its_days(db):
    row = approved(
        a_row(last_day=MONDAY + dt.timedelta(days=2), text="Welcome.", kind="preparation")
    )
    ran(row)

    later = HALF_PAST_EIGHT + dt.timedelta(days=2)

    assert [date for _subject, date, _reason in found(later)] == [
        MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "zone, moment",
    [
        ("Pacific/Kiritimati", "2026-03-01 18:30"),  # UTC+14
        ("America/Adak", "2026-03-02 18:30"),  # UTC-10
        ("Asia/Kathmandu", "2026-03-02 02:45"),
    ],
)
def test_each_room_goes_by_its_own_clock(db, zone, moment):
    row = approved(a_row(room=RoomFactory(timezone=zone)))
    at = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)

    assert found(at - A_MINUTE) == []
    assert found(at) == [(row.public_id, MONDAY, "")]


def test_hour_that_the_clock_skips_comes_after_the_gap(db):
    day = dt.date(2026, 3, 8)
    room = RoomFactory(timezone="America/New_York")
    approved(a_row(day=day, room=room, at=dt.time(2, 30)))

    [one] = due.rows(dt.datetime(2026, 3, 8, 7, 0, tzinfo=dt.UTC))

    assert one.due_at == dt.datetime(2026, 3, 8, 7, 0, tzinfo=dt.UTC)


def test_what_is_older_than_ten_days_is_looked_for_no_more(db):
    approved(a_row())

    assert found(HALF_PAST_EIGHT + dt.timedelta(days=10) - A_MINUTE) != []
    assert found(HALF_PAST_EIGHT + dt.timedelta(days=10)) == []


def test_looking_costs_two_queries_however_many_rooms(db):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            rows = list(due.rows(HALF_PAST_EIGHT))
        return len(asked), len(rows)

    approved(a_row(last_day=MONDAY + dt.timedelta(days=2), text="Welcome."))
    one = queries()
    for _ in range(3):
        approved(a_row(text="{{ sender }}", sender=MemberFactory()))
        approved(a_row(last_day=MONDAY + dt.timedelta(days=2), text="Welcome."))

    assert (one, queries()) == ((2, 1), (2, 7))


def test_run_sent_late_reads_as_the_text_reads_then(db):
    row = approved(a_row())
    run = ran(row, state="waits")
    run.context = {"text": "as it was"}
    Announcement.objects.filter(pk=row.pk).update(text="Mended.")

    assert due.again(run)["text"] == "Mended."
    run.subject = "gone"
    assert due.again(run) == {"text": "as it was"}


def test_what_was_cancelled_is_not_sent_late(db):
    row = approved(a_row())
    run = ran(row, state="waits")
    Announcement.objects.update(state="cancelled")

    with pytest.raises(DomainError, match="cancelled"):
        due.again(run)


@pytest.mark.parametrize(
    "change", [{"state": "cancelled"}, {"day": MONDAY + dt.timedelta(days=1)}, {"at": dt.time(9)}]
)
def test_what_was_changed_since_the_look_began_is_planned_as_it_is_now(db, change):
    row = approved(a_row())
    [seen] = due.rows(HALF_PAST_EIGHT)
    later = {"last_day": change["day"]} if "day" in change else {}
    Announcement.objects.filter(pk=row.pk).update(**change, **later)

    assert planner._make(seen, HALF_PAST_EIGHT) is False

    assert not Run.objects.exists()


def test_text_that_was_changed_since_the_look_began_waits(db):
    row = approved(a_row())
    [seen] = due.rows(HALF_PAST_EIGHT)
    Announcement.objects.filter(pk=row.pk).update(text="Another one.")

    planner._make(seen, HALF_PAST_EIGHT)

    run = Run.objects.get()
    assert (run.state, run.reason, run.context["text"]) == ("waits", "changed", "Another one.")


# The mail ---------------------------------------------------------------------


def mail(part, **more):
    context = {
        "room": "Writing <3", "kind": "daily", "day": "3", "language": "en", "sender": "Lin & Co",
        "text": "One <b>.\n\nhttps://a.example/x?a=1&b=2\n\nGo.", "reply_to": "Lin (@lin)",
        "link": "https://shalijin.example/c/a/", "site_name": "Shalijin", "language_code": "en",
    } | more  # fmt: skip
    return (
        Engine.get_default()
        .get_template(f"community/email/announcement.{part}")
        .render(Context(context, autoescape=part == "html"))
    )


def test_mail_says_it_in_plain_words_and_in_html():
    text, html = mail("txt"), mail("html")

    assert "One <b>.\n\nhttps://a.example/x?a=1&b=2\n\nGo." in text
    assert "Reply to: Lin (@lin), in the app or in the chat." in text
    assert "One &lt;b&gt;." in html
    assert 'href="https://a.example/x?a=1&amp;b=2"' in html
    assert "<p>Go.</p>" in html
    assert "Lin &amp; Co" in html


def test_mail_stays_small_and_names_no_address(db):
    ada = MemberFactory(email="ada@example.org", display_name="Ada")
    row = approved(a_row(text="长" * 4_000, sender=ada))
    row.room = row.room
    context = due.context(row, MONDAY)

    html = mail("html", **context)

    assert len(html.encode()) < 60_000
    assert "ada@example.org" not in html + str(context)
    assert context["sender"] == "Ada"


def test_words_around_are_the_readers_and_the_text_the_camps():
    with translation.override("zh-hans"):
        subject, text = mail("subject.txt").strip(), mail("txt")

    assert subject == "Writing <3 · D3"
    assert "One <b>." in text
    assert "Reply to" not in text
