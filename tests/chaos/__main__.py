"""Kill senders while they send, on SQLite and PostgreSQL, and say what came of it.

    SIZE=smoke|full ENGINE=sqlite|postgres SEED=number  python -m tests.chaos

Prints one JSON object a run and ends with 1 if one is not as it must be. Full size: 1,000 kills
over 20,000 mails and as many in-app items on each database, about ten minutes each.
"""

import json
import os
import sys

from scripts.services import ServiceMissing
from tests.chaos import harness


def main() -> int:
    """Run what the environment asks for; 0 if every run is as it must be."""
    size = os.environ.get("SIZE", "full")
    if size not in harness.SIZES:
        sys.stderr.write(f"SIZE is {size!r}; use one of: {', '.join(harness.SIZES)}.\n")
        return 2
    os.environ.setdefault("SHALIJIN_PG_FSYNC", "on")  # as in production
    seed = int(os.environ["SEED"]) if os.environ.get("SEED") else None
    engines = [os.environ["ENGINE"]] if os.environ.get("ENGINE") else ["sqlite", "postgres"]
    wrong = 0
    for engine in engines:
        try:
            with harness.place(engine) as here:
                for mark_first in (False, True):
                    # A control needs no thousand kills to lose something.
                    chosen = "control" if mark_first else size
                    result = harness.storm(here, size=chosen, mark_first=mark_first, seed=seed)
                    sys.stdout.write(json.dumps(result) + "\n")
                    sys.stdout.flush()
                    wrong += not result["passed"]
        except ServiceMissing as missing:
            sys.stderr.write(f"Not run: {engine}. This enables it: {missing}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
