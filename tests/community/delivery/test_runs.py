"""A run reaches everybody it is for, once, and nobody else."""

import datetime as dt

import pytest
import time_machine
from django.db import connection

from community.models import InboxItem, Membership, OutboxMessage, RoomMembership, Run
from community.services import delivery, planner, runs, switches
from tests.community.delivery.due import DAY, add_to, due, room_of, source
from tests.community.delivery.helpers import mailbox, text_of

NOW = dt.datetime(2026, 3, 2, 0, 31, tzinfo=dt.UTC)  # 08:31 in Shanghai


@pytest.fixture(autouse=True)
def in_the_morning():
    with time_machine.travel(NOW, tick=False):
        yield


def planned(room, **changes) -> Run:
    with source(due(room, **changes)):
        planner.plan()
    return Run.objects.latest("pk")


def told(run) -> set[int]:
    return set(InboxItem.objects.filter(run=run).values_list("member", flat=True))


def test_hand_out_tells_the_people_of_the_room_and_nobody_else(db):
    room, other = room_of(3), room_of(1)
    gone, suspended = add_to(room), add_to(room, state="suspended")
    RoomMembership.objects.filter(member=gone).update(until=NOW)
    left = add_to(room)
    Membership.objects.filter(member=left).update(state="left", left_at=NOW)
    run = planned(room)

    assert runs.hand_out(run) is True

    run.refresh_from_db()
    assert len(told(run)) == 3
    assert not told(run) & {gone.pk, suspended.pk, left.pk, *other.memberships.values_list("member", flat=True)}  # fmt: skip
    assert (run.state, run.reached, run.audience) == ("done", 3, 3)


def test_hand_out_mails_only_who_wants_it_by_mail(db):
    room = room_of(2)
    reader = add_to(room, mail=True)
    add_to(room, mail=True, email=None)
    run = planned(room)

    runs.hand_out(run)

    [row] = OutboxMessage.objects.all()
    assert (row.member, row.run, row.key) == (reader, run, f"{run.public_id}:{reader.pk}:email")
    assert (row.kind, row.room, row.template) == ("announcement", room, "")
    assert len(told(run)) == 4


def test_hand_out_again_adds_nothing(db):
    room = room_of(2)
    add_to(room, mail=True)
    run = planned(room)
    runs.hand_out(run)

    Run.objects.update(state="open", finished_at=None, cursor=0, reached=0)
    runs.hand_out(run)

    assert InboxItem.objects.count() == 3
    assert OutboxMessage.objects.count() == 1


def test_hand_out_goes_on_where_it_stopped(db, monkeypatch):
    monkeypatch.setattr(runs, "CHUNK", 2)
    run = planned(room_of(5))

    over = [runs.hand_out(run) for _piece in range(3)]

    run.refresh_from_db()
    assert over == [False, False, True]
    assert (len(told(run)), run.reached) == (5, 5)


@pytest.mark.django_db(transaction=True)
def test_work_goes_in_small_pieces_and_lets_others_in_where_they_would_wait(monkeypatch):
    waited = []
    monkeypatch.setattr(runs, "SMALL_CHUNK", 2)
    monkeypatch.setattr(runs.time, "sleep", waited.append)
    run = planned(room_of(5))

    done = runs.work()

    assert done == (1, False)
    assert len(told(run)) == 5
    pauses = 2 if connection.vendor == "sqlite" else 0
    assert waited == [runs.OPEN_SECONDS] * pauses


def test_in_a_transaction_of_the_callers_a_piece_is_not_small(db, monkeypatch):
    monkeypatch.setattr(runs, "SMALL_CHUNK", 2)
    run = planned(room_of(5))

    assert runs.hand_out(run) is True
    assert len(told(run)) == 5


def test_hand_out_stops_before_it_reaches_more_than_there_were(db, monkeypatch):
    monkeypatch.setattr(runs, "CHUNK", 1)
    run = planned(room_of(3))
    runs.hand_out(run)
    Run.objects.update(audience=1)

    assert runs.hand_out(run) is True

    run.refresh_from_db()
    assert (run.state, run.reason, run.reached) == ("waits", "over_cap", 1)
    assert len(told(run)) == 1


def test_who_comes_between_planning_and_handing_out_gets_it_as_well(db):
    room = room_of(2)
    run = planned(room)
    late = add_to(room)

    runs.hand_out(run)

    run.refresh_from_db()
    assert (run.state, run.audience, run.reached) == ("done", 3, 3)
    assert late.pk in told(run)


def test_the_one_text_of_several_days_is_told_once_and_to_who_comes_later(db):
    room = room_of(2)
    first = planned(room)
    runs.hand_out(first)
    late = add_to(room)

    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        second = planned(room, day=DAY + dt.timedelta(days=1))
        runs.hand_out(second)

    assert told(second) == {late.pk}


def test_a_mail_of_another_day_that_waits_for_morning_is_not_joined_by_a_second(db):
    room = room_of(0)
    add_to(room, mail=True)
    first = planned(room)
    runs.hand_out(first)
    OutboxMessage.objects.update(not_before=NOW + dt.timedelta(hours=25), reason="quiet")

    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        runs.hand_out(planned(room, day=DAY + dt.timedelta(days=1)))

    assert OutboxMessage.objects.count() == 1


def test_a_missed_day_sent_late_tells_nobody_who_has_it_from_the_next_day(db):
    room = room_of(1)
    add_to(room, mail=True)
    missed = planned(room, reason="changed")
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        runs.hand_out(planned(room, day=DAY + dt.timedelta(days=1)))
        Run.objects.filter(pk=missed.pk).update(state="open", reason="")

        runs.hand_out(missed)

    assert told(missed) == set()
    assert OutboxMessage.objects.count() == 1


def test_a_run_that_breaks_keeps_back_none_of_the_others(db, monkeypatch):
    broken, sound = planned(room_of(1)), planned(room_of(1), subject="n2")
    hand_out = runs.hand_out

    def break_one(run):
        if run.pk == broken.pk:
            raise RuntimeError("a mistake of ours")
        return hand_out(run)

    monkeypatch.setattr(runs, "hand_out", break_one)

    with pytest.raises(RuntimeError, match="a mistake"):
        runs.work()

    assert len(told(sound)) == 1


def test_work_hands_out_all_that_is_open_and_nothing_that_waits(db):
    open_run, waits = planned(room_of(1)), planned(room_of(1), subject="n2", reason="changed")

    assert runs.work() == (1, False)

    assert (len(told(open_run)), len(told(waits))) == (1, 0)
    assert runs.is_due() is False


def test_work_does_nothing_while_a_switch_is_on(db):
    run = planned(room_of(1))
    switches.turn_on("stop", reason="a mistake")

    assert runs.work() == (0, False)

    assert not told(run)


def test_a_mail_of_a_run_says_what_the_run_says(db):
    room = room_of(0)
    reader = add_to(room, mail=True, locale="en")
    run = planned(room, template="community/sign_in_code", context={"code": "A text", "minutes": 9})
    runs.hand_out(run)

    delivery.drain()

    [letter] = mailbox()
    assert letter["To"] == reader.email
    assert "A text" in text_of(letter)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
