"""A place of its own for a bench with processes of its own: folder, database and mail server.

Such a bench runs alone as ``python -m bench.NAME [mails] [sqlite|postgres]``; a private PostgreSQL is
started for it. As one of the benches it takes 20,000 mails on SQLite; SHALIJIN_BENCH_MAILS=100000 is
the full size, and SHALIJIN_BENCH_DATABASE=postgres the other database.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager

from bench.harness import BENCHES, Result

MAILS = 20_000
PATIENCE_SECONDS = 600


def asked() -> tuple[int, str]:
    """How many mails, and on which database, by the command line."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MAILS
    return count, sys.argv[2] if len(sys.argv) > 2 else "sqlite"


@contextmanager
def place(engine: str, **more: str) -> Iterator[None]:
    """The settings name a new folder, a new database of that kind and a mail server until the block
    ends; ``more`` are further ones."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="slj-bench-mail-"))
        url = f"sqlite:///{folder}/bench.sqlite3"
        if engine == "postgres":
            from scripts.services import postgres

            url = stack.enter_context(postgres()).url
        os.environ.update(
            SHALIJIN_MODE="small",
            SHALIJIN_DATA=folder,
            DATABASE_URL=url,
            CELERY_BROKER_URL="memory://",
            CACHE_URL="locmem://",
            EMAIL_URL=f"smtp://127.0.0.1:{stack.enter_context(mail_server())}",
            BASE_URL="http://localhost:8000",
            LOG_LEVEL="WARNING",
            QUIET_HOURS="00:00-00:00",  # there are none: at night every mail would wait
            DJANGO_SETTINGS_MODULE="config.settings",
        )
        os.environ.update(more)
        yield


@contextmanager
def mail_server() -> Iterator[int]:
    """The port of a sink that runs until the block ends."""
    sink = subprocess.Popen([sys.executable, "-m", "bench.sink"], stdout=subprocess.PIPE, text=True)
    try:
        assert sink.stdout is not None
        yield int(sink.stdout.readline())
    finally:
        sink.kill()
        sink.communicate()


def measured(name: str, measure: Callable[[], Iterable[Result]], *prepare: str) -> int:
    """Prepare the place by ``migrate`` and these commands and print what ``measure`` finds, by the
    targets of the bench ``name``: 1 when one is missed."""
    import django

    django.setup()

    from django.core.management import call_command
    from django.db import connections

    for command in ("migrate", "compile_translations", *prepare):
        call_command(command, verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115
    missed = 0
    for result in measure():
        print(result.as_json(), flush=True)
        missed += bool(BENCHES[name].missed(result))
    connections.close_all()
    return 1 if missed else 0


def alone(name: str) -> Iterator[Result]:
    """What the bench ``name`` finds in a process of its own, with the size that the variables say."""
    count = os.environ.get("SHALIJIN_BENCH_MAILS", str(MAILS))
    engine = os.environ.get("SHALIJIN_BENCH_DATABASE", "sqlite")
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", count, engine],
        stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    results = [Result(**json.loads(line)) for line in done.stdout.splitlines()]
    if done.returncode and not any(BENCHES[name].missed(result) for result in results):
        raise RuntimeError(f"{name} was not measured to its end; what went wrong stands above.")
    yield from results


def wait_until(what: Callable[[], bool]) -> None:
    """Until ``what`` holds, looked at twenty times a second. Raises SystemExit after ten minutes."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not what():
        if time.monotonic() > ends:
            raise SystemExit("The senders did not come to an end.")
        time.sleep(0.05)
