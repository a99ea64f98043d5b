"""What is going out can be stopped: nobody else gets it, who has it keeps it."""

import datetime as dt
from functools import partial

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from community.errors import DomainError
from community.models import Announcement, AuditEvent, InboxItem, OutboxMessage, Run
from community.services import delivery, late_desk, outbox, planner, runs, under_way
from tests.community.delivery.due import add_to, due, room_of, source
from tests.factories import MemberFactory, approved
from tests.races import race

MORNING = dt.datetime(2026, 3, 2, 0, 30, tzinfo=dt.UTC)  # 8:30 in Shanghai


@pytest.fixture(autouse=True)
def in_the_morning():
    with time_machine.travel(MORNING, tick=False), translation.override("en"):
        yield


def planned(room) -> Run:
    with source(due(room, kind="announcement")):
        planner.plan()
    return Run.objects.latest("pk")


@pytest.fixture
def room(db):
    room = room_of(0)
    room.lead = add_to(room, mail=True, role="lead")
    for _ in range(4):
        add_to(room, mail=True)
    return room


def in_pieces(monkeypatch, size):
    monkeypatch.setattr(runs, "CHUNK", size)


def states(run):
    rows = OutboxMessage.objects.filter(run=run).order_by("pk")
    return [(row.state, row.reason) for row in rows]


def test_stopped_halfway_nobody_else_gets_it_and_who_has_it_keeps_it(room, monkeypatch):
    in_pieces(monkeypatch, 2)
    run = planned(room)
    runs.hand_out(run)

    dropped = under_way.stop(run=run, by=room.lead, reason="  The hour is\nwrong. ")
    runs.work()
    delivery.drain()

    run.refresh_from_db()
    assert (run.state, run.decided_by, run.decision) == ("stopped", room.lead, "The hour is wrong.")
    assert (dropped, run.reached) == (2, 2)
    assert InboxItem.objects.filter(run=run).count() == 2
    assert states(run) == [("suppressed", "run_stopped")] * 2
    assert AuditEvent.objects.get(action="run.stopped").reason == "The hour is wrong."


def test_mails_that_wait_for_the_morning_are_not_sent(room):
    run = planned(room)
    runs.work()
    assert Run.objects.get().state == "done"

    assert under_way.stop(run=run, by=room.lead, reason="Another text.") == 5
    assert delivery.drain().sent == 0


def test_what_a_sender_holds_still_leaves_and_what_it_gives_back_does_not(room):
    run = planned(room)
    runs.work()
    held = outbox.claim(queue="bulk", limit=2)
    assert under_way.stop(run=run, by=room.lead, reason="Another text.") == 3

    outbox.mark_all_sent(held[:1])
    outbox.release(held[1:])
    delivery.drain()

    assert states(run) == [("sent", "")] + [("suppressed", "run_stopped")] * 4


def test_what_has_all_left_cannot_be_stopped_and_says_what_can_be_done(room):
    run = planned(room)
    runs.work()
    delivery.drain()

    with pytest.raises(DomainError, match="Send a correction instead"):
        under_way.stop(run=run, by=room.lead, reason="Too late.")

    run.refresh_from_db()
    assert (run.state, run.decided_by) == ("done", None)
    assert not AuditEvent.objects.filter(action="run.stopped").exists()


@pytest.mark.parametrize("state", ["waits", "skipped", "stopped"])
def test_what_is_not_going_out_cannot_be_stopped(room, state):
    run = planned(room)
    Run.objects.update(state=state, reason="late", decided_by=room.lead)

    with pytest.raises(DomainError, match=str(room.lead)):
        under_way.stop(run=run, by=MemberFactory(), reason="Another text.")


def test_stopping_needs_a_reason(room):
    with pytest.raises(DomainError, match="Say in a few words why"):
        under_way.stop(run=planned(room), by=room.lead, reason=" \n")


def test_stopped_run_is_not_sent_from_the_desk(room):
    run = planned(room)
    under_way.stop(run=run, by=room.lead, reason="Another text.")

    assert not late_desk.is_undecided(run)
    assert run not in late_desk.waiting(room.lead)
    with pytest.raises(DomainError, match="has just decided"):
        late_desk.send_now(run=run, by=room.lead)


def test_text_for_several_days_goes_out_on_none_of_the_later_ones(room):
    day = MORNING.date()
    row = approved(
        Announcement.objects.create(
            room=room,
            day=day,
            last_day=day + dt.timedelta(days=4),
            at=dt.time(8, 30),
            language="en",
            text="Welcome.",
            kind="preparation",
        )
    )
    planner.plan()
    run = Run.objects.get(subject=row.public_id)

    under_way.stop(run=run, by=room.lead, reason="Another text.")
    with time_machine.travel(MORNING + dt.timedelta(days=1), tick=False):
        planner.plan()

    assert [one.state for one in Run.objects.filter(subject=row.public_id)] == ["stopped"]
    row.refresh_from_db()
    assert (row.last_day, row.changed_by) == (row.day, room.lead)


def test_list_shows_what_goes_out_to_who_may_stop_it_and_nothing_that_is_over(room):
    run = planned(room)
    assert under_way.listed(room.lead) == [run]
    assert under_way.listed(add_to(room)) == []

    runs.work()
    assert under_way.listed(room.lead) == [run]  # its mails wait

    delivery.drain()
    assert under_way.listed(room.lead) == []


def test_page_costs_the_same_however_many_go_out(client, room):
    client.force_login(room.lead)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("community:late_list")).status_code == 200
        return len(queries)

    planned(room)
    cost()
    one = cost()
    for day in range(1, 3):
        with source(due(room, kind="announcement", subject=f"more-{day}")):
            planner.plan()
    assert Run.objects.open().count() == 3
    assert cost() == one


def test_pages_show_it_stop_it_and_say_what_became_of_it(client, room):
    run = planned(room)
    client.force_login(room.lead)
    at = reverse("community:run_detail", args=[run.public_id])
    assert at in client.get(reverse("community:late_list")).text
    assert "Stop it" in client.get(at).text
    stop = reverse("community:run_stop", args=[run.public_id])

    refused = client.post(stop, {"reason": ""})
    assert refused.status_code == 422
    assert "Error:" in refused.text

    done = client.post(stop, {"reason": "The hour is wrong."}, follow=True)
    assert "Stopped. Nobody else gets it" in done.text
    assert "The hour is wrong." in done.text
    assert stop not in done.text


def test_page_of_what_goes_out_says_how_far_it_is_and_where_to_look_again(client, room):
    run = planned(room)
    Run.objects.update(context={"text": "Good morning.", "note": "We were away.", "language": "en"})
    runs.work()
    client.force_login(room.lead)
    at = reverse("community:run_detail", args=[run.public_id])

    text = client.get(at).text

    assert "Under the bell: 5 of 5" in text
    assert f'href="{at}"' in text
    assert "<h1>Good morning.</h1>" in text
    assert '<div class="voice" lang="en">' in text
    assert "(Asia/Shanghai)" not in text
    room.lead.timezone = "Europe/Paris"
    room.lead.save()
    assert "(Asia/Shanghai)" in client.get(at).text


def test_who_was_slower_is_told_and_loses_nothing(client, room):
    run = planned(room)
    other = add_to(room, role="lead")
    under_way.stop(run=run, by=other, reason="Another text.")
    client.force_login(room.lead)

    answer = client.post(
        reverse("community:run_stop", args=[run.public_id]), {"reason": "The hour is wrong."}
    )

    assert answer.status_code == 422
    assert f"{other} has just decided" in answer.text
    assert "The hour is wrong." in answer.text


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_stopped_while_it_is_handed_out_no_piece_follows(monkeypatch):
    """Whatever comes first: what was reached has its item, and nothing is queued afterwards."""
    in_pieces(monkeypatch, 1)
    room = room_of(0)
    lead = add_to(room, mail=True, role="lead")
    for _ in range(3):
        add_to(room, mail=True)
    run = planned(room)

    race(runs.work, partial(under_way.stop, run=run, by=lead, reason="Another text."))

    run.refresh_from_db()
    assert run.state == "stopped"
    assert InboxItem.objects.filter(run=run).count() == run.reached
    assert not OutboxMessage.objects.filter(run=run, state="queued").exists()
    assert runs.work() == (0, False)
