"""What a dead sender leaves in its journal, and what the sweep makes of it."""

import datetime as dt
import os
import uuid

import pytest
import time_machine
from django.db import DatabaseError

from community import channels, clock
from community.channels import NotNow
from community.models import OutboxMessage
from community.registry import health_checks
from community.services import delivery, journal, outbox
from community.services.journal import Journal, NoRoom, TakenOver, Told
from community.services.letters import Letters
from tests.community.delivery.helpers import begun
from tests.community.delivery.test_outbox import FakeOutlet
from tests.factories import OutboxMessageFactory

LEASE = 180


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def outlet(db, monkeypatch):
    fake = FakeOutlet()
    monkeypatch.setitem(channels.CHANNELS, "email", (fake.open, True))
    return fake


def taken(count=4):
    for number in range(count):
        OutboxMessageFactory(address=f"m{number}@example.org")
    return outbox.claim(queue="bulk", limit=count)


def sweep(leases=1):
    with time_machine.travel(clock.now() + dt.timedelta(seconds=LEASE * leases + 1)):
        return outbox.sweep()


def states():
    return list(OutboxMessage.objects.order_by("pk").values_list("state", "maybe_twice"))


def files():
    return sorted(os.listdir(journal.folder()))


def full_disk(*_told):
    raise OSError(28, "No space left on device")


def test_journal_is_private_and_gone_when_the_batch_is_settled(outlet):
    rows = taken()
    path = journal.folder() / str(rows[0].claim)
    assert path.stat().st_mode & 0o777 == 0o600

    OutboxMessage.objects.update(state="queued", claim=None, lease_until=None)
    journal.remove(rows[0].claim)
    delivery.drain()

    assert states() == [("sent", False)] * 4
    assert files() == []


def test_batch_that_was_sent_costs_one_statement_however_large(
    outlet, django_assert_max_num_queries
):
    for number in range(50):
        OutboxMessageFactory(address=f"m{number}@example.org")

    with django_assert_max_num_queries(11):
        outcome = delivery.deliver(queue="bulk", limit=100)

    assert outcome.sent == 50


def test_what_the_other_side_has_is_sent_and_what_was_begun_is_doubted(db):
    rows = taken()
    begun(*rows[:2], done=True)
    begun(rows[2])

    assert sweep() == 4

    assert states() == [("sent", False), ("sent", False), ("queued", True), ("queued", False)]
    assert not OutboxMessage.objects.filter(state="sent").exclude(sealed_context="").exists()
    assert files() == []


def test_batch_of_which_nothing_was_begun_is_not_doubted_but_does_not_go_on_for_ever(db):
    taken()

    assert sweep() == 4

    assert states() == [("queued", False)] * 4
    assert list(OutboxMessage.objects.order_by("pk").values_list("failures", flat=True)) == [
        *(1, 0, 0, 0)
    ]


@pytest.mark.parametrize("how", ["missing", "of another boot"])
def test_batch_without_a_journal_waits_for_its_machine_and_is_doubted_then(db, monkeypatch, how):
    rows = taken()
    begun(rows[0], done=True)
    if how == "missing":
        journal.remove(rows[0].claim)
    else:
        monkeypatch.setattr(journal, "boot", lambda: "another")

    assert (sweep(1), sweep(2)) == (0, 0)
    assert [state for state, _twice in states()] == ["sending"] * 4

    assert sweep(3) == 4
    assert states() == [("queued", True)] * 4


def test_machine_that_comes_back_in_time_settles_its_batch(db, monkeypatch):
    rows = taken()
    begun(*rows, done=True)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(journal, "folder", lambda: journal.Path("/nowhere"))
        assert sweep(1) == 0

    assert sweep(1) == 4

    assert states() == [("sent", False)] * 4


def test_line_that_was_not_written_to_its_end_is_not_believed(db):
    rows = taken(2)
    path = journal.folder() / str(rows[0].claim)
    begun(rows[0])
    content = path.read_bytes().rstrip(b"\0")

    path.write_bytes(content + b"done %d" % rows[0].pk)

    assert journal.read(rows[0].claim) == Told(frozenset({rows[0].pk}), frozenset())


def test_full_disk_takes_nothing_sends_nothing_and_says_so(outlet, monkeypatch):
    OutboxMessageFactory()
    monkeypatch.setattr(journal.os, "pwrite", full_disk)

    outcome = delivery.deliver(queue="bulk")

    assert (outlet.sent, outcome.taken) == ([], 0)
    assert "No space left" in outcome.down
    assert [state for state, _twice in states()] == ["queued"]
    assert files() == []


def test_disk_that_is_full_in_the_middle_keeps_what_was_sent_and_gives_back_the_rest(
    outlet, monkeypatch
):
    for number in range(3):
        OutboxMessageFactory(address=f"m{number}@example.org")
    done = Journal.done

    def full_at_the_second(book, pk):
        if outlet.sent == ["m0@example.org", "m1@example.org"]:
            raise NoRoom("No space left")
        done(book, pk)

    monkeypatch.setattr(Journal, "done", full_at_the_second)

    outcome = delivery.drain()

    assert outlet.sent == ["m0@example.org", "m1@example.org"]
    assert states() == [("sent", False), ("sent", False), ("queued", False)]
    assert outcome.down == "No space left"


def test_full_disk_is_shown_by_readyz_and_the_doctor(client, db, monkeypatch):
    assert client.get("/readyz/").json()["warnings"] == ["look"]
    assert health_checks["delivery-journal"].run().state == "ok"
    monkeypatch.setattr(journal.os, "pwrite", full_disk)

    assert client.get("/readyz/").json()["warnings"] == ["look", "disk"]
    assert health_checks["delivery-journal"].run().state == "fail"


def test_file_that_takes_only_a_part_is_a_full_disk(db, monkeypatch):
    monkeypatch.setattr(journal.os, "pwrite", lambda _file, data, _place: len(data) - 1)

    with pytest.raises(NoRoom, match="No space left"):
        journal.create(uuid.uuid4(), 3)

    assert files() == []


def test_room_for_the_longest_batch_is_taken_at_once(db):
    claim = uuid.uuid4()
    journal.create(claim, 2)
    size = (journal.folder() / str(claim)).stat().st_size

    with Journal(claim) as book:
        for pk in (2**63 - 1, 2**63 - 2):
            book.begin(pk)
            book.done(pk)

    assert (journal.folder() / str(claim)).stat().st_size == size
    assert journal.read(claim).done == {2**63 - 1, 2**63 - 2}


def test_journal_of_nobody_is_removed_and_one_that_is_needed_stays(db):
    rows = taken(1)
    journal.create(uuid.uuid4(), 1)

    with time_machine.travel(clock.now() + dt.timedelta(seconds=10)):
        outbox.sweep()
    assert len(files()) == 2
    OutboxMessage.objects.update(lease_until=clock.now() + dt.timedelta(days=1))
    sweep(leases=2)

    assert files() == [str(rows[0].claim)]


def test_late_sender_of_a_batch_that_was_swept_says_what_may_come_twice(db):
    rows = taken(3)
    begun(rows[0], done=True)
    begun(rows[1])
    sweep()  # the second is taken for doubtful, and is queued again

    assert outbox.mark_all_sent(rows[:2]) == 0

    assert states() == [("sent", False), ("queued", True), ("queued", False)]


def test_sent_message_that_somebody_else_has_sent_meanwhile_is_listed(db):
    first = taken(1)
    OutboxMessage.objects.update(state="queued", claim=None, lease_until=None)
    second = outbox.claim(queue="bulk", limit=1)
    outbox.mark_all_sent(second)

    assert outbox.mark_all_sent(first) == 0

    assert states() == [("sent", True)]


def test_restored_row_that_was_begun_and_then_refused_is_doubted_though_others_came_after_it(db):
    rows = taken(2)
    begun(rows[0])  # refused; that was written after the backup was made
    begun(rows[1], done=True)

    sweep()

    assert states() == [("queued", True), ("sent", False)]


def test_one_batch_that_cannot_be_freed_keeps_back_no_other(db, monkeypatch):
    taken(1)
    taken(1)
    free, calls = outbox._free, []

    def breaks_once(*told):
        calls.append(told)
        if len(calls) == 1:
            raise RuntimeError("a bug")
        return free(*told)

    monkeypatch.setattr(outbox, "_free", breaks_once)

    assert sweep() == 1


def test_failures_are_written_one_by_one_and_the_rest_at_once(outlet):
    for number in range(3):
        OutboxMessageFactory(address=f"m{number}@example.org")
    outlet.plan["m1@example.org"] = NotNow("451 later")

    outcome = delivery.drain()

    assert (outcome.sent, outcome.failed) == (2, 1)
    assert states() == [("sent", False), ("queued", False), ("sent", False)]


def test_failing_database_leaves_the_journal(outlet, monkeypatch):
    rows_sent = []
    OutboxMessageFactory(address="m0@example.org")

    def gone(rows):
        rows_sent.extend(rows)
        raise DatabaseError

    monkeypatch.setattr(outbox, "mark_all_sent", gone)
    with pytest.raises(DatabaseError):
        delivery.drain()

    [claim] = {row.claim for row in rows_sent}
    assert journal.read(claim) == Told(*[frozenset({rows_sent[0].pk})] * 2)


def halted_past_its_lease(monkeypatch):
    """The sender stands still before its first message while somebody frees its batch, and goes on."""
    letter, halts = Letters.letter, [True]

    def halt(self, row, sender):
        if halts.pop() if halts else False:
            assert sweep() == 2
        return letter(self, row, sender)

    monkeypatch.setattr(Letters, "letter", halt)


def test_sender_that_was_halted_past_its_lease_begins_nothing_more(outlet, monkeypatch):
    for number in range(2):
        OutboxMessageFactory(address=f"m{number}@example.org")
    halted_past_its_lease(monkeypatch)

    delivery.deliver(queue="bulk")

    # What it was about to send waits; what it had not come to, it has claimed anew.
    assert outlet.sent == ["m1@example.org"]
    assert states() == [("queued", False), ("sent", False)]
    OutboxMessage.objects.update(not_before=clock.now())
    delivery.drain()
    assert sorted(outlet.sent) == ["m0@example.org", "m1@example.org"]


def test_control_without_the_mark_it_sends_what_another_one_sends_as_well(outlet, monkeypatch):
    for number in range(2):
        OutboxMessageFactory(address=f"m{number}@example.org")
    halted_past_its_lease(monkeypatch)
    monkeypatch.setattr(journal, "take_over", journal.read)

    delivery.deliver(queue="bulk")

    assert "m0@example.org" in outlet.sent  # killed now, it would have told nobody


def test_journal_that_was_taken_over_still_tells_what_stood_in_it(outlet):
    rows = taken()
    with Journal(rows[0].claim) as book:
        book.begin(rows[0].pk)
        book.done(rows[0].pk)
        assert journal.take_over(rows[0].claim).done == {rows[0].pk}
        with pytest.raises(TakenOver):
            book.begin(rows[1].pk)

    # Whoever frees it once more, because the first one was killed, is on the safe side.
    assert journal.read(rows[0].claim) == Told(
        frozenset({rows[0].pk, rows[1].pk}), frozenset({rows[0].pk})
    )


def test_batch_that_was_taken_over_before_its_sender_came_to_it_ends_without_a_word(
    outlet, monkeypatch, caplog
):
    for number in range(2):
        OutboxMessageFactory(address=f"m{number}@example.org")
    claim, halts = outbox.claim, [True]

    def halt(**told):
        rows = claim(**told)
        if rows and halts:
            halts.pop()
            assert sweep() == 2
        return rows

    monkeypatch.setattr(outbox, "claim", halt)

    outcome = delivery.deliver(queue="bulk")

    assert not outcome.down
    assert "taken over" in caplog.text
    assert outlet.sent == ["m1@example.org"]  # the first waits for a while, as if it had failed
    assert states() == [("queued", False), ("sent", False)]
    assert files() == []


def test_journal_that_cannot_be_opened_gives_the_batch_back_and_says_why(outlet, monkeypatch):
    OutboxMessageFactory(address="m0@example.org")
    real = os.open

    def refuse(path, flags, *more, **named):
        if "journal" in str(path) and not flags & os.O_CREAT:
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", refuse)

    outcome = delivery.deliver(queue="bulk")

    assert "Permission denied" in outcome.down
    assert (outlet.sent, states()) == ([], [("queued", False)])
