"""Looking at real processes, for tests that start some."""

import subprocess
import time


def descendants(pid: int) -> list[int]:
    """All processes below ``pid``, at this moment."""
    listing = subprocess.run(
        ["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    rows = [tuple(map(int, line.split())) for line in listing.stdout.splitlines()]
    found, wanted = [], [pid]
    while wanted:
        parent = wanted.pop()
        below = [row[0] for row in rows if row[1] == parent]
        found += below
        wanted += below
    return found


def command_of(pid: int) -> str:
    """The command line of ``pid``, or nothing when it has ended."""
    shown = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True
    )
    return shown.stdout.strip()


def is_alive(pid: int) -> bool:
    """Is there such a process, and is it more than a zombie that waits for its parent?"""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return bool(shown.stdout.strip()) and not shown.stdout.startswith("Z")


def wait_until(condition, seconds: float = 10):
    """The first true answer of ``condition``; fails after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(0.05)
    return answer
