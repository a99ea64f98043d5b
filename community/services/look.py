"""One look: what was left behind, what is due, and the heartbeat that says that somebody looked."""

import datetime as dt
import logging
import time
from typing import Any

from django.conf import settings
from django.db.models import Count

from community import clock
from community.models import Look, OutboxMessage
from community.models.outbox import OutboxQuerySet
from community.registry import LookPart, look_parts
from community.services import (
    bell,
    mail_accounts,
    outbox,
    robot_daily,  # noqa: F401  importing registers what robots tell once a day
    runs,
    sessions,
    sign_in,
)
from community.services.roster import importing
from community.trust.failpoint import failpoint

State, Queue = OutboxMessage.State, OutboxMessage.Queue
logger = logging.getLogger(__name__)
LONGEST_ERROR = 200


def look(*, way: str = Look.Way.BELL) -> Look:
    """Free what dead senders left, ring for what is due, write the heartbeat, and then let the apps
    above do their parts, which may take longer and of which none keeps back the others.

    Decides by the rows alone: it may be missed, or made twice at once, and nothing is lost or sent
    twice. A queue that a living sender is at is not rung for, or each look would add another
    sender to a long queue. About twelve queries, and those of the parts.
    """
    began = time.monotonic()
    failpoint("look.begun")
    swept = outbox.sweep()
    now = clock.now()
    due = _due_and_busy(now)
    for queue, (waiting, busy) in due.items():
        if waiting and not busy:
            bell.ring(queue)
    if importing.is_due():
        bell.ring("roster")
    if runs.is_due():
        bell.ring("runs")
    sign_in.sweep()
    sessions.sweep()
    mail_accounts.forget_old_counts()
    row, _new = Look.objects.update_or_create(
        way=way,
        defaults={
            "at": now,
            "took_ms": int((time.monotonic() - began) * 1000),
            "swept": swept,
            "due": sum(waiting for waiting, _busy in due.values()),
        },
    )
    _let_the_apps_look(row)
    return row


def _let_the_apps_look(row: Look) -> None:
    """What became of each part is kept on ``row`` as soon as it is known."""
    for name, part in look_parts.items():
        row.parts[name] = _outcome(name, part)
        row.save(update_fields=["parts"])
    if gone := set(row.parts) - {name for name, _part in look_parts.items()}:
        row.parts = {name: row.parts[name] for name in row.parts if name not in gone}
        row.save(update_fields=["parts"])


def _outcome(name: str, part: LookPart) -> dict[str, Any]:
    began, did, error = time.monotonic(), 0, ""
    try:
        did = part.run()
    except Exception as failure:  # whatever it is: the others go on, and people are told
        logger.exception("look part %s failed", name)
        error = f"{type(failure).__name__}: {failure}"[:LONGEST_ERROR]
    took = int((time.monotonic() - began) * 1000)
    return {"at": clock.now().isoformat(), "ms": took, "did": did, "error": error}


def _due_and_busy(now: dt.datetime) -> dict[str, tuple[int, int]]:
    """For each queue: how many messages are due, and how many are being sent by somebody who took
    them within the last two looks. Two queries, each on an index of its own."""
    fresh = outbox.lease_end(now) - dt.timedelta(seconds=2 * settings.LOOK_SECONDS)
    rows = OutboxMessage.objects.order_by()
    due = _count(rows.due(now))
    busy = _count(rows.filter(state=State.SENDING, lease_until__gt=fresh))
    return {queue: (due.get(queue, 0), busy.get(queue, 0)) for queue in Queue.values}


def _count(rows: OutboxQuerySet) -> dict[str, int]:
    return dict(rows.values_list("queue").annotate(Count("pk")))
