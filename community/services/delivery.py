"""Sending: take a batch, ask what may go, hand it over, write down what became of it."""

import datetime as dt
import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError
from django.db.models import prefetch_related_objects

from community import channels, clock
from community.channels import ChannelDown, Mail, NotNow, Outlet, Refused, Unsure
from community.models import OutboxMessage
from community.services import bell, mail, outbox, suppression
from community.trust.failpoint import failpoint

logger = logging.getLogger(__name__)

Reason = OutboxMessage.Reason

# A task ends after this and rings again, so that an urgent one never waits for a long one.
TASK_SECONDS = 4.0
# A sender this close to the end of its lease begins nothing more.
LEASE_MARGIN = dt.timedelta(seconds=30)
URGENT_BATCH = 10


@dataclass
class Outcome:
    """What one run of a sender came to. ``more``: it stopped before it found nothing due."""

    taken: int = 0
    sent: int = 0
    suppressed: int = 0
    failed: int = 0
    more: bool = False
    down: str = ""


def deliver(*, queue: str, seconds: float = TASK_SECONDS, limit: int | None = None) -> Outcome:
    """Send what is due in ``queue`` until nothing is, or for ``seconds``; then ring again.

    Locks nothing while it sends. Per batch: four queries to take it, one for the members, up to
    three for the conditions, and one per message for the outcome.
    """
    outcome = Outcome()
    ends = time.monotonic() + seconds
    limit = limit or (URGENT_BATCH if queue == "urgent" else settings.OUTBOX_BATCH_SIZE)
    while not outcome.down:
        if time.monotonic() >= ends:
            outcome.more = True
            break
        batch = outbox.claim(queue=queue, limit=limit)
        if not batch:
            break
        outcome.taken += len(batch)
        _deliver_batch(batch, ends, outcome)
    return outcome


def deliver_and_ring(*, queue: str) -> Outcome:
    """What a task does: ``deliver`` for its few seconds, and ring once more if more is due."""
    outcome = deliver(queue=queue)
    if outcome.more:
        bell.ring(queue)
    return outcome


def drain() -> Outcome:
    """Send everything due of both queues, the urgent first, with no broker and no time limit."""
    whole = Outcome()
    for queue in ("urgent", "bulk"):
        part = deliver(queue=queue, seconds=float("inf"))
        whole.taken += part.taken
        whole.sent += part.sent
        whole.suppressed += part.suppressed
        whole.failed += part.failed
        whole.down = whole.down or part.down
    return whole


def _deliver_batch(batch: Sequence[OutboxMessage], ends: float, outcome: Outcome) -> None:
    """One channel after the other: each is opened once."""
    now = clock.now()
    prefetch_related_objects(batch, "member")
    stay = suppression.reasons(batch, now=now)
    failpoint("delivery.checked")
    to_send = []
    for row in batch:
        if row.pk in stay:
            outcome.suppressed += outbox.mark_suppressed(row, stay[row.pk])
        elif row.channel not in channels.channel_names():
            error = f"There is no channel {row.channel!r} in this version."
            outcome.failed += outbox.mark_dead(row, Reason.NO_CHANNEL, error)
        else:
            to_send.append(row)
    for name in sorted({row.channel for row in to_send}):
        _send_all(name, [row for row in to_send if row.channel == name], ends, outcome)


def _send_all(name: str, rows: Sequence[OutboxMessage], ends: float, outcome: Outcome) -> None:
    with channels.open_channel(name) as outlet:
        for position, row in enumerate(rows):
            assert row.lease_until is not None
            late = clock.now() > row.lease_until - LEASE_MARGIN
            if late or time.monotonic() >= ends:
                outbox.release(rows[position:])
                outcome.more = True
                return
            try:
                _send_one(outlet, row, outcome)
            except ChannelDown as error:
                logger.warning("Nothing goes out by %s: %s", name, error)
                outcome.down = str(error)
                outbox.release(rows[position:], error=str(error))
                return


def _send_one(outlet: Outlet, row: OutboxMessage, outcome: Outcome) -> None:
    """Send one message and write what became of it, before the next one is begun.

    Raises ChannelDown, and DatabaseError when the outcome could not be written: then the rest of
    the batch must stay unsent, so that only this message is in doubt.
    """
    try:
        letter = mail.build(row, now=clock.now())
    except DatabaseError:
        raise
    except Exception as error:  # a broken template must not stop the others
        outcome.failed += outbox.mark_dead(row, Reason.BROKEN, f"{type(error).__name__}: {error}")
        return
    failpoint("delivery.before_send")
    try:
        outlet.send(letter)
    except ChannelDown:
        raise
    except Refused as error:
        outcome.failed += outbox.mark_dead(row, Reason.REFUSED, _without_address(error, letter))
    except NotNow as error:
        outcome.failed += outbox.mark_failed(row, _without_address(error, letter))
    except Unsure as error:
        outcome.failed += outbox.mark_failed(row, _without_address(error, letter), unsure=True)
    except Exception as error:  # a mistake of ours in the middle of sending: nobody knows
        logger.exception("Message %s broke while it was sent.", row.public_id)
        outcome.failed += outbox.mark_failed(row, f"{type(error).__name__}: {error}", unsure=True)
    else:
        failpoint("delivery.sent")
        outcome.sent += outbox.mark_sent(row)
        failpoint("delivery.marked")


def _without_address(error: Exception, letter: Mail) -> str:
    """What the server said, which often repeats to whom: that is sealed in the row, and stays so."""
    return re.sub(re.escape(letter.to), "the address", str(error), flags=re.IGNORECASE)
