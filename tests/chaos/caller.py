"""Somebody who keeps queueing mails: one line of JSON in, one out.

python -m tests.chaos.caller
{"make": 20}                     the members who get a mail each
{"label": "b1", "word": "a"}     queue and ring, as a page does; → {"seconds": 0.01}
"""

import json
import sys
import time

import django

django.setup()

from tests.chaos import crowd  # noqa: E402


def main() -> None:
    for line in sys.stdin:
        told, began = json.loads(line), time.monotonic()
        if "make" in told:
            members = crowd.make_members(told["make"])
        else:
            crowd.queue(told["label"], told["word"], members)
        sys.stdout.write(json.dumps({"seconds": round(time.monotonic() - began, 3)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
