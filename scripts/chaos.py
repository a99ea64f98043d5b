"""The long runs: real processes killed at the worst moment, then the suite's races many times over.

    make chaos                     everything at full size (hours); SIZE=smoke is minutes
    make chaos H=h1,h3 SEED=7      some harnesses; docs/chaos.md names them and says what each does
    make chaos H=races TIMES=20    only the suite's own slow tests and races, on both databases

Ends with 1 if anything was not as it must be. The tests marked ``chaos`` read SHALIJIN_CHAOS for
their size and SHALIJIN_SEED for their dice; the seed is printed, so that a bad run can be repeated.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import services
from scripts import test as suite

RACES = "races"
TIMES = {"smoke": 1, "full": 5}
# The short runs of the harnesses are left out: they have just been made at length.
NOT_AGAIN = ["--ignore=tests/chaos"]
PASSES = (
    suite.Pass("sqlite", "SQLite", "chaos or (slow and not postgres)"),
    suite.Pass("postgres", "PostgreSQL + Redis", "chaos or (slow and postgres)"),
)


def main() -> int:
    """Run what H asks for; 0 when all of it is as it must be."""
    suite.end_on_sigterm()
    wanted = [word.strip() for word in os.environ.get("H", "").split(",") if word.strip()]
    harnesses = [word for word in wanted if word != RACES]
    status = 0
    if harnesses or not wanted:
        told = os.environ | {"H": ",".join(harnesses)}
        command = [sys.executable, "-m", "tests.chaos"]
        status = subprocess.run(command, cwd=ROOT, env=told, check=False).returncode
    if RACES in wanted or not wanted:
        size = os.environ.get("SIZE") or "full"
        times = int(os.environ.get("TIMES") or TIMES.get(size, 1))
        status = races(times, size, sys.argv[1:]) or status
    return status


def races(times: int, size: str, for_pytest: list[str]) -> int:
    """Run the suite's races ``times`` times, or until one round has failed; 0 when none has."""
    began, totals, missing = time.monotonic(), suite.Totals(), {}
    for number in range(times):
        seed = int(os.environ.get("SEED") or secrets.randbelow(10**6))
        print(f"\nround {number + 1} of {times}, seed {seed}", flush=True)
        os.environ.update(SHALIJIN_CHAOS=size, SHALIJIN_SEED=str(seed))
        with tempfile.TemporaryDirectory(prefix="slj-chaos-") as folder:
            for each in PASSES:
                report = Path(folder) / f"{each.name}.xml"
                try:
                    status = suite.run_pass(each, report, [*NOT_AGAIN, *for_pytest])
                except services.ServiceMissing as error:
                    missing[each.title] = str(error)
                    continue
                totals.add(report)
                if status not in (0, suite.NOTHING_COLLECTED):
                    print(f"failed with seed {seed}: make chaos H=races TIMES=1 SEED={seed}")
                    print(totals.closing_line(time.monotonic() - began))
                    return 1
    suite.print_summary(totals, missing, [])
    print(totals.closing_line(time.monotonic() - began))
    return 0 if totals.passed else 1


if __name__ == "__main__":
    sys.exit(main())
