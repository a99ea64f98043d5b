"""The processes of H2: one breaks at a point, another one takes over and brings it to an end.

    python -m tests.chaos.sweep '{"label": …, "points": […], …}'

Forked from a warm interpreter: a cold start for each of two thousand cases would take hours. What
is to happen is told as CHAOS tells it, and read by the same function.
"""

import dataclasses
import datetime as dt
import json
import mmap
import os
import random
import sys
import time
import traceback
import types
import uuid
from collections.abc import Callable

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections, transaction  # noqa: E402

from community import clock  # noqa: E402
from community.models import Member, OutboxMessage  # noqa: E402
from community.services import bell, delivery, inbox, mail, outbox  # noqa: E402
from community.services.look import look  # noqa: E402
from community.trust import failpoint  # noqa: E402
from tests.chaos.oracle import FIRST_DAY, name_of  # noqa: E402
from tests.chaos.storm import mark_before_sending, people  # noqa: E402

LEASE_SECONDS = 0.6
HANG_SECONDS = LEASE_SECONDS * 2
PATIENCE_SECONDS = 40


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
    """All that passes a point: plan, hand out, queue, look, send. Done again from the start it adds
    nothing."""
    run = inbox.plan("chaos", subject=label, local_date=FIRST_DAY, template="community/note")
    while not inbox.fan_out(run, people(size)):
        pass
    with transaction.atomic():
        mail.queue_many(_letter(label, "x", member) for member in people(size))
    look()
    delivery.drain()


def _letter(label: str, word: str, member: Member) -> mail.Letter:
    return mail.Letter(
        "community/sign_in_code",
        key=f"{label}:{word}:{member.handle}",
        to=member,
        sealed={"code": f"{label}-{word}"},
        context={"minutes": 10},
    )


def leave_one_behind(label: str) -> None:
    """A message whose sender was killed before this case began: somebody has to sweep it."""
    mail.queue_many([_letter(label, "left", Member.objects.get(handle=name_of(0)))])
    OutboxMessage.objects.filter(key__startswith=f"{label}:left").update(
        state="sending",
        attempt=1,
        lease_until=clock.now() - dt.timedelta(seconds=1),
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
        os._exit(3)
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
        settings.OUTBOX_BATCH_SIZE = self.chance.choice((7, 20, 100))
        inbox.CHUNK = max(1, self.size.members // self.chance.choice((2, 3, 5)))

    def one(self, case: Case) -> None:
        self.cases.append(case)
        leave_one_behind(case.label)
        self.passings.forget()
        first = fork(lambda: self.break_in(case))
        ended = self.wait_for(first)
        if case.point:
            case.hit = self.passings.of(case.point) >= case.nth
        second = fork(lambda: self.bring_to_an_end(case.label))
        os.waitpid(second, 0)
        if not ended:
            os.waitpid(first, 0)
        # A late one may have changed something back; nobody is at work any more now.
        rows = OutboxMessage.objects.filter(key__startswith=f"{case.label}:")
        case.settled = not rows.filter(settled_at=None).exists()

    def wait_for(self, pid: int) -> bool:
        """Until it has ended (True) or hangs."""
        while not self.passings.hangs:
            if os.waitpid(pid, os.WNOHANG)[0]:
                return True
            time.sleep(0.005)
        return False

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
        rows = OutboxMessage.objects.filter(key__startswith=f"{label}:", settled_at=None)
        while rows.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
            look()
            delivery.drain()


def main() -> None:
    size = Size(**json.loads(sys.argv[1]))
    settings.OUTBOX_LEASE_SECONDS = LEASE_SECONDS
    delivery.LEASE_MARGIN = dt.timedelta(seconds=0.2)
    outbox.FIRST_BACKOFF = dict.fromkeys(outbox.FIRST_BACKOFF, dt.timedelta(seconds=0.1))
    bell.QUIET_SECONDS = 0
    if size.mark_first:
        delivery._send_one = mark_before_sending
    Member.objects.bulk_create(
        (
            Member(handle=name, email=f"{name}@example.org", locale="en")
            for name in map(name_of, range(size.members))
        ),
        ignore_conflicts=True,
    )
    sweep = Sweep(size)
    sweep.run()
    told = {"cases": list(map(dataclasses.asdict, sweep.cases)), "seconds": sweep.seconds}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
