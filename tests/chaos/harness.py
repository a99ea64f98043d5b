"""Puts a run together: a database, a mail server, the storm, the oracle."""

import dataclasses
import json
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

from scripts.services import postgres
from tests.chaos.oracle import Rows, Verdict, judge

BASE = Path(__file__).resolve().parents[2]
# (members, days, kills, patience in seconds)
SIZES = {"control": (50, 2, 15, 45), "smoke": (100, 3, 30, 45), "full": (5_000, 4, 1_000, 540)}
LEAST_IN_WINDOW = 0.3


@dataclasses.dataclass(frozen=True)
class Place:
    """A migrated database and a running mail server."""

    engine: str
    environment: dict[str, str]
    book: Path
    rows: Rows


@contextmanager
def place(engine: str) -> Iterator[Place]:
    """A place of its own on ``sqlite`` or ``postgres``, gone afterwards.

    Raises scripts.services.ServiceMissing where there is no PostgreSQL.
    """
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        if engine == "postgres":
            with postgres() as server:
                yield from _serve(engine, Path(folder), server.url, server.url)
        else:
            file = Path(folder) / "chaos.sqlite3"
            yield from _serve(engine, Path(folder), f"sqlite:///{file}", str(file))


def _serve(engine: str, folder: Path, url: str, database: str) -> Iterator[Place]:
    book, port = folder / "book.tsv", _free_port()
    book.touch()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SHALIJIN_MODE": "test",
        "SHALIJIN_DATA": str(folder),
        "DATABASE_URL": url,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "CELERY_BROKER_URL": "memory://",
        "CACHE_URL": "locmem://",
    }
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrate, env=environment, cwd=BASE, check=True)
    sink = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.sink", str(book), str(port)], cwd=BASE
    )
    try:
        _wait_for(port)
        with closing(_connect(engine, database)) as connection:
            yield Place(engine, environment, book, _reader(connection))
    finally:
        sink.terminate()
        sink.wait(10)


def storm(
    here: Place, *, size: str, mark_first: bool = False, seed: int | None = None
) -> dict[str, object]:
    """One run; what it did, what the oracle says, and whether that is as it must be.

    ``passed`` of a run: nothing lost, nothing doubled, no more repeated mails than kills, all of
    them listed, and enough kills where it hurts. Of a control (``mark_first``): mails were lost.
    """
    seed = seed if seed is not None else secrets.randbelow(1_000_000)
    members, days, kills, patience = SIZES[size]
    told = {
        "label": f"c{secrets.token_hex(3)}",
        "seed": seed,
        "members": members,
        "days": days,
        "kills": kills,
        "patience": patience,
        "mark_first": mark_first,
    }
    command = [sys.executable, "-m", "tests.chaos.storm", json.dumps(told)]
    done = subprocess.run(
        command,
        env=here.environment,
        cwd=BASE,
        capture_output=True,
        text=True,
        check=False,
        timeout=patience + 60,
    )
    if done.returncode:
        raise RuntimeError(f"The storm itself broke (seed {seed}):\n{done.stderr[-4000:]}")
    facts = json.loads(done.stdout.splitlines()[-1])
    verdict = judge(
        label=str(told["label"]), members=members, days=days, book=here.book, rows=here.rows
    )
    return {
        "name": "kill-during-fan-out" + ("-control" if mark_first else ""),
        "engine": here.engine,
        "size": size,
        "seed": seed,
        **facts,
        **dataclasses.asdict(verdict),
        "passed": bool(verdict.lost) if mark_first else _is_good(facts, verdict, kills),
        **({"stderr": done.stderr[-2000:]} if facts["died"] else {}),
    }


def _is_good(facts: dict, verdict: Verdict, kills: int) -> bool:
    hit = facts["in_window"] >= LEAST_IN_WINDOW * facts["kills"]
    whole = facts["settled"] and not facts["died"] and facts["kills"] == kills
    return bool(hit and whole and verdict.is_clean and verdict.repeated <= facts["kills"])


def _connect(engine: str, database: str):
    return psycopg2.connect(database) if engine == "postgres" else sqlite3.connect(database)


def _reader(connection) -> Rows:
    def rows(statement: str) -> list[tuple]:
        with closing(connection.cursor()) as cursor:
            cursor.execute(statement)
            found = cursor.fetchall()
        connection.rollback()  # the next question must see what has happened since
        return found

    return rows


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _wait_for(port: int) -> None:
    for _attempt in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The mail server of the run did not start.")
