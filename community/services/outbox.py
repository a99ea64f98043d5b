"""The outbox's states: who may move a message where, and only once.

    queued → sending → sent
                     → queued again (not now, or the lease ran out)
                     → suppressed | dead | unknown, each with a reason

A message is taken by a short transaction and sent outside of any. What became of it is written
under the number of the attempt: a sender that was too slow finds that the message is no longer
its own, and changes nothing.
"""

import datetime as dt
import logging
import random
import uuid
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F

from community import clock
from community.channels import may_repeat
from community.models import OutboxMessage
from community.services import bell, switches
from community.trust.failpoint import failpoint

logger = logging.getLogger(__name__)

State, Reason, Queue = OutboxMessage.State, OutboxMessage.Reason, OutboxMessage.Queue

INSERT_ROWS = 500
LONGEST_ERROR = 500
LONGEST_BACKOFF = dt.timedelta(hours=1)
# First pause after a failure; each further one is twice as long. A code is good for ten minutes.
FIRST_BACKOFF = {Queue.URGENT: dt.timedelta(seconds=10), Queue.BULK: dt.timedelta(seconds=60)}
SWEPT_CLAIMS = 100


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


def claim(*, queue: str, limit: int) -> list[OutboxMessage]:
    """Take up to ``limit`` due messages of ``queue`` for this sender, in the order of ``id``.

    One query to see whether anything is due, which locks nothing, then three in one transaction of
    its own, which must not run inside another. PostgreSQL skips rows that another sender is taking;
    SQLite lets one sender take at a time. The UPDATE repeats the condition, and if it finds fewer
    rows than were chosen, nothing is taken.
    """
    now = clock.now()
    token, lease = uuid.uuid4(), lease_end(now)
    failpoint("outbox.before_claim")
    if not OutboxMessage.objects.due(now, queue=queue).exists():
        return []
    with transaction.atomic(durable=True):
        due = switches.let_through(OutboxMessage.objects.due(now, queue=queue))
        rows = list(
            due.select_for_update(skip_locked=True, of=("self",)).order_by("not_before", "id")[
                :limit
            ]
        )
        if not rows:
            return []
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
    failpoint("outbox.claimed")
    return sorted(rows, key=lambda row: row.pk)


def _write(row: OutboxMessage, state: str, **changes: object) -> bool:
    """Move a message that this sender holds; False if it holds it no longer. One query."""
    row.state = state
    mine = OutboxMessage.objects.filter(pk=row.pk, attempt=row.attempt, state=State.SENDING)
    return bool(mine.update(state=state, claim=None, lease_until=None, **changes))


def _wipe(row: OutboxMessage) -> dict[str, object]:
    """The changes that empty the sealed parts, if there are any."""
    if row.__dict__["address"] or row.__dict__["sealed_context"]:
        return {"address": "", "sealed_context": "", "wiped": True}
    return {}


def mark_sent(row: OutboxMessage) -> bool:
    """The other side has it. If somebody else has taken it over meanwhile, it may come twice, and
    the message says so; False then."""
    if _write(row, State.SENT, settled_at=clock.now(), **_wipe(row)):
        return True
    OutboxMessage.objects.filter(pk=row.pk).update(maybe_twice=True)
    logger.warning("Message %s was sent after its lease had run out.", row.public_id)
    return False


def mark_suppressed(row: OutboxMessage, reason: str) -> bool:
    """It shall not be sent, for ``reason``."""
    wipe = _wipe(row) if reason == Reason.EXPIRED else {}
    return _write(row, State.SUPPRESSED, reason=reason, settled_at=clock.now(), **wipe)


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

    Of each abandoned batch the first message may have left the house, because a batch is sent in
    order and each outcome is written before the next message is begun; the others have not. Two
    queries when there is nothing to do. Safe to run in several processes at once.
    """
    now = clock.now()
    _wipe_expired(now)
    abandoned = OutboxMessage.objects.abandoned(now)
    claims = list(abandoned.order_by().values_list("claim", flat=True).distinct()[:SWEPT_CLAIMS])
    freed = sum(_free(token) for token in claims if token)
    if freed:
        logger.warning("%s messages were freed after their sender had stopped.", freed)
    return freed


@transaction.atomic
def _free(token: uuid.UUID) -> int:
    """Free one abandoned batch. In one transaction, or another sweeper would see it without its
    first message and doubt the second as well."""
    rows = list(OutboxMessage.objects.filter(claim=token, state=State.SENDING).order_by("id"))
    if not rows:
        return 0  # somebody else has just swept it
    doubtful, *untouched = rows
    freed = int(mark_failed(doubtful, "The sender stopped in the middle of it.", unsure=True))
    failpoint("outbox.swept")
    return freed + release(untouched)


def _wipe_expired(now: dt.datetime) -> None:
    """A code in a message that failed or was not sent is kept until it is worthless, no longer."""
    over = OutboxMessage.objects.filter(settled_at__isnull=False, expires_at__lte=now)
    over = over.exclude(address="", sealed_context="")
    over.update(address="", sealed_context="", wiped=True)
