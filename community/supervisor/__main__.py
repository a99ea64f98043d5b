"""The watching process itself, without Django. `manage.py up` turns into it; see ``arguments``."""

import argparse
import os
import sys
from pathlib import Path

from community.supervisor.child import Child
from community.supervisor.loop import Supervisor
from community.supervisor.output import Console, Lines, LogFile

# Few threads: a page is Python, and one core runs one at a time; four keep slow uploads apart.
WEB = [
    "granian",
    *("--interface", "wsgi", "--workers", "1", "--blocking-threads", "4"),
    *("--log-level", "warning", "--workers-kill-timeout", "10"),
    "community.supervisor.web:application",
]
# One process for all queues: demo and small have few members, and one core.
WORKER = ["community.supervisor.worker", "config", "delivery,schedule,bulk"]
BEAT = ["community.supervisor.beat", "config"]


def arguments(
    *, data_dir: Path, bind: str, port: int, url: str, lock: int, parent: int | None
) -> list[str]:
    """The command line of this module: what ``exec`` is to become."""
    command = [sys.executable, "-m", "community.supervisor", "--data", str(data_dir)]
    command += ["--bind", bind, "--port", str(port), "--url", url, "--lock", str(lock)]
    return command + (["--parent", str(parent)] if parent else [])


def main() -> int:
    """Watch web, worker and beat until told to stop; the exit status says whether all was well."""
    parser = argparse.ArgumentParser(prog="community.supervisor", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--bind", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--url", required=True, help="what to print once the first page is there")
    parser.add_argument("--lock", type=int, required=True, help="open file with the lock")
    parser.add_argument("--parent", type=int, help="stop when this process ends")
    options = parser.parse_args()

    console = Console()
    welcome = options.data / "welcome.txt"

    def on_ready() -> None:
        console.say(b"")
        if welcome.exists():
            console.say(welcome.read_bytes().rstrip() + b"\n")
        console.say(f"沙里金 · Shalijin  {options.url}    (Ctrl-C stops it)\n".encode())

    def child(name: str, command: list[str], **more) -> Child:
        lines = Lines(name, console, LogFile(options.data / "log" / f"{name}.log"))
        return Child(name, command, lines, **more)

    supervisor = Supervisor(
        [
            child("web", [*WEB, "--host", options.bind, "--port", str(options.port)], vital=True),
            child("worker", WORKER),
            child("beat", BEAT),
        ],
        data_dir=options.data,
        address=(_near(options.bind), options.port),
        environment=child_environment(),
        console=console,
        on_ready=on_ready,
        parent=options.parent,
    )
    return supervisor.run()


def child_environment() -> dict[str, str]:
    """Ours, with output unbuffered and glibc told to keep threads' memory together."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        # Each thread's own arena costs megabytes that are never given back.
        "MALLOC_ARENA_MAX": "2",
        # Celery's fear is of pickled messages; ours are JSON only.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        **os.environ,
        "PYTHONUNBUFFERED": "1",
    }


def _near(bind: str) -> str:
    """The address at which this machine itself reaches a server that listens on ``bind``."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)  # noqa: S104  compared only


if __name__ == "__main__":
    sys.exit(main())
