"""The storm: schedulers and senders in forked processes, and a hand that kills them.

    python -m tests.chaos.storm '{"label": …}'

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
from collections.abc import Callable

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections, transaction  # noqa: E402

from community.models import Member, OutboxMessage, Run  # noqa: E402
from community.models.member import MemberQuerySet  # noqa: E402
from community.services import delivery, inbox, mail, outbox  # noqa: E402
from community.services.look import look  # noqa: E402
from community.trust import failpoint  # noqa: E402

SENDERS, SCHEDULERS = 4, 2
LEASE_SECONDS = 2
BATCH = 20
FIRST_DAY = dt.date(2026, 3, 2)
AIM_SECONDS = 0.6

# Where a process stands, as one byte that the killer reads while the process is halted.
OUTSIDE, CLAIMED, SENDING = 0, 1, 2
PLACES = {
    "outbox.before_claim": OUTSIDE,
    "outbox.claimed": CLAIMED,
    "delivery.before_send": SENDING,
    "delivery.marked": CLAIMED,
}


@dataclasses.dataclass
class Size:
    """What a run is about; ``patience`` is in seconds and counts from the first process."""

    label: str
    seed: int
    members: int
    days: int
    kills: int
    patience: int
    mark_first: bool = False


@dataclasses.dataclass
class Facts:
    """What was done. ``in_window``: kills between claim and mark; ``in_doubt``: of these, between
    the beginning of the sending and the mark; ``died``: processes that ended although nobody killed them."""

    kills: int = 0
    in_window: int = 0
    in_doubt: int = 0
    scheduler_kills: int = 0
    died: int = 0
    settled: bool = False
    seconds: float = 0.0


def people(size: Size) -> MemberQuerySet:
    """The members of this run; an earlier one may have left more."""
    return Member.objects.filter(handle__in=[f"chaos{number}" for number in range(size.members)])


def plan_everything(size: Size) -> None:
    """What a scheduler does, all of it again after each start: each day one run, one in-app item
    and one mail for each member. Another scheduler does the same at the same moment."""
    for number in range(size.days):
        day = FIRST_DAY + dt.timedelta(days=number)
        run = inbox.plan("chaos", subject=size.label, local_date=day, template="community/note")
        while not inbox.fan_out(run, people(size)):
            pass
        _queue_mails(size, run, day)


def _queue_mails(size: Size, run: Run, day: dt.date) -> None:
    members = list(people(size).order_by("pk"))
    for start in range(0, len(members), 50):
        with transaction.atomic():
            mail.queue_many(
                mail.Letter(
                    "community/sign_in_code",
                    key=f"{size.label}:{day}:{member.handle}",
                    to=member,
                    sealed={"code": f"{size.label}-{day}"},
                    context={"minutes": 10},
                    run=run,
                )
                for member in members[start : start + 50]
            )


def scheduler(size: Size) -> None:
    plan_everything(size)
    while True:
        look()
        time.sleep(0.4)


def sender(size: Size) -> None:
    while True:
        if not delivery.deliver(queue="bulk", limit=BATCH, seconds=1).taken:
            time.sleep(0.1)


def mark_before_sending(outlet, row, outcome) -> None:
    """The control: the order in which others do it. A kill in between loses the mail."""
    letter = mail.build(row, now=delivery.clock.now())
    outcome.sent += outbox.mark_sent(row)
    failpoint.failpoint("delivery.before_send")
    outlet.send(letter)
    failpoint.failpoint("delivery.marked")


class Storm:
    """Keeps the processes running, kills them, and counts."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.facts = Facts()
        self.chance = random.Random(size.seed)
        self.places = mmap.mmap(-1, SENDERS)
        self.senders: dict[int, int] = {}  # pid: slot
        self.schedulers: set[int] = set()

    def fork(self, deed: Callable[[Size], None], slot: int | None = None) -> int:
        connections.close_all()  # a connection must not be used on both sides of a fork
        pid = os.fork()
        if pid:
            return pid
        try:
            if slot is not None:
                self.places[slot] = OUTSIDE
                failpoint.observers.append(lambda name: self._stand(slot, name))
            deed(self.size)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)

    def _stand(self, slot: int, point: str) -> None:
        if point in PLACES:
            self.places[slot] = PLACES[point]

    def run(self) -> Facts:
        began = time.monotonic()
        deadline = began + self.size.patience
        for slot in range(SENDERS):
            self.senders[self.fork(sender, slot)] = slot
        for _number in range(SCHEDULERS):
            self.schedulers.add(self.fork(scheduler))
        while self.facts.kills < self.size.kills and time.monotonic() < deadline:
            time.sleep(self.chance.uniform(0.02, 0.09))
            self._bury_the_dead()
            self._kill_one()
        while not self.facts.settled and time.monotonic() < deadline:
            time.sleep(0.3)
            self._bury_the_dead()
            self.facts.settled = self._is_settled()
        self._end_all()
        self.facts.seconds = round(time.monotonic() - began, 1)
        return self.facts

    def _kill_one(self) -> None:
        if self.chance.random() < 0.08:
            victim = self.chance.choice(sorted(self.schedulers))
            self._kill(victim)
            self.schedulers.remove(victim)
            self.schedulers.add(self.fork(scheduler))
            self.facts.scheduler_kills += 1
            return
        victim = self._victim()
        slot = self.senders.pop(victim)
        os.kill(victim, signal.SIGSTOP)
        os.waitpid(victim, os.WUNTRACED)
        place = self.places[slot]
        self._kill(victim)
        self.facts.kills += 1
        self.facts.in_window += place != OUTSIDE
        self.facts.in_doubt += place == SENDING
        self.senders[self.fork(sender, slot)] = slot

    def _victim(self) -> int:
        """Anybody, or whoever is the first to stand where it hurts: one in three kills waits for
        somebody who is handing a mail over."""
        aim = self.chance.choice((OUTSIDE, CLAIMED, SENDING))
        if self.size.mark_first:
            aim = SENDING  # a control has to fail, and shall not need luck for it
        patience = time.monotonic() + AIM_SECONDS * (1 + self.size.mark_first)
        while aim and time.monotonic() < patience:
            for pid, slot in self.senders.items():
                if self.places[slot] >= aim:
                    return pid
            time.sleep(0.0005)
        return self.chance.choice(sorted(self.senders))

    def _kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)

    def _bury_the_dead(self) -> None:
        """Nobody may die by himself: that would hide a fault as if it were one of our kills."""
        for pid in [*self.senders, *self.schedulers]:
            if os.waitpid(pid, os.WNOHANG)[0]:
                self.facts.died += 1
                if pid in self.schedulers:
                    self.schedulers.remove(pid)
                    self.schedulers.add(self.fork(scheduler))
                else:
                    slot = self.senders.pop(pid)
                    self.senders[self.fork(sender, slot)] = slot

    def _is_settled(self) -> bool:
        rows = OutboxMessage.objects.filter(key__startswith=f"{self.size.label}:")
        wanted = self.size.members * self.size.days
        settled = rows.count() == wanted and not rows.filter(settled_at=None).exists()
        connections.close_all()
        return settled

    def _end_all(self) -> None:
        for pid in [*self.senders, *self.schedulers]:
            self._kill(pid)


def main() -> None:
    size = Size(**json.loads(sys.argv[1]))
    settings.OUTBOX_LEASE_SECONDS = LEASE_SECONDS
    # A real sender keeps half a minute between itself and its lease; this lease is two seconds.
    delivery.LEASE_MARGIN = dt.timedelta(seconds=0.7)
    outbox.FIRST_BACKOFF = dict.fromkeys(outbox.FIRST_BACKOFF, dt.timedelta(seconds=0.3))
    if size.mark_first:
        delivery._send_one = mark_before_sending
    Member.objects.bulk_create(
        (
            Member(handle=f"chaos{number}", email=f"chaos{number}@example.org", locale="en")
            for number in range(size.members)
        ),
        ignore_conflicts=True,
    )
    sys.stdout.write(json.dumps(dataclasses.asdict(Storm(size).run())) + "\n")


if __name__ == "__main__":
    main()
