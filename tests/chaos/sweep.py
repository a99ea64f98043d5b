"""The processes of H2: one breaks at a point, another one takes over and brings it to an end.

    python -m tests.chaos.sweep <<< '{"label": …, "points": […], …}'

Forked from a warm interpreter: a cold start for each of two thousand cases would take hours. What
is to happen is told as CHAOS tells it, and read by the same function.
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
import types
import uuid
from collections.abc import Callable

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from community import clock  # noqa: E402
from community.models import OutboxMessage  # noqa: E402
from community.services import bell, delivery, outbox, runs  # noqa: E402
from community.services.look import look  # noqa: E402
from community.trust import failpoint  # noqa: E402
from tests.chaos import crowd  # noqa: E402
from tests.chaos.oracle import FIRST_DAY  # noqa: E402
from tests.chaos.storm import mark_before_sending  # noqa: E402

LEASE_SECONDS = 0.6
HANG_SECONDS = LEASE_SECONDS * 2
PATIENCE_SECONDS = 40
BATCHES, PIECES = (7, 20, 100), (2, 3, 5)
QUEUED = 5  # mails that are of no run
BROKEN = 3  # how a process ends that was told to raise


@dataclasses.dataclass
class Size:
    """What a sweep is about; see ``h2_points.Size``."""

    label: str
    seed: int
    members: int
    points: list[str]
    actions: list[str]
    seeds: int
    minutes: float
    mark_first: bool = False


@dataclasses.dataclass
class Case:
    """One breaking and what came of it. ``nth``: at which passing of the point."""

    label: str
    point: str
    nth: int
    action: str
    hit: bool = False
    settled: bool = False
    died: bool = False


class Passings:
    """How often each point was passed, and whether somebody hangs; shared with the children."""

    def __init__(self, points: list[str]) -> None:
        self.numbers = {name: number for number, name in enumerate(points)}
        self.memory = mmap.mmap(-1, 4 * len(points) + 1)

    def count(self, name: str) -> None:
        if name in self.numbers:
            place = 4 * self.numbers[name]
            self.memory[place : place + 4] = (self.of(name) + 1).to_bytes(4, "big")

    def of(self, name: str) -> int:
        place = 4 * self.numbers[name]
        return int.from_bytes(self.memory[place : place + 4], "big")

    def forget(self) -> None:
        self.memory[:] = bytes(len(self.memory))

    @property
    def hangs(self) -> bool:
        return bool(self.memory[-1])

    def hang(self, seconds: float) -> None:
        """Instead of ``time.sleep`` in failpoint.py: hang once, and not at every later passing."""
        failpoint._plan = None
        self.memory[-1] = 1
        time.sleep(seconds)


def a_morning(size: Size, label: str) -> None:
    """All that passes a point: look and plan, hand out, queue, look, send. Done again from the start
    it adds nothing."""
    look()
    while runs.work()[1]:
        pass
    crowd.queue(label, "y", crowd.make_members(QUEUED))
    look()
    delivery.drain()


def leave_one_behind(label: str) -> None:
    """A message whose sender was killed before this case began: somebody has to sweep it. And a
    member whose own digest is due."""
    crowd.await_digest(f"{label}d")
    crowd.queue(label, "left", crowd.make_members(1))
    OutboxMessage.objects.filter(key__startswith=f"{label}:left").update(
        state="sending",
        attempt=1,
        lease_until=clock.now() - dt.timedelta(hours=1),
        claim=uuid.uuid4(),
    )


def fork(deed: Callable[[], None]) -> int:
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    try:
        deed()
    except failpoint.Broken:
        os._exit(BROKEN)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    finally:
        os._exit(0)


class Sweep:
    """All cases of a sweep, one after the other."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.passings = Passings(size.points)
        self.chance = random.Random(size.seed)
        self.cases: list[Case] = []
        self.seconds = 0.0

    def run(self) -> None:
        began = time.monotonic()
        # In large batches and pieces, so that no later case passes a point less often.
        settings.OUTBOX_BATCH_SIZE, runs.CHUNK = max(BATCHES), self.size.members // min(PIECES)
        self.one(Case(f"{self.size.label}u", "", 0, ""))
        often = {point: self.passings.of(point) for point in self.size.points}
        for number in range(self.size.seeds):
            for point in self.size.points:
                for action in self.size.actions:
                    if time.monotonic() - began > self.size.minutes * 60:
                        break
                    # At most as often as the quiet morning passes it, and rather early.
                    nth = 1 + int(self.chance.random() ** 2 * often[point]) if number else 1
                    nth = max(1, min(nth, often[point]))
                    label = f"{self.size.label}{len(self.cases):04d}"
                    self.vary()
                    self.one(Case(label, point, nth, action))
        self.seconds = round(time.monotonic() - began, 1)

    def vary(self) -> None:
        """Another seed is another size of batches and pieces."""
        settings.OUTBOX_BATCH_SIZE = self.chance.choice(BATCHES)
        runs.CHUNK = max(1, self.size.members // self.chance.choice(PIECES))

    def words_due(self) -> list[tuple[str, dt.date]]:
        """What falls due in the case at hand."""
        return [(f"{self.cases[-1].label}-x", FIRST_DAY)]

    def one(self, case: Case) -> None:
        self.cases.append(case)
        leave_one_behind(case.label)
        self.passings.forget()
        first = fork(lambda: self.break_in(case))
        status = self.wait_for(first)
        case.hit = bool(case.point) and self.passings.of(case.point) >= case.nth
        second = fork(lambda: self.bring_to_an_end(case.label))
        case.died = os.waitpid(second, 0)[1] != 0
        if status is None:
            status = os.waitpid(first, 0)[1]
        # What is raised where nobody may fail (a bell) is swallowed: then it ends well.
        fine = {"kill": (signal.SIGKILL,), "raise": (BROKEN << 8, 0)}.get(case.action, (0,))
        case.died |= status not in (fine if case.hit else (0,))
        case.settled = not crowd.unsettled(case.label).exists()

    def wait_for(self, pid: int) -> int | None:
        """Until it has ended, and how; None when it hangs."""
        while not self.passings.hangs:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return status
            time.sleep(0.005)
        return None

    def break_in(self, case: Case) -> None:
        failpoint.observers.append(self.passings.count)
        failpoint.time = types.SimpleNamespace(sleep=self.passings.hang)
        if case.point:
            action = f"sleep:{HANG_SECONDS}" if case.action == "hang" else case.action
            failpoint._plan = failpoint.parse(f"{case.point}:{case.nth}:{action}")
        a_morning(self.size, case.label)

    def bring_to_an_end(self, label: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        a_morning(self.size, label)
        rows = crowd.unsettled(label)
        while rows.exists() and time.monotonic() < deadline:
            time.sleep(LEASE_SECONDS / 2)
            look()
            delivery.drain()


def main() -> None:
    size = Size(**json.load(sys.stdin))
    settings.OUTBOX_LEASE_SECONDS = LEASE_SECONDS
    delivery.LEASE_MARGIN = dt.timedelta(seconds=0.2)
    outbox.FIRST_BACKOFF = dict.fromkeys(outbox.FIRST_BACKOFF, dt.timedelta(seconds=0.1))
    bell.QUIET_SECONDS = 0
    crowd.warm_up()
    if size.mark_first:
        delivery._send_one = mark_before_sending
    sweep = Sweep(size)
    crowd.let_fall_due(
        crowd.make_room(size.label, size.members, mailed=size.members), sweep.words_due
    )
    sweep.run()
    told = {"cases": list(map(dataclasses.asdict, sweep.cases)), "seconds": sweep.seconds}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
