"""The storm: schedulers and senders in forked processes, and a hand that kills them.

    python -m tests.chaos.storm <<< '{"label": …}'

Runs in an interpreter of its own, with DATABASE_URL and EMAIL_URL in the environment, and prints
what it did as one JSON object. Whether that was right, ``oracle.py`` says.
"""

import dataclasses
import datetime as dt
import json
import mmap
import os
import random
import signal
import sys
import time
import traceback

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from community.services import delivery, outbox, runs  # noqa: E402
from community.services.look import look  # noqa: E402
from community.trust import failpoint  # noqa: E402
from tests.chaos import crowd  # noqa: E402
from tests.chaos.oracle import FIRST_DAY  # noqa: E402

SENDERS, SCHEDULERS = 4, 2
BATCH = 20
AIM_SECONDS = 0.6
# Of the mails that are due by then, so many must have gone before the next kill, or this must have passed.
LEAST_SHARE, WORK_SECONDS = 0.7, 3.0
# A fan-out is to have many pieces, between which somebody can be killed.
CHUNK = 200

# Passed by a scheduler that has done all there was to do.
OUTSIDE_POINT = "chaos.outside"
# Where a process stands, as one byte that the killer reads while the process is halted.
OUTSIDE, CLAIMED, SENDING, HANDING_OUT = 0, 1, 2, 3
PLACES = {
    "outbox.before_claim": OUTSIDE,
    "outbox.claimed": CLAIMED,
    "delivery.before_send": SENDING,
    "delivery.marked": CLAIMED,
    "delivery.settled": OUTSIDE,
    "planner.due": HANDING_OUT,
    "planner.made": HANDING_OUT,
    "runs.items": HANDING_OUT,
    "inbox.chunk": HANDING_OUT,
    "inbox.committed": HANDING_OUT,
    OUTSIDE_POINT: OUTSIDE,
}


@dataclasses.dataclass
class Size:
    """What a run is about; ``patience`` is in seconds and counts from the first process."""

    label: str
    seed: int
    members: int
    mailed: int
    days: int
    kills: int
    patience: int
    lease: float
    mark_first: bool = False


@dataclasses.dataclass
class Facts:
    """What was done. ``in_window``: kills of senders between claim and mark; ``in_doubt``: of these,
    between the beginning of the sending and the mark; ``while_handing_out``: kills of schedulers from
    when something was found due until it was planned and handed out; ``died``: processes that ended although
    nobody killed them."""

    kills: int = 0
    in_window: int = 0
    in_doubt: int = 0
    scheduler_kills: int = 0
    while_handing_out: int = 0
    died: int = 0
    settled: bool = False
    seconds: float = 0.0


def scheduler(size: Size) -> None:
    """Look, which plans and sweeps, and hand out what was planned. Another one does the same at the
    same moment."""
    while True:
        look()
        while runs.work()[1]:
            pass
        failpoint.failpoint(OUTSIDE_POINT)
        time.sleep(0.2)


def day_of(number: int) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=number)


def sender(size: Size) -> None:
    while True:
        if not delivery.deliver(queue="bulk", limit=BATCH, seconds=1).taken:
            time.sleep(0.1)


_send_one = delivery._send_one


def mark_before_sending(outlet, row, told) -> None:
    """The control: the order in which others do it. A kill in between loses the mail."""
    outbox.mark_sent(row)
    _send_one(outlet, row, told)


class Storm:
    """Keeps the processes running, kills them, and counts."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.facts = Facts()
        self.chance = random.Random(size.seed)
        # One byte a process, and the last one says how many days are due.
        self.places = mmap.mmap(-1, SENDERS + SCHEDULERS + 1)
        # How many mails each sender, and who stood in its place before, has handed over.
        self.handed_over = memoryview(mmap.mmap(-1, 4 * SENDERS)).cast("I")
        self.senders: dict[int, int] = {}  # pid: slot
        self.schedulers: dict[int, int] = {}

    def fork(self, slot: int) -> None:
        connections.close_all()  # a connection must not be used on both sides of a fork
        self.places[slot] = OUTSIDE
        pid = os.fork()
        if pid:
            (self.senders if slot < SENDERS else self.schedulers)[pid] = slot
            return
        try:
            failpoint.observers.append(lambda name: self._stand(slot, name))
            if slot < SENDERS:
                sender(self.size)
            else:
                scheduler(self.size)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)

    def _stand(self, slot: int, point: str) -> None:
        if point == "delivery.sent":
            self.handed_over[slot] += 1
        if point in PLACES:
            self.places[slot] = PLACES[point]

    def run(self) -> Facts:
        began = time.monotonic()
        deadline = began + self.size.patience
        for slot in range(SENDERS + SCHEDULERS):
            self.fork(slot)
        while self.facts.kills < self.size.kills and time.monotonic() < deadline:
            if self._release_days() or self.chance.random() < 0.05:
                self._kill_a_scheduler()
            time.sleep(self.chance.uniform(0.02, 0.09))
            self._let_them_work()
            self._bury_the_dead()
            self._kill_a_sender()
        self.places[-1] = self.size.days
        while not self.facts.settled and time.monotonic() < deadline:
            time.sleep(0.3)
            self._bury_the_dead()
            self.facts.settled = self._is_settled()
        for pid in [*self.senders, *self.schedulers]:
            self._kill(pid)
        self.facts.seconds = round(time.monotonic() - began, 1)
        return self.facts

    def _let_them_work(self) -> None:
        """Not faster than they hand over their share: on a slow machine every sender would be killed
        at its first mail, and the last kill would find all of them still waiting."""
        share = self.facts.kills / self.size.kills * self.size.mailed * self.size.days
        patience = time.monotonic() + WORK_SECONDS
        while sum(self.handed_over) < share * LEAST_SHARE and time.monotonic() < patience:
            time.sleep(0.005)

    def words_due(self) -> list[tuple[str, dt.date]]:
        """What the source of due things gives: a subject for each day that has come."""
        days = map(day_of, range(self.places[-1]))
        return [(f"{self.size.label}-{day}", day) for day in days]

    def _release_days(self) -> bool:
        """Days fall due one after the other while people are killed: handing out goes on to the
        end, and senders never run dry for long. Whether one more is due now."""
        share = self.facts.kills / self.size.kills
        before = self.places[-1]
        self.places[-1] = min(self.size.days, 1 + int(share * self.size.days))
        return self.places[-1] > before

    def _kill_a_scheduler(self) -> None:
        victim = self._aim(self.schedulers, HANDING_OUT)
        place = self._end(victim, self.schedulers)
        self.facts.scheduler_kills += 1
        self.facts.while_handing_out += place == HANDING_OUT

    def _kill_a_sender(self) -> None:
        # Anybody, or whoever is the first to stand where it hurts: one in three kills waits for
        # somebody who is handing a mail over. A control has to fail, and shall not need luck.
        aim = SENDING if self.size.mark_first else self.chance.choice((OUTSIDE, CLAIMED, SENDING))
        place = self._end(self._aim(self.senders, aim), self.senders)
        self.facts.kills += 1
        self.facts.in_window += place != OUTSIDE
        self.facts.in_doubt += place == SENDING

    def _aim(self, among: dict[int, int], place: int) -> int:
        patience = time.monotonic() + AIM_SECONDS * (1 + self.size.mark_first)
        while place and time.monotonic() < patience:
            for pid, slot in among.items():
                if self.places[slot] >= place:
                    return pid
            time.sleep(0.0005)
        return self.chance.choice(sorted(among))

    def _end(self, victim: int, among: dict[int, int]) -> int:
        """Halt it, see where it stands, kill it, and start another one in its place."""
        slot = among.pop(victim)
        os.kill(victim, signal.SIGSTOP)
        os.waitpid(victim, os.WUNTRACED)
        place = self.places[slot]
        self._kill(victim)
        self.fork(slot)
        return place

    def _kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)

    def _bury_the_dead(self) -> None:
        """Nobody may die by himself: that would hide a fault as if it were one of our kills."""
        for among in (self.senders, self.schedulers):
            for pid in list(among):
                if os.waitpid(pid, os.WNOHANG)[0]:
                    self.facts.died += 1
                    self.fork(among.pop(pid))

    def _is_settled(self) -> bool:
        wanted = self.size.mailed * self.size.days
        there = crowd.mails_of(self.size.label).count()
        settled = there == wanted and not crowd.unsettled(self.size.label).exists()
        connections.close_all()
        return settled


def main() -> None:
    size = Size(**json.load(sys.stdin))
    settings.OUTBOX_LEASE_SECONDS = size.lease
    # A real sender keeps half a minute between itself and its lease, which here is seconds.
    delivery.LEASE_MARGIN = dt.timedelta(seconds=size.lease / 3)
    outbox.FIRST_BACKOFF = dict.fromkeys(outbox.FIRST_BACKOFF, dt.timedelta(seconds=0.3))
    # Five dead senders at one message are a reason to give it up; here they are killed on purpose.
    settings.OUTBOX_MAX_ATTEMPTS = 100
    runs.CHUNK = CHUNK
    crowd.warm_up()
    if size.mark_first:
        delivery._send_one = mark_before_sending
    storm = Storm(size)
    room = crowd.make_room(size.label, size.members, mailed=size.mailed)
    crowd.let_fall_due(room, storm.words_due)
    sys.stdout.write(json.dumps(dataclasses.asdict(storm.run())) + "\n")


if __name__ == "__main__":
    main()
