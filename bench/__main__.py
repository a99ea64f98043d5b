"""Run the benches: ``python -m bench [name …]``. Exit status 1 when a figure misses its target."""

import argparse
import os
import sys
import tempfile


def main() -> int:
    """Make a site in a temporary folder, fill it, measure, print."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", help="all of them when none is named")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="slj-bench-") as folder:
        os.environ.update(
            SHALIJIN_MODE="small",
            SHALIJIN_DATA=folder,
            DATABASE_URL=f"sqlite:///{folder}/bench.sqlite3",
            CELERY_BROKER_URL="memory://",
            CACHE_URL="locmem://",
            EMAIL_URL="mailbox://",
            BASE_URL="http://localhost:8000",
            LOG_LEVEL="WARNING",
            DJANGO_SETTINGS_MODULE="config.settings",
        )
        return measure(options.names)


def measure(names: list[str]) -> int:
    """Set Django up, run the benches with these names, and say whether all reached their target."""
    import django

    django.setup()

    from django.conf import settings
    from django.core.management import call_command

    settings.ROOT_URLCONF = "bench.urls"
    for command in ("migrate", "compile_translations", "build_assets"):
        call_command(command, verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115

    from bench import (  # noqa: F401  registers its benches
        announcements,
        camps,
        delivery,
        digests,
        highlights,
        pages,
        roster,
        while_sending,
        world,
    )
    from bench.harness import BENCHES

    if unknown := set(names) - set(BENCHES):
        print(f"There is no bench {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}.")
        return 2
    world.build()
    missed = []
    for name in names or BENCHES:
        for result in BENCHES[name].function():
            print(result.as_json(), flush=True)
            missed.append(BENCHES[name].missed(result))
    missed = [line for line in missed if line]
    for line in missed:
        print(f"below its target: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
