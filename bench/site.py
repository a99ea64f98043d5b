"""The site as it runs in earnest, for a bench: all of its processes, from the commands of the product."""

import math
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import yaml
from django.conf import settings

from community.supervisor.__main__ import child_environment
from community.supervisor.loop import answers

BASE = Path(__file__).resolve().parent.parent
START_SECONDS, STOP_SECONDS = 60, 40
SHARES = 1024  # of a container that says nothing
BULK_SENDERS = 2


@contextmanager
def small() -> Iterator[None]:
    """``manage.py up``: one web process, one worker with two threads, beat."""
    with _running(["manage.py", "up", "--with-parent"]):
        _wait_for_it()
        yield


@contextmanager
def large() -> Iterator[None]:
    """What docker-compose.yml starts, without containers; the worker for bulk twice, as ``--scale
    bulk=2`` would."""
    services = yaml.safe_load((BASE / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    swaps = {"0.0.0.0": "127.0.0.1", "8000": str(settings.PORT)}  # noqa: S104  replaced
    with ExitStack() as stack:
        for name in ("web", "worker", *["bulk"] * BULK_SENDERS, "beat"):
            _python, *words = services[name]["command"]
            running = _running([swaps.get(word, word) for word in words])
            _weigh(stack.enter_context(running), services[name].get("cpu_shares", SHARES))
        _wait_for_it()
        yield


@contextmanager
def _running(words: list[str]) -> Iterator[int]:
    """A program of ours in a session of its own, as a service manager would start it; its pid."""
    process = subprocess.Popen(
        [sys.executable, *words],
        cwd=BASE,
        env=child_environment() | {"REMAP_SIGTERM": "SIGQUIT"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _weigh(pid: int, shares: int) -> None:
    """What ``cpu_shares`` is to a container: Linux shares the cores among sessions as well, and each
    step of ``nice`` is a quarter less. Elsewhere nothing is weighed."""
    if shares != SHARES:
        with suppress(OSError):
            steps = round(math.log(SHARES / shares, 1.25))
            Path(f"/proc/{pid}/autogroup").write_text(str(steps), encoding="ascii")


def _wait_for_it() -> None:
    ends = time.monotonic() + START_SECONDS
    while not answers(("127.0.0.1", settings.PORT)):
        if time.monotonic() > ends:
            raise SystemExit("The site did not start; what went wrong stands above.")
        time.sleep(0.1)
