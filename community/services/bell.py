"""The doorbell: tell a worker that something is due, and never mind if nobody hears it."""

import logging
import os
import threading
import time

from celery import current_app
from django.db import transaction
from kombu import Producer
from kombu.exceptions import OperationalError

from community.trust.failpoint import failpoint

logger = logging.getLogger(__name__)

TASKS = {
    "urgent": "community.deliver_urgent",
    "bulk": "community.deliver_bulk",
    "roster": "community.bring_in_lists",
    "runs": "community.hand_out",
}
# The look comes every half minute; an older bell says nothing new.
BELL_SECONDS = 60
# A broker that hangs would make every request wait for it.
QUIET_SECONDS = 10
# Ours alone: the worker's own connections wait long for the next bell, a page must not.
PATIENCE = {"socket_timeout": 2, "socket_connect_timeout": 2}


class _Line(threading.local):
    """This thread's connection to the broker, and until when it is given up."""

    quiet_until = 0.0
    producer: Producer | None = None
    pid = 0

    def open(self) -> Producer:
        """The producer of this thread in this process; a fork must not use its parent's."""
        if self.producer is None or self.pid != os.getpid():
            connection = current_app.connection_for_write(transport_options=PATIENCE)
            self.producer, self.pid = current_app.amqp.Producer(connection), os.getpid()
        return self.producer

    def give_up(self) -> None:
        self.producer = None
        self.quiet_until = time.monotonic() + QUIET_SECONDS


_line = _Line()


def ring(queue: str) -> bool:
    """Ask for a look at ``queue`` (a name of TASKS). Never fails: False if nobody was reached.

    Waits two seconds at most, and after a failure this thread does not try again for 10 s. Costs
    no query.
    """
    if time.monotonic() < _line.quiet_until:
        return False
    try:
        failpoint("bell.ring")
        current_app.send_task(
            TASKS[queue], retry=False, expires=BELL_SECONDS, producer=_line.open()
        )
    except (OperationalError, OSError) as error:
        _line.give_up()
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
