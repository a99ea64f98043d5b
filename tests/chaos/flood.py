"""The processes of H4: writers, schedulers and senders on a database that keeps falling down.

    python -m tests.chaos.flood '{"label": …, "notes": folder, …}'

Each writer notes in a file of its own what it is about to do, and what it was told became of it.
Everybody goes on after an error, as the next bell does. A line on standard input ends the writers,
the next one everybody.
"""

import dataclasses
import datetime as dt
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import Error, connections, transaction  # noqa: E402

from community.models import Member  # noqa: E402
from community.services import delivery, inbox, outbox, runs  # noqa: E402
from community.services.look import look  # noqa: E402
from tests.chaos import crowd  # noqa: E402
from tests.chaos.oracle import FIRST_DAY  # noqa: E402

WRITERS, SENDERS, SCHEDULERS = 2, 2, 1
# So long the control has said "done" and is not: it has to be caught, and shall not need luck.
EARLY_SECONDS = 0.2


@dataclasses.dataclass
class Size:
    """``at_once`` is how many mails and items a writer writes in one transaction; ``early`` is the
    control: it says that it is done before it is."""

    label: str
    notes: str
    at_once: int
    early: bool = False
    lease: float = 1.5


class Notes:
    """A file that one process appends to; what is written survives whoever wrote it."""

    def __init__(self, folder: str, name: str) -> None:
        self.descriptor = os.open(
            Path(folder) / f"{name}.txt", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600
        )

    def write(self, *words: str) -> None:
        os.write(self.descriptor, (" ".join(words) + "\n").encode())


def writer(size: Size, number: int) -> None:
    notes, members = Notes(size.notes, f"writer{number}"), _patiently(size)
    for count in range(10**6):
        word = f"w{number}n{count}"
        notes.write("intent", word)
        try:
            with transaction.atomic():
                _write(size, word, members)
                if size.early:
                    notes.write("ok", word)
                    time.sleep(EARLY_SECONDS)
            if not size.early:
                notes.write("ok", word)
        except Error:
            notes.write("unknown", word)
            _recover()
        time.sleep(0.02)


def _write(size: Size, word: str, members: list[Member]) -> None:
    """Mails and items of one word, all of them or none."""
    crowd.queue(size.label, word, members)
    run = inbox.plan(
        "chaos", subject=f"{size.label}-{word}", local_date=FIRST_DAY, template="community/note"
    )
    people = Member.objects.filter(pk__in=[member.pk for member in members])
    while not runs.hand_out(run, people):
        pass


def sender(size: Size, number: int) -> None:
    notes = Notes(size.notes, f"sender{number}")

    def once() -> None:
        if not delivery.deliver(queue="bulk", limit=20, seconds=1).taken:
            time.sleep(0.05)

    _for_ever(once, notes)


def scheduler(size: Size, number: int) -> None:
    notes = Notes(size.notes, f"scheduler{number}")

    def once() -> None:
        look()
        runs.work()
        time.sleep(0.2)

    _for_ever(once, notes)


def _for_ever(deed: Callable[[], None], notes: Notes) -> None:
    while True:
        try:
            deed()
        except Error as error:
            notes.write("interrupted", type(error).__name__)
            _recover()


def _recover() -> None:
    connections.close_all()
    time.sleep(0.1)


def _patiently(size: Size) -> list[Member]:
    while True:
        try:
            return crowd.make_members(size.at_once)
        except Error:
            _recover()


def fork(deed: Callable[[Size, int], None], size: Size, number: int) -> int:
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    try:
        deed(size, number)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def main() -> None:
    size = Size(**json.loads(sys.argv[1]))
    settings.OUTBOX_LEASE_SECONDS = size.lease
    delivery.LEASE_MARGIN = dt.timedelta(seconds=size.lease / 3)
    outbox.FIRST_BACKOFF = dict.fromkeys(outbox.FIRST_BACKOFF, dt.timedelta(seconds=0.3))
    crowd.make_members(size.at_once)
    writers = [fork(writer, size, number) for number in range(WRITERS)]
    others = [fork(sender, size, number) for number in range(SENDERS)]
    others += [fork(scheduler, size, number) for number in range(SCHEDULERS)]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    died = 0
    for pids in (writers, others):
        sys.stdin.readline()
        died += sum(bool(os.waitpid(pid, os.WNOHANG)[0]) for pid in pids)
        for pid in pids:
            _end(pid)
        sys.stdout.write(json.dumps({"died": died}) + "\n")
        sys.stdout.flush()


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        pass  # it has died by itself and was counted


if __name__ == "__main__":
    main()
