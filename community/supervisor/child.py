"""One supervised program: started, watched, started again with growing patience."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

from community.supervisor.output import Lines

HEALTHY_SECONDS = 60
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
GIVE_UP_AFTER = 6
RESIGNED_WAIT = 300.0


@dataclass
class Child:
    """A program to keep running.

    ``command`` is a module with its arguments. ``vital``: without it there is no point in running,
    so after six short lives in a row the supervisor stops. One that is not vital is tried again
    every five minutes.
    """

    name: str
    command: list[str]
    lines: Lines
    vital: bool = False
    process: subprocess.Popen | None = None
    failures: int = 0
    start_at: float | None = None  # monotonic; None: not to be started
    _started: float = field(default=0.0, repr=False)

    def start(self, environment: dict[str, str]) -> None:
        """Start in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self.start_at = None
        self._started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "community.supervisor.launch", *self.command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            env=environment,
            start_new_session=True,
        )

    def ended(self) -> int | None:
        """The exit status, once, when the program has ended; what it left behind is killed."""
        if self.process is None or (status := self.process.poll()) is None:
            return None
        kill_group(self.process.pid, signal.SIGKILL)
        self.process.stdin.close()
        self.process = None
        return status

    def plan_restart(self) -> bool:
        """Set ``start_at``: 0.5 s after the first failure, twice as long each time, at most 60 s.

        A life of a minute or more counts as healthy and forgets earlier failures. Returns False
        when a vital child has used up its tries.
        """
        lived = time.monotonic() - self._started
        self.failures = 1 if lived >= HEALTHY_SECONDS else self.failures + 1
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (self.failures - 1))
        if self.failures >= GIVE_UP_AFTER:
            if self.vital:
                return False
            wait = RESIGNED_WAIT
        self.start_at = time.monotonic() + wait
        return True

    def ask_to_stop(self) -> None:
        """SIGTERM to the program itself, which knows how to end its own children."""
        self.start_at = None
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def kill(self) -> None:
        """SIGKILL to the program and everything it started."""
        if self.process is not None:
            kill_group(self.process.pid, signal.SIGKILL)


def kill_group(leader: int, number: int) -> None:
    """Signal the whole process group of ``leader``; nobody there is fine."""
    try:
        os.killpg(leader, number)
    except (ProcessLookupError, PermissionError):
        pass  # macOS answers EPERM when only zombies are left in the group
