"""Several senders and schedulers at once. Each guard has a control without it, which must fail:
a race that never happens proves nothing."""

import datetime as dt
import time
from collections import Counter
from itertools import chain

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from community import clock
from community.errors import DomainError
from community.models import InboxItem, Member, OutboxMessage, Run
from community.services import inbox, late_desk, outbox, planner, runs
from tests.community.delivery.due import due, room_of, source
from tests.community.delivery.helpers import begun
from tests.community.delivery.races import at_once, first_fault
from tests.factories import MemberFactory, OutboxMessageFactory

pytestmark = pytest.mark.django_db(transaction=True)

PROCESSES = 4
ROUNDS = 20  # a control that shows its fault in none of these is no control
DAY = dt.date(2026, 3, 2)


def fill(count):
    OutboxMessage.objects.all().delete()
    for _number in range(count):
        OutboxMessageFactory()


def take_everything(claim):
    taken = []
    while batch := claim():
        taken += batch
    return taken


def twice(found):
    return [key for key, count in Counter(chain(*found)).items() if count > 1]


def test_each_message_is_taken_by_one_sender():
    fill(200)

    def sender(_number):
        def claim():
            return [row.pk for row in outbox.claim(queue="bulk", limit=7)]

        return take_everything(claim)

    found = at_once(PROCESSES, sender)

    assert twice(found) == []
    # A batch that somebody else was quicker at is given up whole; the next look takes it.
    assert sum(map(len, found)) == 200
    assert OutboxMessage.objects.filter(state="sending", attempt=1).count() == 200


def test_control_claim_without_lock_and_condition_takes_messages_twice():
    def sender(_number):
        def claim():
            due = OutboxMessage.objects.due(clock.now(), queue="bulk")
            chosen = list(due.order_by("not_before", "id").values_list("pk", flat=True)[:7])
            time.sleep(0.001)  # where the real one holds its lock
            OutboxMessage.objects.filter(pk__in=chosen).update(
                state="sending",
                claim="00000000-0000-0000-0000-000000000001",
                lease_until=clock.now(),
                attempt=F("attempt") + 1,
            )
            return chosen

        return take_everything(claim)

    def attempt():
        fill(40)
        return bool(twice(at_once(PROCESSES, sender)))

    assert first_fault(ROUNDS, attempt)


def test_one_run_and_one_message_each_whoever_plans_it():
    members = MemberFactory.create_batch(30)

    def scheduler(_number):
        with transaction.atomic():
            run = inbox.plan("digest", subject="camp1", local_date=DAY)
            outbox.enqueue(
                OutboxMessageFactory.build(
                    key=f"digest:{run.pk}:{member.pk}:email", member=member, address="", run=run
                )
                for member in members
            )
        return run.pk

    found = at_once(PROCESSES, scheduler)

    assert len(set(found)) == 1
    assert Run.objects.count() == 1
    assert OutboxMessage.objects.count() == 30


def test_control_looking_first_and_inserting_then_plans_twice():
    """The same without the database's refusal: the key differs, as if it were not unique."""

    def scheduler(number):
        if not OutboxMessage.objects.filter(key__startswith="digest:").exists():
            time.sleep(0.001)
            try:
                OutboxMessageFactory(key=f"digest:{number}")
            except IntegrityError:
                return 0
        return 1

    def attempt():
        fill(0)
        at_once(PROCESSES, scheduler)
        return OutboxMessage.objects.count() > 1

    assert first_fault(ROUNDS, attempt)


def test_each_member_gets_one_item_whoever_fans_out(monkeypatch):
    monkeypatch.setattr(runs, "CHUNK", 10)
    MemberFactory.create_batch(45)
    run = inbox.plan("digest", subject="camp1", local_date=DAY, template="community/note")

    def fan_out(_number):
        pieces = 1
        while not inbox.fan_out(Run.objects.get(pk=run.pk), Member.objects.all()):
            pieces += 1
        return pieces

    found = at_once(PROCESSES, fan_out)

    assert InboxItem.objects.count() == 45
    # Five pieces of work; each process also looks once at a finished run.
    assert sum(found) <= 5 + PROCESSES
    run.refresh_from_db()
    assert run.finished_at is not None


def test_control_fan_out_without_the_unique_constraint_writes_items_twice(monkeypatch):
    """The lock alone is not what saves us when a sender was taken for dead: without the
    constraint, a second INSERT … SELECT goes through."""
    MemberFactory.create_batch(5)
    run = inbox.plan("digest", subject="camp1", local_date=DAY, template="community/note")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE unguarded (run_id bigint, member_id bigint)")

    def fan_out(_number):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO unguarded SELECT %s, id FROM community_member WHERE id NOT IN "
                "(SELECT member_id FROM unguarded WHERE run_id = %s AND member_id IS NULL)",
                [run.pk, run.pk],
            )

    try:
        at_once(2, fan_out)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM unguarded")
            assert cursor.fetchone()[0] > 5
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE unguarded")


def test_two_sweepers_free_a_batch_once():
    fill(20)
    begun(outbox.claim(queue="bulk", limit=20)[0])
    OutboxMessage.objects.update(lease_until=clock.now() - dt.timedelta(seconds=1))

    freed = at_once(PROCESSES, lambda _number: outbox.sweep())

    assert sum(freed) == 20
    assert OutboxMessage.objects.filter(state="queued", failures=0).count() == 19
    assert OutboxMessage.objects.filter(state="queued", failures=1, maybe_twice=True).count() == 1


def test_sender_and_sweeper_do_not_both_decide():
    """The lease runs out while the sender writes: one of the two outcomes stands, never a mix."""

    def attempt(number):
        row = OutboxMessage.objects.get()
        if number == 0:
            return outbox.mark_sent(row)
        return outbox.sweep()

    for _round in range(ROUNDS):
        fill(1)
        outbox.claim(queue="bulk", limit=1)
        OutboxMessage.objects.update(lease_until=clock.now() - dt.timedelta(seconds=1))
        sent, freed = at_once(2, attempt)
        row = OutboxMessage.objects.get()
        assert (sent, freed) in {(True, 0), (False, 1)}
        assert row.state == ("sent" if sent else "queued")
        assert row.maybe_twice == (not sent)


@time_machine.travel(dt.datetime(2026, 3, 2, 0, 31, tzinfo=dt.UTC))
def test_a_day_has_one_run_whoever_plans_it():
    room = room_of(3)

    with source(*(due(room, subject=f"n{number}") for number in range(20))):
        made = at_once(PROCESSES, lambda _number: planner.plan())

    assert Run.objects.count() == 20
    assert sum(made) == 20


@time_machine.travel(dt.datetime(2026, 3, 2, 0, 31, tzinfo=dt.UTC))
def test_control_planning_what_was_not_there_a_moment_ago_plans_twice():
    """Look first and insert then, with a key that differs as if it were not unique."""
    room = room_of(3)

    def scheduler(number):
        if not Run.objects.filter(what="note").exists():
            time.sleep(0.001)
            Run.objects.create(what="note", subject=f"by {number}", local_date=DAY, room=room)

    def attempt():
        Run.objects.all().delete()
        at_once(PROCESSES, scheduler)
        return Run.objects.count() > 1

    assert first_fault(ROUNDS, attempt)


@time_machine.travel(dt.datetime(2026, 3, 2, 0, 31, tzinfo=dt.UTC))
def test_of_two_who_decide_about_what_is_late_one_wins_and_the_other_is_told_by_whom():
    room = room_of(3)
    ada, ben = MemberFactory(display_name="Ada"), MemberFactory(display_name="Ben")
    with source(due(room, reason="changed")):
        planner.plan()
    run = Run.objects.get()

    def decide(number):
        try:
            if number % 2:
                late_desk.send_now(run=Run.objects.get(pk=run.pk), by=ada)
            else:
                late_desk.skip(run=Run.objects.get(pk=run.pk), by=ben, reason="too late")
        except DomainError as refusal:
            return str(refusal)
        return ""

    said = at_once(PROCESSES, decide)

    run.refresh_from_db()
    assert said.count("") == 1
    assert all(str(run.decided_by) in sentence for sentence in said if sentence)
