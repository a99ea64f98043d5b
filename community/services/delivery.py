"""Sending: take a batch, ask what may go, hand it over, write down what became of it."""

import datetime as dt
import logging
import re
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, fields

from django.conf import settings
from django.db import DatabaseError
from django.db.models import prefetch_related_objects

from community import channels, clock
from community.channels import (
    ChannelDown,
    Mail,
    NotNow,
    Outlet,
    ReadyMail,
    Refused,
    RobotText,
    Sender,
    TooFast,
    Unsure,
)
from community.models import OutboxMessage
from community.services import bell, journal, mail_accounts, outbox, robot_sending, suppression
from community.services.journal import Journal, NoRoom, TakenOver
from community.services.letters import Letters
from community.services.mail_accounts import Grant
from community.trust.failpoint import failpoint

logger = logging.getLogger(__name__)

Reason = OutboxMessage.Reason

# A task ends after this and rings again, so that an urgent one never waits for a long one. What it
# has taken by then it may still send for a second; the rest is given back.
TASK_SECONDS, GRACE_SECONDS = 3.5, 1.0
# A sender this close to the end of its lease begins nothing more.
LEASE_MARGIN = dt.timedelta(seconds=30)
URGENT_BATCH, FIRST_BATCH = 10, 100
# No batch is larger than what is sent within this time, however long there is.
BATCH_SECONDS = 60.0

# Messages a second, by queue, as the last task of this process found it.
_pace: dict[str, float] = {}


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

    def add(self, part: "Outcome") -> None:
        """Take in what a part of it came to."""
        for each in fields(Outcome):
            mine, theirs = getattr(self, each.name), getattr(part, each.name)
            setattr(self, each.name, mine + theirs if each.type is int else mine or theirs)


@dataclass(frozen=True)
class Way:
    """How a message leaves: by which channel and, for mail, from which account."""

    channel: str
    sender: Sender | None = None


@dataclass
class Batch(Outcome):
    """The messages of one claim while they are sent, and what they have come to so far.

    ``ways`` says by which way each leaves. ``over_there`` are those that the other side has and the
    database does not know of yet. After ``ends`` nothing more is begun.
    """

    rows: Sequence[OutboxMessage] = ()
    ends: float = 0.0
    book: Journal = field(init=False)
    letters: Letters = field(init=False)
    ways: dict[int, Way] = field(default_factory=dict)
    over_there: list[OutboxMessage] = field(default_factory=list)


def deliver(*, queue: str, seconds: float = TASK_SECONDS, limit: int | None = None) -> Outcome:
    """Send what is due in ``queue`` until nothing is, or for ``seconds``; then ring again.

    Locks nothing while it sends. Per batch: four queries to take it, two for members and runs, up to
    seven for the conditions, one for the mail accounts (five where there are limits), one for what was
    sent, one for each reason not to, and one for each message that failed. Where robots are
    written to: three for them, four for each to count it, and one more per message.
    """
    outcome = Outcome()
    began = now = time.monotonic()
    ends, full = began + seconds, False
    while not outcome.down:
        if (now := time.monotonic()) >= ends:
            outcome.more = True
            break
        if outcome.taken and now > began:
            _pace[queue] = outcome.taken / (now - began)
        size = limit or _size(queue, ends + GRACE_SECONDS - now)
        try:
            rows = outbox.claim(queue=queue, limit=size, surely=full)
        except NoRoom as error:
            logger.error("%s", error)
            outcome.down = str(error)
            break
        if not rows:
            break
        full = len(rows) == size
        batch = Batch(taken=len(rows), rows=rows, ends=ends + GRACE_SECONDS)
        try:
            _deliver_batch(batch)
        except (TakenOver, NoRoom) as error:
            # Nothing of it was begun. What is still this sender's goes back at once.
            outbox.release(rows)
            if isinstance(error, NoRoom):
                logger.error("%s", error)
                batch.down = str(error)
            else:
                logger.warning("A batch was taken over before its sender came to it.")
        outcome.add(batch)
    return outcome


def _size(queue: str, seconds: float) -> int:
    """Twice what will likely be sent in the time that is left: what is taken in vain is given back
    with one statement, and a small batch costs as many as a large one."""
    if queue == OutboxMessage.Queue.URGENT:
        return URGENT_BATCH
    likely = int(2 * _pace.get(queue, 0) * min(seconds, BATCH_SECONDS))
    return min(settings.OUTBOX_BATCH_SIZE, max(FIRST_BATCH, likely))


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
        whole.add(deliver(queue=queue, seconds=float("inf")))
    whole.more = False
    return whole


def _deliver_batch(batch: Batch) -> None:
    """Ask what may go, and by which way; send it; write what became of all of it.

    Where the database fails, the journal stays, and the sweep settles by it.
    """
    claim = batch.rows[0].claim
    assert claim is not None
    with Journal(claim) as batch.book:
        to_send = _what_may_go(batch)
        full = robot_sending.hold_what_is_over([row for row in to_send if row.robot_id])
        batch.held += len(full)
        to_send = [row for row in to_send if row.pk not in full]
        grants = _allot([row for row in to_send if row.channel == "email"], batch)
        batch.ways = {row.pk: Way(row.channel) for row in to_send if row.channel != "email"}
        for grant in grants:
            batch.ways |= {row.pk: Way("email", grant.sender) for row in grant.rows}
        # In the order of their ids, whatever way they take.
        unbegun, faults = _send_all([row for row in to_send if row.pk in batch.ways], batch)
        robot_sending.give_back([row for row in to_send if row.robot_id and row.pk in unbegun])
        if batch.over_there:
            batch.sent += outbox.mark_all_sent(batch.over_there)
            failpoint("delivery.settled")
        for grant in grants:
            _settle(grant, unbegun, faults.get(Way("email", grant.sender)), batch)
    journal.remove(claim)


def _what_may_go(batch: Batch) -> list[OutboxMessage]:
    """Write down what shall not be sent, each reason at once, and what cannot; the rest."""
    now, known = clock.now(), channels.channel_names()
    outbox.fetch_members_and_runs(batch.rows)
    prefetch_related_objects(
        [row for row in batch.rows if row.robot_id], "robot__space", "robot__room"
    )
    verdict = suppression.judge(batch.rows, now=now)
    stay, later = verdict.stay, verdict.wait
    failpoint("delivery.checked")
    _hold(batch.rows, later, batch)
    stay_or_wait = stay.keys() | later.keys()
    asked = [row for row in batch.rows if row.pk not in stay_or_wait and row.channel in known]
    batch.letters = Letters(asked, now)
    stay |= dict.fromkeys(batch.letters.nothing_new, Reason.NOTHING_NEW)
    for reason in sorted(set(stay.values())):
        some = [row for row in batch.rows if stay.get(row.pk) == reason]
        batch.suppressed += outbox.mark_all_suppressed(some, reason)
    for row in batch.rows:
        if row.pk not in stay_or_wait and row.channel not in known:
            error = f"There is no channel {row.channel!r} in this version."
            batch.failed += outbox.mark_dead(row, Reason.NO_CHANNEL, error)
    return [row for row in asked if row.pk not in stay]


def _hold(batch: Sequence[OutboxMessage], later: suppression.Waits, outcome: Outcome) -> None:
    """Put back what is not to be sent yet. One query for each moment."""
    for reason, until in sorted(set(later.values())):
        rows = [row for row in batch if later.get(row.pk) == (reason, until)]
        outcome.held += outbox.hold(rows, reason=reason, until=until)


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
    rows: Sequence[OutboxMessage], batch: Batch
) -> tuple[set[int], dict[Way, ChannelDown]]:
    """Send ``rows``, opening each way once; the keys of those given back unbegun, and what is wrong
    with which way."""
    unbegun: set[int] = set()
    faults: dict[Way, ChannelDown] = {}
    outlets: dict[Way, Outlet] = {}

    def give_back(rest: list[OutboxMessage], error: str = "") -> None:
        outbox.release(rest, error=error)
        unbegun.update(row.pk for row in rest)

    with ExitStack() as opened:
        for position, row in enumerate(rows):
            way = batch.ways[row.pk]
            if way in faults:
                continue
            assert row.lease_until is not None
            late = clock.now() > row.lease_until - LEASE_MARGIN
            if late or time.monotonic() >= batch.ends:
                give_back(
                    [later for later in rows[position:] if batch.ways[later.pk] not in faults]
                )
                batch.more = True
                break
            try:
                if way not in outlets:
                    outlet = channels.open_channel(way.channel, way.sender)
                    outlets[way] = opened.enter_context(outlet)
                _send_one(outlets[way], row, batch)
            except ChannelDown as error:
                logger.warning("Nothing goes out by %s: %s", way.channel, error)
                faults[way] = error
                give_back([r for r in rows[position:] if batch.ways[r.pk] == way], str(error))
                if way.sender is None:
                    batch.down = str(error)
            except TakenOver:
                logger.warning("A batch was taken over while its sender was halted; it stops.")
                give_back(
                    [later for later in rows[position:] if batch.ways[later.pk] not in faults]
                )
                batch.more = True
                break
            except NoRoom as error:
                logger.error("%s", error)
                here = position + (row in batch.over_there)
                give_back([later for later in rows[here:] if batch.ways[later.pk] not in faults])
                batch.down = str(error)
                break
    return unbegun, faults


def _send_one(outlet: Outlet, row: OutboxMessage, batch: Batch) -> None:
    """Send one message. That it was taken is written in the journal, and what went wrong in the
    database, before the next one is begun.

    Raises ChannelDown, NoRoom, TakenOver, and DatabaseError when the outcome could not be written: then the
    rest of the batch must stay unsent, so that only this message is in doubt.
    """
    try:
        if broken := batch.letters.broken.get(row.pk):
            raise broken
        letter: Mail | ReadyMail | RobotText
        if row.robot:
            letter = robot_sending.build(row, now=clock.now())
        else:
            letter = batch.letters.letter(row, batch.ways[row.pk].sender)
    except DatabaseError:
        raise
    except Exception as error:  # a broken template must not stop the others
        batch.failed += outbox.mark_dead(row, Reason.BROKEN, f"{type(error).__name__}: {error}")
        return
    batch.book.begin(row.pk)
    failpoint("delivery.before_send")
    failure: Exception | None = None
    try:
        outlet.send(letter)
    except ChannelDown:
        raise
    except Exception as error:
        failure = error
        _write_failure(row, error, letter, batch)
    else:
        failpoint("delivery.sent")
        batch.over_there.append(row)
        batch.book.done(row.pk)
        failpoint("delivery.marked")
    if row.robot:
        robot_sending.note(row.robot, failure)


def _write_failure(
    row: OutboxMessage, error: Exception, letter: Mail | ReadyMail | RobotText, outcome: Outcome
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


def _without_address(error: Exception, letter: Mail | ReadyMail | RobotText) -> str:
    """What the server said, which often repeats to whom: that is sealed in the row, and stays so."""
    return re.sub(re.escape(letter.to), "the address", str(error), flags=re.IGNORECASE)
