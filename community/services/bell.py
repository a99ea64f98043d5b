"""The doorbell: tell a worker that something is due, and never mind if nobody hears it."""

import logging
import threading
import time

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from community.trust.failpoint import failpoint

logger = logging.getLogger(__name__)

TASKS = {
    "urgent": "community.deliver_urgent",
    "bulk": "community.deliver_bulk",
    "roster": "community.bring_in_lists",
}
# The look comes every half minute; an older bell says nothing new.
BELL_SECONDS = 60
# A broker that hangs would make every request wait for it.
QUIET_SECONDS = 10


class _Quiet(threading.local):
    until = 0.0


_quiet = _Quiet()


def ring(queue: str) -> bool:
    """Ask for a look at ``queue`` ("urgent" or "bulk"). Never fails: False if nobody was reached.

    After a failure this thread does not try again for 10 s. Costs no query.
    """
    if time.monotonic() < _quiet.until:
        return False
    try:
        failpoint("bell.ring")
        current_app.send_task(TASKS[queue], retry=False, expires=BELL_SECONDS)
    except (OperationalError, OSError) as error:
        _quiet.until = time.monotonic() + QUIET_SECONDS
        logger.warning(
            "The broker cannot be reached (%s); the next look finds what is due.",
            type(error).__name__,
        )
        return False
    return True


def ring_on_commit(queue: str) -> None:
    """Ring once the caller's transaction is in the database, and not if it is rolled back."""

    def ring_it() -> None:
        ring(queue)

    transaction.on_commit(ring_it, robust=True)
