"""Scheduling, approving exactly one text, taking it back; and what asks again."""

import datetime as dt

import pytest
import time_machine

from community.errors import DomainError
from community.models import Announcement, AuditEvent, Run
from community.services import announcement_states as states
from community.services import announcement_writing as writing
from community.services import announcements
from community.services.announcement_states import MovedElsewhere, NotReady
from tests.community.delivery.races import at_once, first_fault
from tests.factories import MemberFactory, RoomFactory, approved

pytestmark = pytest.mark.usefixtures("in_english")

MONDAY = dt.date(2026, 3, 2)
ROUNDS = 20
TEXT = "Dear all, this is it.\n\nGo on."


@pytest.fixture(autouse=True)
def on_the_day_before():
    with time_machine.travel("2026-03-01 04:00:00+00:00", tick=False):
        yield


def a_row(second=False, text=TEXT, day=MONDAY, **more):
    room = RoomFactory()
    room.space.second_approval = second
    room.space.save()
    given = {"last_day": day, "at": dt.time(8, 30), "kind": "closing", "language": "en"} | more
    row = Announcement.objects.create(room=room, day=day, text=text, **given)
    row.room = room
    return row


def test_one_person_is_enough_where_the_space_says_so(db):
    row, ada = a_row(), MemberFactory()

    states.schedule(announcement=row, version=1, by=ada)

    row.refresh_from_db()
    assert (row.state, row.scheduled_by, row.approved_by, row.version) == ("approved", ada, ada, 2)
    assert row.approved_hash == announcements.text_hash(row)
    assert AuditEvent.objects.get().action == "announcement.scheduled"


def test_two_people_where_the_space_wants_two(db):
    row, ada, ben = a_row(second=True), MemberFactory(), MemberFactory()
    states.schedule(announcement=row, version=1, by=ada)
    assert (row.state, row.approved_hash) == ("asked", "")

    states.approve(
        announcement=row, version=row.version, by=ben, as_read=announcements.text_hash(row)
    )

    row.refresh_from_db()
    assert (row.state, row.scheduled_by, row.approved_by) == ("approved", ada, ben)


def test_nobody_is_her_own_second_person(db):
    row, ada = a_row(second=True), MemberFactory()
    states.schedule(announcement=row, version=1, by=ada)

    with pytest.raises(DomainError, match="asked for it yourself"):
        states.approve(
            announcement=row, version=row.version, by=ada, as_read=announcements.text_hash(row)
        )

    assert Announcement.objects.get().state == "asked"


def test_another_text_than_was_read_is_not_approved(db):
    row = a_row(
        second=True, text="{{ camp.name }}\n\nGo on.", values={"2026-03-02": {"camp.name": "A"}}
    )
    states.schedule(announcement=row, version=1, by=MemberFactory())
    read = announcements.text_hash(row)
    writing.hand_down(room=row.room, values={MONDAY: {"camp.name": "B"}})
    row = Announcement.objects.select_related("room__space", "sender").get()

    with pytest.raises(DomainError, match="The text is another one by now"):
        states.approve(announcement=row, version=row.version, by=MemberFactory(), as_read=read)

    assert Announcement.objects.get().state == "asked"


def test_text_with_errors_is_not_scheduled(db):
    row = a_row(text="字\n" * 25)

    with pytest.raises(NotReady, match="over one screen") as refused:
        states.schedule(announcement=row, version=1, by=MemberFactory())

    assert next(finding.rule for finding in refused.value.findings) == "screen"
    assert Announcement.objects.get().state == "draft"


def test_day_that_is_over_is_not_scheduled(db):
    row = a_row(day=dt.date(2026, 2, 28))

    with pytest.raises(DomainError, match="Its day is over"):
        states.schedule(announcement=row, version=1, by=MemberFactory())


def test_pressing_twice_is_pressing_once(db):
    row, ada = a_row(), MemberFactory()

    for _ in range(2):
        states.schedule(announcement=row, version=1, by=ada)

    assert AuditEvent.objects.count() == 1
    assert Announcement.objects.get().version == 2


def test_sent_one_is_neither_scheduled_nor_taken_back(db):
    row = approved(a_row())
    Run.objects.create(what="announcement", subject=row.public_id, local_date=MONDAY)

    for deed in (states.schedule, states.unschedule, states.cancel):
        with pytest.raises(DomainError, match="Write a correction"):
            deed(announcement=row, version=row.version, by=MemberFactory())


def test_who_comes_second_is_told_who_was_first(db):
    row, ada = a_row(), MemberFactory(display_name="Ada")
    stale = Announcement.objects.select_related("room__space", "sender").get()
    states.schedule(announcement=row, version=1, by=ada)

    with pytest.raises(MovedElsewhere, match="Ada has approved it already."):
        states.schedule(announcement=stale, version=1, by=MemberFactory())


def test_calling_off_cancels_what_was_not_sent(db):
    row = approved(a_row())
    sent = Announcement.objects.create(
        room=row.room,
        day=dt.date(2026, 2, 28),
        last_day=dt.date(2026, 2, 28),
        at=dt.time(8),
        text="x",
    )
    Run.objects.create(what="announcement", subject=sent.public_id, local_date=sent.day)

    assert states.cancel_all(row.room) == 1

    assert dict(Announcement.objects.values_list("pk", "state")) == {
        row.pk: "cancelled", sent.pk: "draft",
    }  # fmt: skip


def test_who_has_it_open_cannot_schedule_what_was_called_off_meanwhile(db):
    row = a_row()
    states.cancel_all(row.room)

    with pytest.raises(MovedElsewhere):
        states.schedule(announcement=row, version=1, by=MemberFactory())

    assert Announcement.objects.get().state == "cancelled"


@pytest.mark.parametrize("step", [states.cancel, states.unschedule])
def test_what_the_planner_sent_a_moment_before_is_neither_cancelled_nor_taken_back(
    db, monkeypatch, step
):
    row = approved(a_row())
    move = states._move

    def move_too_late(*given):
        Run.objects.create(what="announcement", subject=row.public_id, local_date=row.day)
        return move(*given)

    monkeypatch.setattr(states, "_move", move_too_late)

    with pytest.raises(DomainError, match="was sent"):
        step(announcement=row, version=1, by=MemberFactory())

    assert Announcement.objects.get().state == "approved"


# What asks again --------------------------------------------------------------

NAMED = "{{ lesson.title }}\n\nGo on."


@pytest.mark.parametrize("second, state", [(False, "draft"), (True, "asked")])
def test_lesson_called_otherwise_asks_again(db, second, state):
    row = approved(a_row(second, NAMED, values={"2026-03-02": {"lesson.title": "Old"}}))

    fallen = writing.hand_down(room=row.room, values={MONDAY: {"lesson.title": "New"}})

    row.refresh_from_db()
    assert [one.pk for one in fallen] == [row.pk]
    assert (row.state, row.asks_again, row.approved_hash, row.version) == (state, "lesson", "", 2)


def test_value_that_the_text_does_not_name_changes_nothing(db):
    row = approved(a_row(text=TEXT, values={"2026-03-02": {"lesson.title": "Old"}}))

    assert writing.hand_down(room=row.room, values={MONDAY: {"lesson.title": "New"}}) == []

    row.refresh_from_db()
    assert (row.state, row.version) == ("approved", 1)


def test_what_was_sent_stays_as_it_was_sent(db):
    row = approved(a_row(text=NAMED, values={"2026-03-02": {"lesson.title": "Old"}}))
    Run.objects.create(what="announcement", subject=row.public_id, local_date=MONDAY)

    writing.hand_down(room=row.room, values={MONDAY: {"lesson.title": "New"}})

    row.refresh_from_db()
    assert announcements.render(row, MONDAY).startswith("Old")


def test_edited_text_asks_again_and_forgets_its_approval(db):
    row = approved(a_row())

    writing.change(announcement=row, version=1, by=MemberFactory(), texts={"text": "Other.\n\nGo."})

    row.refresh_from_db()
    assert (row.state, row.asks_again, row.approved_by) == ("draft", "text", None)
    states.schedule(announcement=row, version=row.version, by=MemberFactory())
    assert (row.state, row.asks_again) == ("approved", "")


def test_another_speaker_is_another_text_where_the_text_names_her(db):
    row, ada = approved(a_row(text="{{ sender }}\n\nGo on.")), MemberFactory(display_name="Ada")

    writing.change(announcement=row, version=1, by=ada, texts={"text": row.text}, sender=ada)

    row.refresh_from_db()
    assert (row.state, announcements.speaker(row)) == ("draft", ("Ada", f"Ada (@{ada.handle})"))


# Races ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_once_are_one_approval():
    row = a_row(second=True)
    states.schedule(announcement=row, version=1, by=MemberFactory())
    people, read = MemberFactory.create_batch(2), announcements.text_hash(row)

    def approve(number):
        mine = Announcement.objects.select_related("room__space", "sender").get(pk=row.pk)
        try:
            states.approve(announcement=mine, version=2, by=people[number], as_read=read)
        except DomainError as refusal:
            return str(refusal)
        return "done"

    said = at_once(2, approve)

    row.refresh_from_db()
    assert sorted(said) == sorted(["done", f"{row.approved_by} has approved it already."])
    assert AuditEvent.objects.filter(action="announcement.approved").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_who_edits_and_who_approves_at_once_one_wins_and_no_other_text_is_approved():
    for _round in range(3):
        row = a_row(second=True)
        states.schedule(announcement=row, version=1, by=MemberFactory())
        people, read = MemberFactory.create_batch(2), announcements.text_hash(row)

        def act(number, row=row, people=people, read=read):
            mine = Announcement.objects.select_related("room__space", "sender").get(pk=row.pk)
            try:
                if number:
                    writing.change(
                        announcement=mine, version=2, by=people[1], texts={"text": "New.\n\nGo on."}
                    )
                else:
                    states.approve(announcement=mine, version=2, by=people[0], as_read=read)
            except DomainError as refusal:
                return str(refusal)
            return "done"

        said = at_once(2, act)

        row.refresh_from_db()
        assert "done" in said
        assert row.state != "approved" or row.approved_hash == announcements.text_hash(row)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_version_both_approve():
    """As if nobody looked whether it still waits."""
    people = MemberFactory.create_batch(2)

    def attempt():
        row = a_row(second=True)
        Announcement.objects.filter(pk=row.pk).update(state="asked")

        def approve(number):
            if Announcement.objects.get(pk=row.pk).state != "asked":
                return 0
            return Announcement.objects.filter(pk=row.pk).update(
                state="approved", approved_by=people[number], approved_at=row.changed_at,
                approved_hash="x",
            )  # fmt: skip

        return sum(at_once(2, approve)) > 1

    assert first_fault(ROUNDS, attempt)
