"""The outbox's states: who may move a message where, and only once.

    queued → sending → sent
                     → queued again (not now, or the lease ran out)
                     → suppressed | dead | unknown, each with a reason

A message is taken by a short transaction and sent outside of any. That it was sent is written for the
whole batch at once; until then the journal knows it (``journal.py``). What went wrong is written at
once. Both are fenced by the claim or the number of the attempt: a sender that was too slow finds that
the message is no longer its own, and changes nothing.
"""

import datetime as dt
import logging
import random
import uuid
from collections.abc import Iterable, Sequence
from contextlib import nullcontext

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q

from community import clock
from community.channels import may_repeat
from community.models import Member, OutboxMessage, Run
from community.services import bell, journal, personal, switches
from community.trust.failpoint import failpoint

logger = logging.getLogger(__name__)

State, Reason, Queue = OutboxMessage.State, OutboxMessage.Reason, OutboxMessage.Queue

INSERT_ROWS = 500
LONGEST_ERROR = 500
LONGEST_BACKOFF = dt.timedelta(hours=1)
# First pause after a failure; each further one is twice as long. A code is good for ten minutes.
FIRST_BACKOFF = {Queue.URGENT: dt.timedelta(seconds=10), Queue.BULK: dt.timedelta(seconds=60)}
SWEPT_CLAIMS = 100
# So many leases longer a batch waits whose journal is not here.
OTHERS_LEASES = 2


def enqueue(messages: Iterable[OutboxMessage]) -> None:
    """Queue messages in the caller's transaction; one whose ``key`` is known is left as it is.

    One INSERT per 500. The bell is rung when the transaction commits.
    """
    messages = list(messages)
    OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True, batch_size=INSERT_ROWS)
    failpoint("outbox.enqueued")
    for queue in sorted({message.queue for message in messages}):
        bell.ring_on_commit(queue)


def lease_end(now: dt.datetime) -> dt.datetime:
    return now + dt.timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


def claim(*, queue: str, limit: int, surely: bool = False) -> list[OutboxMessage]:
    """Take up to ``limit`` due messages of ``queue`` for this sender, in the order of ``id``.

    One query to see whether anything is due, which locks nothing, then three, of which those that
    take are one transaction of its own, which must not run inside another. PostgreSQL skips rows
    that another sender is taking; SQLite lets one sender take at a time. The journal of the claim is
    there before the claim is, so that none is ever without one; the caller removes it when every
    message is settled. ``surely`` leaves out the first query, where the last claim was a full one.
    Raises journal.NoRoom.
    """
    now = clock.now()
    token = uuid.uuid4()
    failpoint("outbox.before_claim")
    if not surely and not OutboxMessage.objects.due(now, queue=queue).exists():
        return []
    # Whatever breaks in there leaves the journal: nobody knows whether a commit that was cut off has
    # gone through. The sweep removes it when nothing is claimed by it.
    take = _take_in_one if connection.vendor == "sqlite" else _lock_and_take
    rows = take(queue, limit, now, token)
    if not rows:
        journal.remove(token)
        return []
    failpoint("outbox.claimed")
    return rows


def _lock_and_take(
    queue: str, limit: int, now: dt.datetime, token: uuid.UUID
) -> list[OutboxMessage]:
    """Rows that nobody else is taking. The UPDATE repeats the condition, and if it finds fewer than
    were chosen, nothing is taken."""
    lease = lease_end(now)
    with transaction.atomic(durable=True):
        due = switches.let_through(OutboxMessage.objects.due(now, queue=queue))
        rows = list(
            due.select_for_update(skip_locked=True, of=("self",)).order_by("not_before", "id")[
                :limit
            ]
        )
        if not rows:
            return []
        journal.create(token, len(rows))
        taken = OutboxMessage.objects.filter(
            pk__in=[row.pk for row in rows], state=State.QUEUED
        ).update(
            state=State.SENDING, reason="", claim=token, lease_until=lease, attempt=F("attempt") + 1
        )
        if taken != len(rows):
            transaction.set_rollback(True)
            return []
    for row in rows:
        row.state, row.claim, row.lease_until = State.SENDING, token, lease
        row.reason = ""
        row.attempt += 1
    return sorted(rows, key=lambda row: row.pk)


def _take_in_one(queue: str, limit: int, now: dt.datetime, token: uuid.UUID) -> list[OutboxMessage]:
    """The same where a writer keeps out all others: one statement chooses and takes, and what it took
    is read when the door is open again. A page that writes would wait for 2,000 rows to be built."""
    lease = lease_end(now)
    journal.create(token, limit)
    with transaction.atomic(durable=True):
        due = switches.let_through(OutboxMessage.objects.due(now, queue=queue))
        chosen = due.order_by("not_before", "id").values("pk")[:limit]
        OutboxMessage.objects.filter(pk__in=chosen).update(
            state=State.SENDING, reason="", claim=token, lease_until=lease, attempt=F("attempt") + 1
        )
    # The lease is what there is an index of.
    mine = OutboxMessage.objects.filter(state=State.SENDING, lease_until=lease, claim=token)
    return list(mine.order_by("id"))


def fetch_members_and_runs(rows: Sequence[OutboxMessage]) -> None:
    """Fill in whom they are to and what they are of. Two queries; one or none where none has any.

    ``prefetch_related_objects`` writes a condition as deep as there are rows, which SQLite refuses
    beyond a thousand.
    """
    for name, model in (("member", Member), ("run", Run)):
        wanted = {getattr(row, f"{name}_id") for row in rows} - {None}
        if not wanted:
            continue
        found = {one.pk: one for one in model.objects.filter(pk__in=wanted)}
        for row in rows:
            if (key := getattr(row, f"{name}_id")) is not None:
                setattr(row, name, found[key])


def _write(row: OutboxMessage, state: str, **changes: object) -> bool:
    """Move a message that this sender holds; False if it holds it no longer. One query."""
    row.state = state
    mine = OutboxMessage.objects.filter(pk=row.pk, attempt=row.attempt, state=State.SENDING)
    return bool(mine.update(state=state, claim=None, lease_until=None, **changes))


WIPED = {"address": "", "sealed_context": "", "wiped": True}


def _wipe(row: OutboxMessage) -> dict[str, object]:
    """The changes that empty the sealed parts, if there are any."""
    if row.__dict__["address"] or row.__dict__["sealed_context"]:
        return dict(WIPED)
    return {}


def mark_sent(row: OutboxMessage) -> bool:
    """One message as ``mark_all_sent``; False if somebody else has taken it over meanwhile."""
    return bool(mark_all_sent([row]))


def mark_all_sent(rows: Sequence[OutboxMessage]) -> int:
    """The other side has all of these, which were taken by one claim; how many were still this
    sender's. What somebody else has taken over meanwhile may come twice, and says so.

    One UPDATE, one more where there are sealed parts to wipe, and one query if some were lost.
    """
    now = clock.now()
    with transaction.atomic() if personal.is_told(rows) else nullcontext():
        written = _settle_all(rows, State.SENT, now, wipe=True)
        mine = list(rows) if written == len(rows) else _still_mine(rows, now)
        personal.settled(mine)
    if lost := {row.pk for row in rows} - {row.pk for row in mine}:
        OutboxMessage.objects.filter(pk__in=lost).update(maybe_twice=True)
        logger.warning("%s messages were sent after their lease had run out.", len(lost))
    return written


def _settle_all(
    rows: Sequence[OutboxMessage], state: str, now: dt.datetime, *, wipe: bool, reason: str = ""
) -> int:
    """Settle messages of one claim that this sender still holds. They share the claim, and attempt
    was raised by it: the claim alone is the fence."""
    sealed = [row for row in rows if wipe and _wipe(row)]
    plain = [row for row in rows if not (wipe and _wipe(row))]
    written = 0
    for some, wiped in ((plain, {}), (sealed, WIPED)):
        if some:
            mine = OutboxMessage.objects.filter(
                pk__in=[row.pk for row in some], claim=some[0].claim, state=State.SENDING
            )
            written += mine.update(
                state=state, reason=reason, settled_at=now, claim=None, lease_until=None, **wiped
            )
    return written


def _still_mine(rows: Sequence[OutboxMessage], now: dt.datetime) -> list[OutboxMessage]:
    """Those that stand as sent under this attempt: written by us just now, or by a sweep that has
    read our journal."""
    attempts = dict(
        OutboxMessage.objects.filter(pk__in=[row.pk for row in rows], state=State.SENT).values_list(
            "pk", "attempt"
        )
    )
    return [row for row in rows if attempts.get(row.pk) == row.attempt]


def mark_all_suppressed(rows: Sequence[OutboxMessage], reason: str) -> int:
    """None of these, taken by one claim, shall be sent, for ``reason``; how many. One UPDATE, or two
    where there are sealed parts to wipe."""
    with transaction.atomic() if personal.is_told(rows) else nullcontext():
        written = _settle_all(
            rows, State.SUPPRESSED, clock.now(), wipe=reason == Reason.EXPIRED, reason=reason
        )
        if reason == Reason.NOTHING_NEW:
            personal.settled(rows)
    return written


def mark_dead(row: OutboxMessage, reason: str, error: str) -> bool:
    """It cannot be sent; a person decides what now."""
    now = clock.now()
    logger.error("Message %s failed for good: %s.", row.public_id, reason)
    return _write(
        row,
        State.DEAD,
        reason=reason,
        settled_at=now,
        error=error[:LONGEST_ERROR],
        last_error_at=now,
    )


def mark_failed(
    row: OutboxMessage, error: str, *, unsure: bool = False, reason: str = Reason.SENDER_LOST
) -> bool:
    """It did not work this time: back to the queue after a pause, or dead after too many times.

    ``unsure``: it may have left the house. Then it is sent again only where that is the lesser
    evil, and listed as "maybe twice"; otherwise it becomes ``unknown``, for ``reason``, and waits
    for a person.
    """
    now = clock.now()
    told = {"error": error[:LONGEST_ERROR], "last_error_at": now}
    if unsure and not may_repeat(row.channel):
        return _write(row, State.UNKNOWN, reason=reason, settled_at=now, **told)
    if unsure:
        told["maybe_twice"] = True
    failures = row.failures + 1
    told["failures"] = failures
    if failures >= settings.OUTBOX_MAX_ATTEMPTS:
        return _write(row, State.DEAD, reason=Reason.TOO_MANY_TRIES, settled_at=now, **told)
    return _write(row, State.QUEUED, not_before=now + backoff(row.queue, failures), **told)


def release(rows: Sequence[OutboxMessage], *, error: str = "") -> int:
    """Give back messages that this sender took and has not begun; how many. One query.

    With ``error`` (the way out is closed) they wait a little, and it counts as no failure of
    theirs.
    """
    if not rows:
        return 0
    changes: dict[str, object] = {}
    now = clock.now()
    if error:
        pause = backoff(rows[0].queue, 1)
        changes = {
            "error": error[:LONGEST_ERROR],
            "last_error_at": now,
            "not_before": now + pause,
        }
    # They share one claim, and attempt was raised by it: the claim alone is the fence.
    mine = OutboxMessage.objects.filter(
        pk__in=[row.pk for row in rows], claim=rows[0].claim, state=State.SENDING
    )
    return mine.update(state=State.QUEUED, claim=None, lease_until=None, **changes)


def hold(rows: Sequence[OutboxMessage], *, reason: str, until: dt.datetime) -> int:
    """Give back messages that a limit does not let through before ``until``; how many. One query.

    It is no failure of theirs: they stay queued, and say why they wait.
    """
    mine = OutboxMessage.objects.filter(
        pk__in=[row.pk for row in rows], claim=rows[0].claim, state=State.SENDING
    )
    return mine.update(
        state=State.QUEUED, reason=reason, claim=None, lease_until=None, not_before=until
    )


def backoff(queue: str, failures: int) -> dt.timedelta:
    """How long to wait after the ``failures``-th failure: doubling, at most an hour, with jitter
    so that what failed together does not come back together."""
    pause = min(FIRST_BACKOFF[Queue(queue)] * 2 ** (failures - 1), LONGEST_BACKOFF)
    return pause * random.uniform(0.75, 1.25)


def sweep() -> int:
    """Free what senders left behind, and wipe what has expired; how many messages were freed.

    Of an abandoned batch the journal tells which messages the other side has: they are sent. One
    that was begun may have left the house; the others have not. Three queries when there is nothing
    to do. Safe to run in several processes at once.
    """
    now = clock.now()
    _wipe_expired(now)
    here, lease = journal.known(), dt.timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    # A journal that is not here may be on another machine, whose own look will read it.
    readable = Q(claim__in=here) | Q(lease_until__lt=now - OTHERS_LEASES * lease)
    abandoned = OutboxMessage.objects.abandoned(now).filter(readable)
    claims = list(abandoned.order_by().values_list("claim", flat=True).distinct()[:SWEPT_CLAIMS])
    freed = 0
    for token in filter(None, claims):
        try:
            freed += _free(token, now, lease)
        except DatabaseError:
            raise
        except Exception:  # one batch that cannot be freed keeps back none of the others
            logger.exception("Batch %s could not be freed.", token)
    if freed:
        logger.warning("%s messages were freed after their sender had stopped.", freed)
    _forget_old_journals(lease)
    return freed


def _free(token: uuid.UUID, now: dt.datetime, lease: dt.timedelta) -> int:
    """Free one abandoned batch, in one transaction; then its journal has told all it knew."""
    with transaction.atomic():
        held = OutboxMessage.objects.filter(claim=token, state=State.SENDING)
        rows = list(
            held.select_related("run").select_for_update(of=("self",)).order_by("id")
        )  # locked: of two sweepers, the second finds nothing
        if not rows:
            return 0  # somebody else has just swept it
        told = journal.take_over(token)
        if told is None and (rows[0].lease_until or now) > now - OTHERS_LEASES * lease:
            return 0  # its own machine may still come back
        freed = _free_by(rows, told)
    journal.remove(token)
    return freed


def _free_by(rows: Sequence[OutboxMessage], told: journal.Told | None) -> int:
    everything = frozenset(row.pk for row in rows)
    begun, taken = (told.begun, told.done) if told else (everything, frozenset())
    done = [row for row in rows if row.pk in taken]
    doubtful = [row for row in rows if row.pk in begun - taken]
    untouched = [row for row in rows if row.pk not in begun]
    freed = mark_all_sent(done) if done else 0
    for row in doubtful:
        freed += mark_failed(row, "The sender stopped in the middle of it.", unsure=True)
    if untouched and not doubtful:
        # Nothing of it has left. But it may be what killed the sender, and that must have an end.
        first = untouched.pop(0)
        freed += mark_failed(first, "The sender stopped before it came to it.")
    failpoint("outbox.swept")
    return freed + release(untouched)


def _forget_old_journals(lease: dt.timedelta) -> None:
    """Those of senders that were killed just before their claim, or just after everything was
    settled. No query while there are none."""
    if old := journal.old(2 * lease.total_seconds()):
        needed = OutboxMessage.objects.filter(claim__in=old, state=State.SENDING)
        old -= set(needed.order_by().values_list("claim", flat=True).distinct())
        journal.remove(*old)


def _wipe_expired(now: dt.datetime) -> None:
    """A code in a message that failed or was not sent is kept until it is worthless, no longer."""
    over = OutboxMessage.objects.filter(settled_at__isnull=False, expires_at__lte=now)
    over = over.exclude(address="", sealed_context="")
    over.update(address="", sealed_context="", wiped=True)
