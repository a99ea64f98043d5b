"""A supervisor over programs of a test's choice, in a process of its own.

    python -m tests.supervised DATA PORT web=http.server,9000 worker=no_such_module

The first wait between restarts is 10 ms, so that a test need not wait for seconds.
"""

import os
import sys
from pathlib import Path

from community.supervisor import child
from community.supervisor.child import Child
from community.supervisor.loop import Supervisor
from community.supervisor.output import Console, Lines, LogFile


def main() -> int:
    child.FIRST_WAIT = 0.01
    data, port = Path(sys.argv[1]), int(sys.argv[2])
    (data / "log").mkdir()
    console = Console()
    children = []
    for word in sys.argv[3:]:
        name, _, command = word.partition("=")
        lines = Lines(name, console, LogFile(data / "log" / f"{name}.log"))
        children.append(Child(name, command.split(","), lines, vital=name == "web"))
    return Supervisor(
        children,
        data_dir=data,
        address=("127.0.0.1", port),
        environment=dict(os.environ),
        console=console,
        on_ready=lambda: console.say(b"ready"),
    ).run()


if __name__ == "__main__":
    sys.exit(main())
