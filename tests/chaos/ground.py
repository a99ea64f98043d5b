"""Where a run takes place: a migrated database of its own, a data folder, and a mail server.

Migrating costs most of a short run, so it is done once for each engine (or taken from the suite's
own test database), and every harness gets a copy.
"""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

from scripts.services import Postgres, free_port, postgres
from tests.chaos.oracle import Rows

BASE = Path(__file__).resolve().parents[2]
TEMPLATE = "chaos_template"
Fill = Callable[["Ground"], None]


@dataclass
class Ground:
    """A migrated database that nobody works in; ``place`` copies it."""

    engine: str
    folder: Path
    server: Postgres | None = None
    copies: int = 0

    @property
    def template(self) -> str:
        """Where the migrated database is: the address for DATABASE_URL."""
        return self.url(TEMPLATE)

    def url(self, name: str) -> str:
        if self.server:
            return f"postgres://{self.server.user}@/{name}?host={self.server.folder}"
        return f"sqlite:///{self.folder / name}.sqlite3"

    def copy(self) -> str:
        """The address of a new copy."""
        self.copies += 1
        name = f"chaos_{self.copies}"
        if self.server:
            self.server.sql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        else:
            shutil.copy(self.folder / f"{TEMPLATE}.sqlite3", self.folder / f"{name}.sqlite3")
        return self.url(name)


@dataclass(frozen=True)
class Place:
    """A copy of the ground with a running mail server. ``book`` is what that server wrote down,
    ``rows`` asks the database by plain SQL."""

    engine: str
    folder: Path
    environment: dict[str, str]
    book: Path
    rows: Rows
    database: str
    server: Postgres | None = field(default=None, repr=False)


@contextmanager
def ground(engine: str, *, fill: Fill | None = None) -> Iterator[Ground]:
    """Ground on ``sqlite`` or ``postgres``, gone afterwards; about ten seconds unless ``fill`` has
    a quicker way to fill the database ``TEMPLATE``.

    Raises scripts.services.ServiceMissing where there is no PostgreSQL.
    """
    fill = fill or migrate
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        if engine == "postgres":
            with postgres() as server:
                made = Ground(engine, Path(folder), server)
                server.sql(f"CREATE DATABASE {TEMPLATE}")
                fill(made)
                yield made
        else:
            made = Ground(engine, Path(folder))
            fill(made)
            yield made


def migrate(made: Ground) -> None:
    """Fill the template by the project's own migrations."""
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    environment = _environment(made.folder, made.template, port=1)
    subprocess.run(command, env=environment, cwd=BASE, check=True)
    if made.server is None:
        with closing(sqlite3.connect(made.folder / f"{TEMPLATE}.sqlite3")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def place(
    made: Ground, *, latency: float = 0.01, book: Path | None = None, **environment: str
) -> Iterator[Place]:
    """A place of its own on ``made``; its mail server takes ``latency`` seconds at each step."""
    url, port = made.copy(), free_port()
    folder = made.folder / f"data-{made.copies}"
    folder.mkdir()
    book = book or folder / "book.tsv"
    book.touch()
    sink = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.sink", str(book), str(port), str(latency)], cwd=BASE
    )
    try:
        wait_for(port)
        yield Place(
            engine=made.engine,
            folder=folder,
            environment=_environment(folder, url, port=port) | environment,
            book=book,
            rows=_reader(url),
            database=url.partition("?")[0].rpartition("/")[2],
            server=made.server,
        )
    finally:
        sink.terminate()
        sink.wait(10)


def _environment(folder: Path, url: str, *, port: int) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
        "SHALIJIN_MODE": "test",
        "SHALIJIN_DATA": str(folder),
        "STATIC_ROOT": str(folder / "static"),
        "DATABASE_URL": url,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "CELERY_BROKER_URL": "memory://",
        "CACHE_URL": "locmem://",
        "LOG_LEVEL": "WARNING",
        # Everybody gets everything at any hour: that is what these runs count.
        "OUTBOX_MEMBER_PER_DAY": "0",
        "QUIET_HOURS": "00:00-00:00",
        "CHAOS": "",
    }


def _reader(url: str) -> Rows:
    """Asks over a new connection each time: the server may have been another one meanwhile."""

    def rows(statement: str) -> list[tuple]:
        with closing(_connect(url)) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    return rows


def _connect(url: str):
    if url.startswith("postgres"):
        return psycopg2.connect(url)
    return sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20)


def wait_for(port: int) -> None:
    """Wait until somebody listens on ``port``."""
    for _attempt in range(150):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("The mail server of the run did not start.")
