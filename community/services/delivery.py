"""Sending: take a batch, ask what may go, hand it over, write down what became of it."""

import datetime as dt
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError
from django.db.models import prefetch_related_objects

from community import channels, clock
from community.channels import (
    ChannelDown,
    Mail,
    NotNow,
    Outlet,
    Refused,
    RobotText,
    Sender,
    TooFast,
    Unsure,
)
from community.models import OutboxMessage
from community.services import bell, mail, mail_accounts, outbox, robot_sending, suppression
from community.services.mail_accounts import Grant
from community.trust.failpoint import failpoint

logger = logging.getLogger(__name__)

Reason = OutboxMessage.Reason

# A task ends after this and rings again, so that an urgent one never waits for a long one.
TASK_SECONDS = 4.0
# A sender this close to the end of its lease begins nothing more.
LEASE_MARGIN = dt.timedelta(seconds=30)
# Who writes what leaves by which channel.
BUILDERS: dict[str, Callable[..., Mail | RobotText]] = {
    "email": mail.build,
    "robot": robot_sending.build,
}
URGENT_BATCH = 10


@dataclass
class Outcome:
    """What one run of a sender came to. ``more``: it stopped before it found nothing due."""

    taken: int = 0
    sent: int = 0
    suppressed: int = 0
    failed: int = 0
    held: int = 0
    more: bool = False
    down: str = ""


@dataclass(frozen=True)
class Way:
    """How a message leaves: by which channel and, for mail, from which account."""

    channel: str
    sender: Sender | None = None


def deliver(*, queue: str, seconds: float = TASK_SECONDS, limit: int | None = None) -> Outcome:
    """Send what is due in ``queue`` until nothing is, or for ``seconds``; then ring again.

    Locks nothing while it sends. Per batch: four queries to take it, one for the members, up to
    five for the conditions, one for the mail accounts (five where there are limits), and one per
    message for the outcome. Where robots are written to: three for them, four for each to count it,
    and one more per message.
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
        whole.held += part.held
        whole.down = whole.down or part.down
    return whole


def _deliver_batch(batch: Sequence[OutboxMessage], ends: float, outcome: Outcome) -> None:
    """Ask what may go, and by which way; then send it."""
    now = clock.now()
    prefetch_related_objects(batch, "member", "robot__space", "robot__room")
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
    full = robot_sending.hold_what_is_over([row for row in to_send if row.robot_id])
    outcome.held += len(full)
    to_send = [row for row in to_send if row.pk not in full]
    grants = _allot([row for row in to_send if row.channel == "email"], outcome)
    ways = {row.pk: Way(row.channel) for row in to_send if row.channel != "email"}
    for grant in grants:
        ways |= {row.pk: Way("email", grant.sender) for row in grant.rows}
    # In the order of their ids whatever way they take: of an abandoned batch, only the first that
    # is left can have left the house.
    unbegun, faults = _send_all([row for row in to_send if row.pk in ways], ways, ends, outcome)
    robot_sending.give_back([row for row in to_send if row.robot_id and row.pk in unbegun])
    for grant in grants:
        _settle(grant, unbegun, faults.get(Way("email", grant.sender)), outcome)


def _allot(rows: Sequence[OutboxMessage], outcome: Outcome) -> list[Grant]:
    """Each mail account takes what it may; what none may take now waits, and says why."""
    if not rows:
        return []
    allotment = mail_accounts.allot(rows)
    for (reason, until), held in allotment.held.items():
        until = mail_accounts.resume_at(until)
        outcome.held += outbox.hold(held, reason=reason, until=until)
    failpoint("delivery.allotted")
    return allotment.grants


def _settle(grant: Grant, unbegun: set[int], fault: ChannelDown | None, outcome: Outcome) -> None:
    """What an account did not get to counts for nothing; and how it stands is written down."""
    if rest := [row for row in grant.rows if row.pk in unbegun]:
        mail_accounts.give_back(grant, rest)
    if fault:
        if mail_accounts.note_fault(grant.sender, fault):
            outcome.down = str(fault)
    elif grant.was_faulty and len(rest) < len(grant.rows):
        mail_accounts.note_well(grant.sender)


def _send_all(
    rows: Sequence[OutboxMessage], ways: Mapping[int, Way], ends: float, outcome: Outcome
) -> tuple[set[int], dict[Way, ChannelDown]]:
    """Send ``rows``, opening each way once; the keys of those given back unbegun, and what is wrong
    with which way."""
    unbegun: set[int] = set()
    faults: dict[Way, ChannelDown] = {}
    outlets: dict[Way, Outlet] = {}
    with ExitStack() as opened:
        for position, row in enumerate(rows):
            way = ways[row.pk]
            if way in faults:
                continue
            assert row.lease_until is not None
            late = clock.now() > row.lease_until - LEASE_MARGIN
            if late or time.monotonic() >= ends:
                rest = [later for later in rows[position:] if ways[later.pk] not in faults]
                outbox.release(rest)
                outcome.more = True
                return unbegun | {later.pk for later in rest}, faults
            try:
                if way not in outlets:
                    outlet = channels.open_channel(way.channel, way.sender)
                    outlets[way] = opened.enter_context(outlet)
                _send_one(outlets[way], row, outcome)
            except ChannelDown as error:
                logger.warning("Nothing goes out by %s: %s", way.channel, error)
                faults[way] = error
                rest = [later for later in rows[position:] if ways[later.pk] == way]
                outbox.release(rest, error=str(error))
                unbegun |= {later.pk for later in rest}
                if way.sender is None:
                    outcome.down = str(error)
    return unbegun, faults


def _send_one(outlet: Outlet, row: OutboxMessage, outcome: Outcome) -> None:
    """Send one message and write what became of it, before the next one is begun.

    Raises ChannelDown, and DatabaseError when the outcome could not be written: then the rest of
    the batch must stay unsent, so that only this message is in doubt.
    """
    try:
        letter = BUILDERS[row.channel](row, now=clock.now())
    except DatabaseError:
        raise
    except Exception as error:  # a broken template must not stop the others
        outcome.failed += outbox.mark_dead(row, Reason.BROKEN, f"{type(error).__name__}: {error}")
        return
    failpoint("delivery.before_send")
    failure: Exception | None = None
    try:
        outlet.send(letter)
    except ChannelDown:
        raise
    except Exception as error:
        failure = error
        _write_failure(row, error, letter, outcome)
    else:
        failpoint("delivery.sent")
        outcome.sent += outbox.mark_sent(row)
        failpoint("delivery.marked")
    if row.robot:
        robot_sending.note(row.robot, failure)


def _write_failure(
    row: OutboxMessage, error: Exception, letter: Mail | RobotText, outcome: Outcome
) -> None:
    told = _without_address(error, letter)
    if isinstance(error, Refused):
        outcome.failed += outbox.mark_dead(row, Reason.REFUSED, told)
    elif isinstance(error, TooFast):
        until = clock.now() + error.pause
        outcome.held += outbox.hold([row], reason=Reason.ROBOT_FULL, until=until)
    elif isinstance(error, NotNow):
        outcome.failed += outbox.mark_failed(row, told)
    elif isinstance(error, Unsure):
        outcome.failed += outbox.mark_failed(row, told, unsure=True, reason=Reason.NO_ANSWER)
    else:  # a mistake of ours in the middle of sending: nobody knows
        logger.error("Message %s broke while it was sent.", row.public_id, exc_info=error)
        outcome.failed += outbox.mark_failed(row, f"{type(error).__name__}: {told}", unsure=True)


def _without_address(error: Exception, letter: Mail | RobotText) -> str:
    """What the server said, which often repeats to whom: that is sealed in the row, and stays so."""
    return re.sub(re.escape(letter.to), "the address", str(error), flags=re.IGNORECASE)
