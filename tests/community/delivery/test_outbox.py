"""What becomes of a message: each way out of each state, and who may write it."""

import datetime as dt
from contextlib import contextmanager

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction

from community import channels, clock
from community.channels import ChannelDown, NotNow, Refused, Unsure
from community.models import OutboxMessage
from community.services import delivery, look, outbox, switches
from tests.community.delivery.helpers import begun
from tests.factories import OutboxMessageFactory, RobotFactory

MINUTE = dt.timedelta(minutes=1)


class FakeOutlet:
    """A way out that does what its ``plan`` says for each address, and keeps what was sent."""

    def __init__(self):
        self.plan, self.sent, self.opened = {}, [], 0

    def send(self, mail):
        if failure := self.plan.get(mail.to):
            raise failure
        self.sent.append(mail.to)

    @contextmanager
    def open(self, sender=None):
        self.opened += 1
        yield self


@pytest.fixture
def outlet(db, monkeypatch):
    fake = FakeOutlet()
    monkeypatch.setitem(channels.CHANNELS, "email", (fake.open, True))
    monkeypatch.setitem(channels.CHANNELS, "robot", (fake.open, False))
    return fake


def queued(number=1, **changes):
    return OutboxMessageFactory(address=f"m{number}@example.org", **changes)


def state_of(message):
    message.refresh_from_db()
    return message.state, message.reason


def take(queue="bulk", limit=10):
    return outbox.claim(queue=queue, limit=limit)


def test_batch_goes_through_one_opening_in_the_order_of_the_ids(outlet):
    for number in range(3):
        queued(number)

    outcome = delivery.deliver(queue="bulk")

    assert outlet.sent == ["m0@example.org", "m1@example.org", "m2@example.org"]
    assert (outcome.taken, outcome.sent, outcome.more, outlet.opened) == (3, 3, False, 1)


@pytest.mark.django_db(transaction=True)
def test_rows_are_read_when_the_claim_keeps_nobody_out():
    wanted = [queued(number).pk for number in range(3)]
    read_inside = []

    def note(execute, sql, params, many, context):
        if sql.startswith("SELECT") and '"sealed_context"' in sql:
            read_inside.append(connection.in_atomic_block)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        rows = take()

    assert [row.pk for row in rows] == wanted
    assert {(row.state, row.attempt, row.claim) for row in rows} == {("sending", 1, rows[0].claim)}
    # PostgreSQL locks the rows that it reads, and nothing else.
    assert read_inside == [connection.vendor != "sqlite"]


def test_what_is_not_due_waits(outlet):
    queued(not_before=clock.now() + MINUTE)

    assert delivery.drain().taken == 0


def test_urgent_and_bulk_do_not_touch_each_other(outlet):
    queued(1, queue="urgent")
    queued(2, queue="bulk")

    delivery.deliver(queue="urgent")

    assert outlet.sent == ["m1@example.org"]


def test_refused_message_is_dead_with_the_words_of_the_server_but_not_the_address(outlet):
    message = queued()
    outlet.plan["m1@example.org"] = Refused("550 <M1@example.org>: no such user")

    delivery.drain()

    assert state_of(message) == ("dead", "refused")
    assert message.error == "550 <the address>: no such user"
    assert message.last_error_at is not None


def test_message_that_fails_comes_back_later_and_later_and_then_is_dead(outlet, settings):
    message = queued(expires_at=clock.now() + dt.timedelta(days=1))
    outlet.plan["m1@example.org"] = NotNow("451 later")
    waits = []

    with time_machine.travel(clock.now(), tick=False) as journey:
        for _attempt in range(settings.OUTBOX_MAX_ATTEMPTS):
            delivery.drain()
            message.refresh_from_db()
            waits.append((message.not_before - clock.now()).total_seconds())
            journey.shift(dt.timedelta(minutes=30))

    assert state_of(message) == ("dead", "too_many_tries")
    assert message.failures == 5
    for wait, planned in zip(waits[:4], (60, 120, 240, 480), strict=True):
        assert 0.75 * planned <= wait <= 1.25 * planned


def test_backoff_is_bounded_and_not_the_same_for_all():
    waits = {outbox.backoff("bulk", 40) for _ in range(20)}

    assert max(waits) <= dt.timedelta(hours=1) * 1.25
    assert len(waits) > 10


def test_poison_message_stops_nobody(outlet):
    poison = queued(1, template="community/no_such_mail")
    for number in range(2, 12):
        queued(number)

    outcome = delivery.drain()

    assert (len(outlet.sent), outcome.failed) == (10, 1)
    assert state_of(poison) == ("dead", "broken")
    assert "TemplateDoesNotExist" in poison.error


def test_mistake_of_ours_while_sending_stops_nobody_and_is_not_taken_for_unsent(outlet):
    broken = queued(1)
    queued(2)
    outlet.plan["m1@example.org"] = ZeroDivisionError("a bug")

    delivery.drain()

    assert outlet.sent == ["m2@example.org"]
    assert state_of(broken) == ("queued", "")
    assert (broken.maybe_twice, broken.failures) == (True, 1)


def test_closed_way_out_costs_no_message_a_failure_and_stops_the_batch(outlet):
    for number in range(3):
        queued(number)
    outlet.plan["m1@example.org"] = ChannelDown("The password is wrong.")

    outcome = delivery.drain()

    assert outlet.sent == ["m0@example.org"]
    assert outcome.down == "The password is wrong."
    waiting = OutboxMessage.objects.filter(state="queued")
    assert [(row.failures, row.error) for row in waiting] == [(0, "The password is wrong.")] * 2
    assert all(row.not_before > clock.now() for row in waiting)


def test_mail_that_may_have_left_is_sent_again_and_listed(outlet):
    message = queued()
    outlet.plan["m1@example.org"] = Unsure("cut off")

    delivery.drain()

    assert state_of(message) == ("queued", "")
    assert message.maybe_twice


def test_robot_message_that_may_have_left_waits_for_a_person(outlet):
    robot = RobotFactory()
    message = queued(
        channel="robot",
        robot=robot,
        kind="late",
        template="community/run_waits",
        context={"count": 1},
    )
    outlet.plan[robot.key] = Unsure("[cut_off] cut off")

    delivery.drain()

    assert state_of(message) == ("unknown", "no_answer")


def test_channel_of_another_version_is_dead_and_stops_nobody(outlet):
    message = queued(1, channel="pigeon")
    queued(2)

    delivery.drain()

    assert state_of(message) == ("dead", "no_channel")
    assert outlet.sent == ["m2@example.org"]


def test_database_that_fails_after_sending_learns_it_from_the_journal(outlet, monkeypatch):
    rows = [queued(number) for number in range(3)]

    def gone(rows):
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(outbox, "mark_all_sent", gone)
        with pytest.raises(DatabaseError):
            delivery.drain()
    with time_machine.travel(clock.now() + dt.timedelta(seconds=181)):
        assert outbox.sweep() == 3

    assert len(outlet.sent) == 3
    assert [state_of(row) for row in rows] == [("sent", "")] * 3
    assert not any(row.maybe_twice for row in rows)


def test_database_that_fails_after_a_failure_leaves_the_rest_unsent(outlet, monkeypatch):
    for number in range(3):
        queued(number)
    outlet.plan["m1@example.org"] = NotNow("451 later")

    def gone(row, error):
        raise DatabaseError

    monkeypatch.setattr(outbox, "mark_failed", gone)
    with pytest.raises(DatabaseError):
        delivery.drain()

    assert outlet.sent == ["m0@example.org"]


def test_sweep_doubts_only_what_was_begun_in_an_abandoned_batch(outlet):
    rows = [queued(number) for number in range(3)]
    begun(take()[0])
    assert outbox.sweep() == 0

    with time_machine.travel(clock.now() + dt.timedelta(seconds=181)):
        assert outbox.sweep() == 3

    found = OutboxMessage.objects.order_by("pk")
    assert [row.pk for row in found] == [row.pk for row in rows]
    assert [row.state for row in found] == ["queued"] * 3
    assert [row.maybe_twice for row in found] == [True, False, False]
    assert [row.failures for row in found] == [1, 0, 0]


def test_sweep_leaves_a_robot_message_to_a_person(outlet):
    robot = RobotFactory()
    first, second = (queued(number, channel="robot", robot=robot) for number in (1, 2))
    begun(take()[0])

    with time_machine.travel(clock.now() + dt.timedelta(seconds=181)):
        outbox.sweep()

    assert state_of(first) == ("unknown", "sender_lost")
    assert state_of(second) == ("queued", "")


def test_message_that_kills_its_sender_again_and_again_ends_dead(outlet, settings):
    message = queued()

    with time_machine.travel(clock.now()) as journey:
        for _attempt in range(settings.OUTBOX_MAX_ATTEMPTS):
            assert len(take()) == 1
            journey.shift(dt.timedelta(hours=1))
            outbox.sweep()
            journey.shift(dt.timedelta(hours=1))

    assert state_of(message) == ("dead", "too_many_tries")


def test_late_sender_changes_nothing_but_says_that_it_may_be_twice(outlet):
    message = queued()
    [late] = take()
    OutboxMessage.objects.update(
        state="queued", claim=None, lease_until=None, not_before=clock.now() - MINUTE
    )
    [newer] = take()

    assert outbox.mark_sent(late) is False
    assert outbox.mark_dead(late, "refused", "no") is False
    assert state_of(message) == ("sending", "")
    assert message.maybe_twice
    assert outbox.mark_sent(newer) is True
    assert state_of(message) == ("sent", "")


def test_control_without_the_attempt_a_late_sender_overwrites_a_newer_one(outlet):
    """The fence is what holds it off: the same write without it goes through."""
    message = queued()
    take()
    OutboxMessage.objects.update(state="queued", claim=None, lease_until=None)
    take()

    unfenced = OutboxMessage.objects.filter(pk=message.pk, state="sending")
    unfenced.update(
        state="dead", reason="refused", claim=None, lease_until=None, settled_at=clock.now()
    )

    assert state_of(message) == ("dead", "refused")


def test_sender_close_to_the_end_of_its_lease_gives_the_rest_back(outlet, settings):
    settings.OUTBOX_LEASE_SECONDS = 20  # less than the margin: it may not begin at all
    rows = [queued(number) for number in range(2)]

    outcome = delivery.deliver(queue="bulk", seconds=0.2)

    assert (outlet.sent, outcome.more) == ([], True)
    assert [state_of(row)[0] for row in rows] == ["queued", "queued"]


def test_task_stops_in_time_and_says_that_there_is_more(outlet, monkeypatch):
    for number in range(3):
        queued(number)
    ticks = iter([0.0, 0.0, 0.0, 9.0, 9.0, 9.0])
    monkeypatch.setattr(delivery.time, "monotonic", lambda: next(ticks))

    outcome = delivery.deliver(queue="bulk", seconds=4)

    assert (outcome.sent, outcome.more) == (1, True)
    assert OutboxMessage.objects.filter(state="queued", failures=0).count() == 2


def test_task_rings_again_when_there_is_more(outlet, monkeypatch):
    rung = []
    monkeypatch.setattr(delivery.bell, "ring", rung.append)
    queued(queue="urgent")

    monkeypatch.setattr(delivery, "TASK_SECONDS", 4.0)
    assert delivery.deliver_and_ring(queue="urgent").sent == 1
    assert rung == []

    monkeypatch.setattr(delivery, "deliver", lambda **_told: delivery.Outcome(taken=10, more=True))
    delivery.deliver_and_ring(queue="urgent")
    assert rung == ["urgent"]


def test_what_is_too_old_is_not_sent_and_its_code_is_wiped(outlet):
    message = queued(expires_at=clock.now() - MINUTE)

    delivery.drain()

    assert outlet.sent == []
    assert state_of(message) == ("suppressed", "expired")
    assert (message.sealed_context, message.wiped) == ("", True)


def test_code_in_a_dead_message_is_wiped_once_it_is_worthless(outlet):
    message = OutboxMessageFactory(dead=True, expires_at=clock.now() + MINUTE)
    outbox.sweep()
    message.refresh_from_db()
    assert not message.wiped

    with time_machine.travel(clock.now() + 2 * MINUTE):
        outbox.sweep()

    message.refresh_from_db()
    assert (message.state, message.wiped, message.sealed_context) == ("dead", True, "")


def test_hold_keeps_what_was_queued_before_and_lets_a_new_code_pass(outlet):
    queued(1, queue="urgent")
    switches.turn_on("hold", reason="restored")
    queued(2, queue="urgent")
    queued(3, queue="bulk")

    delivery.drain()
    assert outlet.sent == ["m2@example.org"]

    switches.turn_off("hold")
    delivery.drain()
    assert outlet.sent == ["m2@example.org", "m1@example.org", "m3@example.org"]


def test_stop_keeps_everything(outlet):
    queued(1, queue="urgent")
    switches.turn_on("stop", reason="spam")
    queued(2, queue="urgent")

    assert delivery.drain().taken == 0


def test_look_rings_for_what_is_due_and_not_for_what_is_at_work(outlet, monkeypatch):
    rung = []
    monkeypatch.setattr(look.bell, "ring", rung.append)
    queued(1, queue="urgent")
    queued(2, queue="bulk")
    queued(3, queue="bulk")
    take("bulk", limit=1)

    row = look.look()

    assert rung == ["urgent"]
    assert (row.way, row.due) == ("bell", 2)
    with time_machine.travel(clock.now() + 3 * MINUTE + dt.timedelta(seconds=2)):
        row = look.look()
    assert sorted(rung) == ["bulk", "urgent", "urgent"]
    assert row.swept == 1


def test_second_message_with_the_same_key_is_refused_by_the_database(db):
    queued(key="same")

    with pytest.raises(IntegrityError), transaction.atomic():
        queued(key="same")

    outbox.enqueue([OutboxMessageFactory.build(key="same")])
    assert OutboxMessage.objects.count() == 1


def test_message_that_is_not_being_sent_cannot_be_leased(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        queued(lease_until=clock.now())


def test_message_that_was_not_sent_must_say_why(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        queued(state="dead", settled_at=clock.now())
