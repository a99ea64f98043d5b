"""Real processes, killed at the worst moment: what ``make chaos`` runs first.

    SIZE=smoke|full H=h1,h3 ENGINE=sqlite|postgres SEED=number  python -m tests.chaos

Prints one JSON object a run and ends with 1 if one is not as it must be. docs/chaos.md says what
each does and how long it takes.
"""

import json
import os
import secrets
import signal
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
django.setup()

from scripts.services import ServiceMissing  # noqa: E402
from tests.chaos.ground import ground  # noqa: E402
from tests.chaos.harnesses import HARNESSES  # noqa: E402

SIZES = ("smoke", "full")
ENGINES = ("sqlite", "postgres")


def main() -> int:
    """Run what the environment asks for; 0 if every run is as it must be, 2 if it asks for nothing
    that there is."""
    size = os.environ.get("SIZE") or "full"
    wanted = [each.strip() for each in (os.environ.get("H") or ",".join(HARNESSES)).split(",")]
    engines = [os.environ["ENGINE"]] if os.environ.get("ENGINE") else list(ENGINES)
    for what, told, known in (
        ("SIZE", [size], SIZES), ("H", wanted, HARNESSES), ("ENGINE", engines, ENGINES)
    ):  # fmt: skip
        if strange := [each for each in told if each not in known]:
            sys.stderr.write(f"{what} names {strange[0]!r}; use one of: {', '.join(known)}.\n")
            return 2
    os.environ.setdefault("SHALIJIN_PG_FSYNC", "on")  # as in production
    # Leave by an exception, which ends all that was started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    seed = int(os.environ.get("SEED") or secrets.randbelow(1_000_000))
    sys.stderr.write(f"seed {seed}\n")
    wrong = 0
    for engine in engines:
        try:
            with ground(engine) as made:
                for name in wanted:
                    wrong += _run(name, made, size=size, seed=seed)
        except ServiceMissing as missing:
            sys.stderr.write(f"Not run: {engine}. This enables it: {missing}\n")
    return 1 if wrong else 0


def _run(name, made, *, size: str, seed: int) -> int:
    """One harness; how many of its runs were not as they must be."""
    wrong, began = 0, time.monotonic()
    try:
        for result in HARNESSES[name](made, size=size, seed=seed):
            sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
            sys.stdout.flush()
            wrong += not result["passed"]
    except ServiceMissing as missing:
        sys.stderr.write(f"Not run: {name} on {made.engine}. This enables it: {missing}\n")
    except RuntimeError as error:  # the harness itself broke; the next one shall run all the same
        told = {"h": name, "engine": made.engine, "size": size, "seed": seed, "broke": str(error)}
        sys.stdout.write(json.dumps(told | {"passed": False}, ensure_ascii=False) + "\n")
        wrong += 1
    sys.stderr.write(f"{name} on {made.engine}: {time.monotonic() - began:.0f} s\n")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
