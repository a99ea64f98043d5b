"""H4: PostgreSQL is killed, stopped at once, and its connections are cut, while people write.

What was said to be done is there, what nobody knows of is there whole or not at all; no mail is
lost, no item doubled, and a mail comes twice at most once for each time a sender was interrupted.
The control says that it is done before the commit, and must be caught.
"""

import dataclasses
import json
import random
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2

from community import clock
from scripts.services import Postgres, ServiceFailed
from tests.chaos.ground import BASE, Ground, Place, place
from tests.chaos.oracle import arrivals, judge_mails, left_over, name_of

START_SECONDS = 60
SENDERS = 2
CUTS = 5
# How often a fault strikes.
STRIKES = {"kill": 1, "immediate": 1, "cut": CUTS}


@dataclasses.dataclass(frozen=True)
class Size:
    """``patience`` is how many seconds the rest may take to leave after the last fault, ``lease``
    after how many a dead sender's messages are free."""

    faults: int
    at_once: int = 5
    patience: int = 60
    lease: float = 1.5


SIZES = {
    "smoke": Size(faults=5),
    "control": Size(faults=3),
    "full": Size(faults=100, patience=400, lease=6),
}


def run(made: Ground, *, size: str, seed: int) -> Iterator[dict[str, object]]:
    """The run and its control; nothing where the ground is SQLite, which has no server."""
    if made.server is None:
        return
    with place(made, latency=0.002) as here:
        yield flood(here, size=size, seed=seed)
        yield flood(here, size="control", seed=seed, early=True)


def flood(here: Place, *, size: str, seed: int, early: bool = False) -> dict[str, object]:
    """One run. Of a control (``early``): something that was said to be done is missing."""
    chosen, label = SIZES[size], f"d{secrets.token_hex(3)}"
    notes = here.folder / label
    notes.mkdir()
    chance = random.Random(seed)
    assert here.server is not None
    began = time.monotonic()
    with Flood(here, {"label": label, "notes": str(notes), "at_once": chosen.at_once, "early": early, "lease": chosen.lease}) as people:  # fmt: skip
        done = Counter[str]()
        # A control has to fail: only a server that dies forgets what it has not written.
        names = ["kill", "immediate"] if early else sorted(FAULTS)
        for number in range(chosen.faults):
            time.sleep(chance.uniform(0.3, 1.2))
            name = names[number] if number < len(names) else chance.choice(names)
            FAULTS[name](here.server)
            done[name] += 1
        time.sleep(0.5)
        people.say()  # the writers end
        drained = _wait_until_drained(here, label, chosen.patience)
        died = people.say()["died"]
        words = people.log.read_text()[-3000:]
    left = left_over(label, here.rows)
    verdict = _judge(here, label, notes, chosen.at_once)
    bad = ("missing", "half", "lost", "unlisted", "duplicate_items", "duplicate_rows", "unsettled")
    good = drained and not died and not any(verdict[key] for key in bad)
    # A sender can be in the middle of one mail when something strikes.
    most = min(verdict["interrupted"], SENDERS * sum(STRIKES[name] * done[name] for name in done))
    good = good and verdict["acknowledged"] and verdict["repeated"] <= most
    return {
        "h": "h4",
        "name": "database-chaos" + ("-control" if early else ""),
        "engine": here.engine,
        "size": size,
        "seed": seed,
        "faults": dict(done),
        "seconds": round(time.monotonic() - began, 1),
        "drained": drained,
        "died": died,
        **verdict,
        **({"left": left, "at": str(clock.now())} if left else {}),
        **({"words": words} if died or left else {}),
        "passed": bool(verdict["missing"] if early else good),
    }


class Flood:
    """The processes of ``flood.py``."""

    def __init__(self, here: Place, told: dict) -> None:
        self.log = here.folder / "flood.log"
        self._out = self.log.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.flood", json.dumps(told)],
            cwd=BASE,
            env=here.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._out,
            text=True,
        )

    def __enter__(self) -> "Flood":
        self._hear()
        return self

    def __exit__(self, *_told: object) -> None:
        self.process.kill()
        self.process.communicate()
        self._out.close()

    def say(self) -> dict:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self._hear())

    def _hear(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"The processes broke:\n{self.log.read_text()[-3000:]}")
        return line


def _kill(server: Postgres) -> None:
    """Kill -9 of the postmaster: its backends notice, and what was not written is gone."""
    server.stop(kill=True)
    _start(server)


def _stop_at_once(server: Postgres) -> None:
    assert server.process is not None
    server.pg_ctl("stop", "-m", "immediate")
    server.process.wait(30)
    _start(server)


def _cut_connections(server: Postgres) -> None:
    """Every connection, several times within a second."""
    for _time in range(CUTS):
        server.sql(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        time.sleep(0.15)


FAULTS: dict[str, Callable[[Postgres], None]] = {
    "kill": _kill,
    "immediate": _stop_at_once,
    "cut": _cut_connections,
}


def _start(server: Postgres) -> None:
    """Again and again: while a backend of the killed one still lives, it does not start."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return server.start()
        except ServiceFailed:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _wait_until_drained(here: Place, label: str, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            [[left]] = here.rows(
                "SELECT count(*) FROM community_outboxmessage "  # noqa: S608  the label is our own
                f"WHERE key LIKE '{label}:%' AND settled_at IS NULL"
            )
        except psycopg2.OperationalError:
            left = 1
        if not left:
            return True
        time.sleep(0.2)
    return False


def _judge(here: Place, label: str, notes: Path, at_once: int) -> dict[str, int]:
    """Compare what the writers noted with the tables and with the mail server's book."""
    said: dict[str, str] = {}
    interrupted = 0
    for path in sorted(notes.glob("*.txt")):
        for line in path.read_text().splitlines():
            what, word = line.split()
            if what == "interrupted":
                interrupted += path.name.startswith("sender")
            elif what != "unknown" or said.get(word) != "ok":
                said[word] = what
    mails = Counter(
        key.split(":")[1]
        for (key,) in here.rows(
            f"SELECT key FROM community_outboxmessage WHERE key LIKE '{label}:%'"  # noqa: S608
        )
    )
    items = Counter(
        here.rows(
            "SELECT r.subject, i.member_id FROM community_inboxitem i "  # noqa: S608
            f"JOIN community_run r ON r.id = i.run_id WHERE r.subject LIKE '{label}-%'"
        )
    )
    told = Counter(subject.removeprefix(f"{label}-") for subject, _member in items)
    whole = {word for word in said if (mails[word], told[word]) == (at_once, at_once)}
    there = set(mails) | set(told)
    wanted = {
        (f"{name_of(number)}@example.org", f"{label}-{word}")
        for word in mails
        for number in range(at_once)
    }
    return {
        "acknowledged": sum(what == "ok" for what in said.values()),
        "unknown": sum(what != "ok" for what in said.values()),
        "unknown_there": sum(what != "ok" and word in whole for word, what in said.items()),
        "missing": sum(what == "ok" and word not in whole for word, what in said.items()),
        "half": len(there - whole),
        "interrupted": interrupted,
        "duplicate_items": sum(items.values()) - len(items),
        **judge_mails(label=label, wanted=wanted, book=here.book, rows=here.rows),
        "mails": len(arrivals(here.book, label).letters),
    }
