"""H3: the broker is killed, halted, cut off, emptied, filled, and never comes back.

The rows are the truth and the broker only rings, so that whatever happens to it, everything queued
has left half a minute after it is back; and if it never is, ``manage.py deliver --once`` sends it.
One suite for Redis with Celery's own worker and for the embedded broker of files. The control has
no beat, so nobody looks: then what was queued in the meantime has to stay.
"""

import contextlib
import dataclasses
import json
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator

from scripts.services import redis
from tests.chaos.brokers import Broker, FolderBroker, Keeper, RedisBroker
from tests.chaos.ground import BASE, Ground, Place, place
from tests.chaos.oracle import judge_mails, name_of

RESUMED_SECONDS = 30
# How many may be in the middle of a mail when something happens.
SENDERS = 2


@dataclasses.dataclass(frozen=True)
class Size:
    """``rounds`` is how often each fault strikes; the rest are seconds: between two looks (30 in
    production), until a dead sender's messages are free (180), kept between a sender and the end of
    its lease (30), and the first pause after a failure (60)."""

    rounds: dict[str, int]
    mails: int
    look: float
    lease: float
    halt: float
    margin: float = 30
    backoff: float = 60


SMOKE = {"kill": 1, "halt": 1, "flush": 1, "cut": 1, "full": 1, "break": 1, "gone": 1}
FULL = {"kill": 100, "halt": 10, "flush": 10, "cut": 10, "full": 10, "break": 10, "gone": 10}
REAL = {"kill": 2, "halt": 1, "flush": 2, "cut": 1, "full": 1, "break": 1, "gone": 1}
SIZES = {
    "smoke": [Size(SMOKE, mails=12, look=1, lease=3, margin=1, backoff=0.5, halt=2)],
    "full": [
        Size(FULL, mails=40, look=5, lease=10, margin=3, backoff=1, halt=5),
        Size(REAL, mails=40, look=30, lease=180, halt=20),
    ],
}


def run(made: Ground, *, size: str, seed: int) -> Iterator[dict[str, object]]:
    """Redis where the ground is PostgreSQL, the broker of files where it is SQLite, as the two
    shapes of the house have it."""
    for chosen in SIZES[size]:
        yield from _of_one_size(made, chosen, size=size, seed=seed)


def _of_one_size(made: Ground, chosen: Size, *, size: str, seed: int) -> Iterator[dict]:
    with contextlib.ExitStack() as stack:
        environment = {
            "CHAOS_LOOK_SECONDS": str(chosen.look),
            "CHAOS_LEASE_SECONDS": str(chosen.lease),
            "CHAOS_MARGIN_SECONDS": str(chosen.margin),
            "CHAOS_BACKOFF_SECONDS": str(chosen.backoff),
        }
        if made.engine == "postgres":
            server = stack.enter_context(redis())
            here = stack.enter_context(place(made, **environment, CELERY_BROKER_URL=server.url(0)))
            broker: Broker = RedisBroker(here, server, halt_seconds=chosen.halt)
        else:
            here = stack.enter_context(
                place(made, **environment, CELERY_BROKER_URL="filesystem://")
            )
            broker = FolderBroker(here)
        told = {
            "h": "h3",
            "engine": made.engine,
            "broker": broker.name,
            "size": size,
            "seed": seed,
            "look_seconds": chosen.look,
            "lease_seconds": chosen.lease,
        }
        house = stack.enter_context(House(here, broker, chosen))
        yield told | {"name": "broker-control", **house.control()}
        yield told | {"name": "broker-faults", **house.all_rounds(random.Random(seed))}
        yield told | {"name": "broker-never-back", **house.never_back()}


class House:
    """A worker, a beat and somebody who queues, around one broker."""

    def __init__(self, here: Place, broker: Broker, size: Size) -> None:
        self.here, self.broker, self.size = here, broker, size
        self.log = (here.folder / "caller.log").open("wb")
        self.caller = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.caller"],
            cwd=BASE,
            env=here.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.keeper = Keeper([broker.worker, broker.beat])
        self.letters: dict[str, set[tuple[str, str]]] = {}

    def __enter__(self) -> "House":
        self._say(make=self.size.mails)
        self.keeper.start()
        return self

    def __exit__(self, *_told: object) -> None:
        self.keeper.stopped.set()
        self.keeper.join(10)
        self.broker.end()
        self.caller.kill()
        self.caller.communicate()
        self.log.close()

    def control(self) -> dict[str, object]:
        """No beat, so nobody looks: what rang in vain stays; with a beat it leaves."""
        self.broker.worker.start()
        self._first_bell()
        label = _label()
        self.broker.hold()
        self.queue(label, "a")
        self.broker.flush()
        time.sleep(max(3.0, 1.5 * self.size.look))
        left = self._left(label)
        self.broker.beat.start()
        seconds = self.drained(label, time.monotonic(), 2 * self.size.look + 30)
        return {
            "undrained": left,
            "drained_after_beat": seconds,
            "passed": bool(left and not self._left(label)),
        }

    def all_rounds(self, chance: random.Random) -> dict[str, object]:
        """Every fault as often as the size says, in an order by chance."""
        names = [
            name for name, often in self.size.rounds.items() if name in self.broker.faults
            for _number in range(often)
        ]  # fmt: skip
        chance.shuffle(names)
        began = time.monotonic()
        slow: list[str] = []
        resumed: dict[str, list[float]] = {}
        drained: dict[str, list[float]] = {}
        totals = dict.fromkeys(
            ("lost", "repeated", "unlisted", "missing_rows", "duplicate_rows"), 0
        )
        for name in names:
            label = _label()
            soon, whole = self._round(label, name)
            resumed.setdefault(name, []).append(soon)
            drained.setdefault(name, []).append(whole)
            if soon > RESUMED_SECONDS or self._left(label):
                slow.append(f"{name}: {soon} s, {self._left(label)} left after {whole} s")
            verdict = self._judge(label)
            totals = {key: count + verdict[key] for key, count in totals.items()}
        return {
            "rounds": {name: len(found) for name, found in sorted(resumed.items())},
            "resumed_at_most": {name: max(found) for name, found in sorted(resumed.items())},
            "drained_at_most": {name: max(found) for name, found in sorted(drained.items())},
            "mails": len(names) * self.size.mails * 2,
            "seconds": round(time.monotonic() - began, 1),
            "too_slow": slow[:10],
            "ended_by_themselves": dict(self.keeper.ended),
            **totals,
            **({"words": self.broker.worker.words()} if slow else {}),
            "passed": not any(
                (slow, totals["lost"], totals["unlisted"], totals["missing_rows"],
                 totals["duplicate_rows"], totals["repeated"] > SENDERS * len(names))
            ),
        }  # fmt: skip

    def never_back(self) -> dict[str, object]:
        """The broker is gone for good, and somebody drains by hand."""
        label = _label()
        self.broker.end()
        self.broker.go_away()
        self.queue(label, "a")
        before = self._left(label)
        command = [sys.executable, "manage.py", "deliver", "--once"]
        done = subprocess.run(
            command, cwd=BASE, env=self.here.environment, capture_output=True, text=True
        )
        verdict = self._judge(label)
        return {
            "waiting": before,
            "said": done.stdout.strip()[-200:],
            "lost": verdict["lost"],
            "passed": bool(
                before and not done.returncode and not verdict["lost"] and not verdict["unsettled"]
            ),
        }

    def _round(self, label: str, name: str) -> tuple[float, float]:
        """Some are being sent when the fault begins, some are queued while it lasts. After how many
        seconds the second ones were out, and after how many all: what a dead sender had in its hands
        has to wait for the end of its lease, and for a pause if it may have left."""
        begin, end = self.broker.faults[name]
        self.queue(label, "a")
        time.sleep(0.1)
        begin()
        self.queue(label, "b")
        end()
        began = time.monotonic()
        soon = self.drained(f"{label}:b", began, RESUMED_SECONDS + 30)
        # The pause varies by a quarter, and the look comes when it comes.
        allowed = self.size.lease + 1.3 * self.size.backoff + 2 * self.size.look + 30
        return soon, self.drained(label, began, allowed)

    def _first_bell(self) -> None:
        label = _label()
        self.queue(label, "a")
        self.drained(label, time.monotonic(), 60)
        if self._left(label):
            raise RuntimeError(f"The worker does not work:\n{self.broker.worker.words()}")

    def queue(self, label: str, word: str) -> None:
        self._say(label=label, word=word)
        self.letters.setdefault(label, set()).update(
            (f"{name_of(number)}@example.org", f"{label}-{word}")
            for number in range(self.size.mails)
        )

    def _say(self, **told: object) -> None:
        assert self.caller.stdin
        assert self.caller.stdout
        self.caller.stdin.write(json.dumps(told) + "\n")
        self.caller.stdin.flush()
        if not self.caller.stdout.readline():
            words = (self.here.folder / "caller.log").read_text()[-2000:]
            raise RuntimeError(f"Whoever queues has died:\n{words}")

    def drained(self, label: str, began: float, patience: float) -> float:
        """Seconds from ``began`` until nothing of ``label`` waits, or until patience is at an end."""
        while self._left(label) and time.monotonic() - began < patience:
            time.sleep(0.1)
        return round(time.monotonic() - began, 1)

    def _left(self, label: str) -> int:
        return self.here.rows(
            "SELECT count(*) FROM community_outboxmessage "  # noqa: S608  the label is our own
            f"WHERE key LIKE '{label}:%' AND settled_at IS NULL"
        )[0][0]

    def _judge(self, label: str) -> dict[str, int]:
        return judge_mails(
            label=label, wanted=self.letters[label], book=self.here.book, rows=self.here.rows
        )


def _label() -> str:
    return f"b{secrets.token_hex(4)}"
