"""The two brokers, and what can happen to each while people work."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import redis as redis_client

from scripts.services import Redis
from tests.chaos.ground import BASE, Place

QUEUES = "delivery,schedule,bulk"
LONG_ENOUGH = 60


class Program:
    """One process of the house, in a group of its own, with its words in a file. ``wanted``: it is
    to run, and whoever watches over it starts it again."""

    def __init__(self, name: str, command: list[str], here: Place) -> None:
        self.name, self.command, self.here = name, command, here
        self.log = here.folder / f"{name}.log"
        self.process: subprocess.Popen | None = None
        self.wanted = False
        self._door = threading.Lock()

    def start(self) -> None:
        """Start it, unless it runs."""
        with self._door:
            self.wanted = True
            if not self.is_running:
                self._start()

    def _start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.command],
                cwd=BASE,
                env=self.here.environment | {"PYTHONWARNINGS": "ignore"},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        """Signal the process and all that it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """Kill -9 the process and all that it started."""
        with self._door:
            self.wanted = False
            self.signal(signal.SIGKILL)
            if self.process is not None:
                self.process.wait(10)
            self.process = None

    def words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-1500:]


class Keeper(threading.Thread):
    """Starts again what has ended by itself, as ``restart: unless-stopped`` and our supervisor do.
    ``ended`` says how often which program had."""

    def __init__(self, programs: list[Program]) -> None:
        super().__init__(name="keeper", daemon=True)
        self.programs, self.ended = programs, Counter[str]()
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(0.5):
            for program in self.programs:
                if program.wanted and not program.is_running:
                    self.ended[program.name] += 1
                    program.start()


class Broker:
    """What H3 needs to know of a broker. ``faults``: by name, what begins it and what ends it."""

    name = ""

    def __init__(self, here: Place) -> None:
        self.worker = Program("worker", self.worker_command, here)
        self.beat = Program("beat", self.beat_command, here)
        self.faults: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {}

    @property
    def worker_command(self) -> list[str]:
        raise NotImplementedError

    @property
    def beat_command(self) -> list[str]:
        raise NotImplementedError

    def empty(self) -> None:
        """Lose everything that it holds."""
        raise NotImplementedError

    def go_away(self) -> None:
        """Be gone for good."""
        raise NotImplementedError

    def hold(self) -> None:
        """Nobody hears a bell from now on …"""
        self.worker.signal(signal.SIGSTOP)
        self.cut()

    def cut(self) -> None:
        """Break every connection."""

    def flush(self) -> None:
        """… and those that have rung meanwhile are lost."""
        self.empty()
        self.worker.signal(signal.SIGCONT)

    def start(self) -> None:
        self.worker.start()
        self.beat.start()

    def end(self) -> None:
        self.beat.kill()
        self.worker.kill()


def nothing() -> None:
    """For a fault that is over as soon as it has begun."""


class RedisBroker(Broker):
    """Redis, with a worker of processes and a beat as in docker-compose.yml."""

    name = "redis"
    worker_command = [
        *("celery", "-A", "config", "--quiet", "worker", "-Q", QUEUES, "-c", "2"),
        *("--without-gossip", "--without-mingle", "--loglevel", "WARNING"),
    ]
    beat_command = [
        *("celery", "-A", "config", "--quiet", "beat", "--pidfile=", "--loglevel", "WARNING"),
    ]

    def __init__(self, here: Place, server: Redis, *, halt_seconds: float) -> None:
        super().__init__(here)
        self.server, self.halt_seconds = server, halt_seconds
        self.client = redis_client.Redis(port=server.port)
        self.faults = {
            "kill": (self.go_away, self._come_back),
            "halt": (self._halt, self._go_on),
            "flush": (self.hold, self.flush),
            "cut": (self.cut, nothing),
            "full": (self._fill, self._empty),
        }

    def go_away(self) -> None:
        self.server.stop(kill=True)

    def _come_back(self) -> None:
        self.server.start()

    def _halt(self) -> None:
        os.kill(self._pid, signal.SIGSTOP)

    def _go_on(self) -> None:
        time.sleep(self.halt_seconds)
        os.kill(self._pid, signal.SIGCONT)

    def empty(self) -> None:
        self.client.flushall()

    def cut(self) -> None:
        self.client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")

    def _fill(self) -> None:
        """From now on it refuses whatever would need memory, as with ``noeviction``."""
        self.client.config_set("maxmemory", 1)

    def _empty(self) -> None:
        self.client.config_set("maxmemory", 0)

    @property
    def _pid(self) -> int:
        assert self.server.process is not None
        return self.server.process.pid


class FolderBroker(Broker):
    """The embedded broker: files in a folder, with the worker and the beat of ``manage.py up``.

    It has no server that could be away; what can happen to it is that its files vanish, and what
    can happen to its only worker is to be killed, and started again as the supervisor does.
    """

    name = "filesystem"
    worker_command = ["community.supervisor.worker", "config", QUEUES]
    beat_command = ["community.supervisor.beat", "config"]

    def __init__(self, here: Place) -> None:
        super().__init__(here)
        self.folder = here.folder / "broker"
        self.faults = {
            "kill": (self._kill, self._start_again),
            "flush": (self.hold, self.flush),
            "break": (self._break, nothing),
            "gone": (self.go_away, self._come_back),
        }

    def _kill(self) -> None:
        self.worker.kill()

    def _start_again(self) -> None:
        self.worker.start()

    def empty(self) -> None:
        for path in self._messages():
            path.unlink(missing_ok=True)

    def _break(self) -> None:
        """A power cut leaves an empty message; the worker ends, and is started again as the
        supervisor does, which puts such files aside first."""
        message = self.folder / "messages" / f"{random.randrange(10**9)}_broken.bulk.msg"
        message.touch()
        os.utime(message, (0, 0))
        self.worker.kill()
        done = [sys.executable, "-m", "tests.chaos.put_aside", str(self.folder)]
        subprocess.run(done, cwd=BASE, check=True)
        self.worker.start()

    def go_away(self) -> None:
        """The disk with the folder is away: whoever rings or listens finds nothing."""
        shutil.move(self.folder, self.folder.with_name("broker-away"))

    def _come_back(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.move(self.folder.with_name("broker-away"), self.folder)

    def _messages(self) -> list[Path]:
        return list((self.folder / "messages").glob("*"))
