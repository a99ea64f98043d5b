"""Somebody who queues and sends while the disk is full, in one process.

python -m tests.chaos.squeeze '{"label": …, "ballast": file, …}'
"""

import json
import os
import sys
import time
from pathlib import Path

import django

django.setup()

from django.db import Error, connections  # noqa: E402

from community.services import delivery, outbox  # noqa: E402
from community.services.look import look  # noqa: E402
from tests.chaos import crowd  # noqa: E402

PIECE = 64 * 1024


def fill(path: Path) -> None:
    """Take every byte that is left."""
    with path.open("ab", buffering=0) as file:
        piece = PIECE
        while piece:
            try:
                if file.write(bytes(piece)) < piece:
                    raise OSError
            except OSError:
                piece //= 2


def main() -> None:
    told = json.load(sys.stdin)
    label, ballast = told["label"], Path(told["ballast"])
    members = crowd.make_members(told["members"])
    said: dict[str, str] = {}

    def queue(word: str) -> None:
        try:
            crowd.queue(label, word, members)
            said[word] = "ok"
        except Error as error:
            said[word] = f"{type(error).__name__}: {error}".splitlines()[0]
            connections.close_all()

    def send() -> str:
        try:
            look()
            outcome = delivery.deliver(queue="bulk", seconds=2)
        except Error as error:
            connections.close_all()
            return f"{type(error).__name__}: {error}".splitlines()[0]
        return outcome.down or f"{outcome.sent} sent"

    queue("before")
    fill(ballast)
    during = []
    for number in range(told["rounds"]):
        fill(ballast)
        queue(f"during{number}")
        during.append(send())
    os.unlink(ballast)
    queue("after")
    deadline = time.monotonic() + told["patience"]
    rows = crowd.unsettled(label)
    while rows.exists() and time.monotonic() < deadline:
        send()
        time.sleep(0.2)
    told = {"said": said, "during": during, "backoff": str(outbox.FIRST_BACKOFF["bulk"])}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
