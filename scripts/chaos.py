"""The long runs: tests that kill, race and restart, many times over and at full size.

    make chaos                     five times on SQLite and on PostgreSQL + Redis
    make chaos ARGS="--times 20"   what follows --times is handed to pytest

The tests marked ``chaos`` read SHALIJIN_CHAOS (``smoke`` in the suite, ``full`` here) for their
size and SHALIJIN_SEED for their dice; the seed is printed, so that a bad run can be repeated.
"""

import argparse
import os
import secrets
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import services
from scripts import test as suite

PASSES = (
    suite.Pass("sqlite", "SQLite", "chaos or (slow and not postgres)"),
    suite.Pass("postgres", "PostgreSQL + Redis", "chaos or (slow and postgres)"),
)


def main() -> int:
    """Run until all rounds are through or one has failed; 0 when none has."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=False)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--seed", type=int)
    options, for_pytest = parser.parse_known_args()
    suite.end_on_sigterm()

    began, totals, missing = time.monotonic(), suite.Totals(), {}
    for number in range(options.times):
        seed = options.seed or secrets.randbelow(10**6)
        print(f"\nround {number + 1} of {options.times}, seed {seed}", flush=True)
        os.environ.update(SHALIJIN_CHAOS="full", SHALIJIN_SEED=str(seed))
        with tempfile.TemporaryDirectory(prefix="slj-chaos-") as folder:
            for each in PASSES:
                report = Path(folder) / f"{each.name}.xml"
                try:
                    status = suite.run_pass(each, report, for_pytest)
                except services.ServiceMissing as error:
                    missing[each.title] = str(error)
                    continue
                totals.add(report)
                if status not in (0, suite.NOTHING_COLLECTED):
                    print(f"failed with seed {seed}: make chaos ARGS='--times 1 --seed {seed}'")
                    print(totals.closing_line(time.monotonic() - began))
                    return 1
    suite.print_summary(totals, missing, [])
    print(totals.closing_line(time.monotonic() - began))
    return 0 if totals.passed else 1


if __name__ == "__main__":
    sys.exit(main())
