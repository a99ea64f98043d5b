"""Corrections, "seen in the chat" and "got it"."""

import datetime as dt

import pytest
import time_machine

from community.errors import DomainError
from community.models import Announcement, AnnouncementReceipt, Run
from community.services import (
    announcement_corrections,
    announcement_due,
    announcement_marks,
    announcements,
)
from community.services.announcement_states import NotReady
from tests.community.announcements.test_states import a_row
from tests.factories import MemberFactory, approved

pytestmark = [pytest.mark.usefixtures("in_english"), pytest.mark.django_db]

NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
MONDAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def sent(second=False):
    row = approved(a_row(second, values={"2026-03-02": {"sender": "Lin"}}))
    Run.objects.create(what="announcement", subject=row.public_id, local_date=MONDAY)
    return announcements.of_day(row.room, MONDAY)


def correct(row, text="It was the other link.", by=None):
    row.room.space.refresh_from_db()
    return announcement_corrections.correct(
        announcement=row, text=text, by=by or MemberFactory(), path_of=lambda key: f"/c/{key}/"
    )


def test_correction_is_linked_and_due_at_once():
    row = sent()

    made = correct(row)

    assert (made.kind, made.corrects, made.state, made.path) == (
        "correction", row, "approved", f"/c/{made.public_id}/",
    )  # fmt: skip
    [one] = [one for one in announcement_due.rows(NOON) if one.subject == made.public_id]
    assert (one.reason, one.due_at, one.context["sender"]) == ("", NOON, "Lin")
    assert announcement_corrections.of(row) == [made]
    row.refresh_from_db()
    assert row.text != made.text


def test_day_keeps_its_announcement_beside_a_correction():
    row = sent()

    correct(row)

    assert announcements.of_day(row.room, MONDAY).pk == row.pk
    assert correct(row, "And one more thing.").kind == "correction"


def test_correction_waits_for_the_second_person_too():
    row = sent(second=True)

    made = correct(row)

    assert made.state == "asked"
    assert made not in announcements.shown(row.room)


def test_what_nobody_has_read_is_changed_and_not_corrected():
    row = a_row()
    row = announcements.of_day(row.room, MONDAY)

    with pytest.raises(DomainError, match="Nobody has read this yet"):
        correct(row)

    assert Announcement.objects.count() == 1


def test_wrong_correction_is_refused_and_not_kept():
    row = sent()

    with pytest.raises(NotReady, match="over one screen"):
        correct(row, "字\n" * 30)

    assert Announcement.objects.count() == 1


def test_seen_in_the_chat_holds_for_one_text():
    row, ada = a_row(), MemberFactory()
    row = announcements.of_day(row.room, MONDAY)
    for _ in range(2):
        announcement_marks.seen_in_chat(announcement=row, by=ada)

    saw, other = announcement_marks.who_saw(row)
    row.text = "Another."
    after = announcement_marks.who_saw(row)

    assert ([proof.by for proof in saw], other) == ([ada], True)
    assert after == ([], True)


def test_got_it_is_a_number():
    row, ada = sent(), MemberFactory()
    for member in (ada, ada, MemberFactory()):
        announcement_marks.got_it(announcement=row, member=member)

    assert announcement_marks.got(row, ada) == (True, 2)
    assert announcement_marks.got(row, MemberFactory()) == (False, 2)
    assert AnnouncementReceipt.objects.count() == 2
