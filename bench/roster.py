"""A list of 5,000 people, from the bytes to the last person, in at most 20 s and 200 MB.

It has a process of its own, whose memory holds nothing else. Alone it is ``python -m bench.roster
[rows]``: on DATABASE_URL, which must be empty or a test's, or on a SQLite file of its own.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from bench.harness import BENCHES, Result, bench

ROWS = 5_000


@bench(s=1, MB=1, queries=1)
def roster() -> Iterator[Result]:
    """The list as CSV and as XLSX: how long, how much memory, how many queries for 500 rows."""
    with tempfile.TemporaryDirectory(prefix="slj-bench-roster-") as folder:
        own = {"SHALIJIN_DATA": folder, "DATABASE_URL": f"sqlite:///{folder}/roster.sqlite3"}
        alone = subprocess.run(
            [sys.executable, "-m", "bench.roster", str(ROWS)],
            env=os.environ | own, stdout=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    results = [Result(**json.loads(line)) for line in alone.stdout.splitlines()]
    if alone.returncode and not any(BENCHES["roster"].missed(result) for result in results):
        raise RuntimeError("The list was not measured to its end; what went wrong stands above.")
    yield from results


def main() -> int:
    """Set Django up, bring the lists in, print a JSON object a line."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory(prefix="slj-bench-roster-") as folder:
        os.environ.setdefault("SHALIJIN_MODE", "test")
        os.environ.setdefault("SHALIJIN_DATA", folder)
        os.environ.setdefault("CELERY_BROKER_URL", "memory://")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        return measure(count)


def measure(count: int) -> int:
    """Exit status 1 when a figure is above its limit."""
    import django

    django.setup()

    from django.core.management import call_command

    from bench import bring_in

    call_command("migrate", verbosity=0)
    missed = []
    for result in bring_in.measure(count):
        print(result.as_json(), flush=True)
        missed.append(BENCHES["roster"].missed(result))
    for line in filter(None, missed):
        print(f"above its limit: {line}", file=sys.stderr)
    return 1 if any(missed) else 0


if __name__ == "__main__":
    sys.exit(main())
