"""Run the whole suite: on SQLite, on PostgreSQL + Redis, with real processes, and in a browser.

    make test                       everything that this machine can run
    make test ARGS="-k outbox -x"   what follows is handed to pytest, in every pass
    make test ARGS="--pass sqlite"  one pass: sqlite, postgres, processes, browser

Where there are two cores, three passes run at the same time, because the one with the processes
mostly waits; all but the first speak when it is their turn. What could not run is listed last, each with the line that enables it. The very
last line counts all passes together.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import services

NOTHING_COLLECTED = 5
# The caller's own settings must not choose what the tests run on.
FOREIGN = ("DATABASE_", "CELERY_", "CACHE_", "SHALIJIN_", "DJANGO_", "SECRET_", "BASE_URL", "MFA_")
KEPT = (
    *("SHALIJIN_PG_BIN", "SHALIJIN_PG_FSYNC", "SHALIJIN_CHROMIUM"),
    *("SHALIJIN_CHAOS", "SHALIJIN_SEED"),
)


@dataclass
class Pass:
    """One run of pytest: which tests, and what they run on. ``folders`` is where they are looked for
    unless the caller says where, as reading all files costs a pass of few tests much of its time."""

    name: str
    title: str
    marks: str
    more: tuple[str, ...] = ()
    folders: tuple[str, ...] = ("tests",)


def files_with_slow_tests() -> tuple[str, ...]:
    """The test files that have the word for it; ``tests/test_scripts.py`` checks that none is missed."""
    found = (
        path.relative_to(ROOT)
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if "mark.slow" in path.read_text(encoding="utf-8")
    )
    return tuple(map(str, found))


PASSES = (
    Pass("sqlite", "SQLite", "not browser and not postgres and not slow"),
    Pass(
        "postgres",
        "PostgreSQL + Redis",
        "not browser and not slow",
        ("-p", "scripts.only_database", "-p", "no:cacheprovider"),
    ),
    # What needs PostgreSQL or Redis among these starts its own.
    Pass(
        "processes",
        "processes (SQLite)",
        "slow and not browser",
        ("-p", "no:cacheprovider"),
        files_with_slow_tests(),
    ),
    Pass("browser", "browser (SQLite)", "browser", ("-p", "no:cacheprovider"), ("tests/browser",)),
)
RUNNING: list[subprocess.Popen] = []


@dataclass
class Totals:
    """What all passes came to."""

    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    xfailed: int = 0
    skips: dict[str, int] = field(default_factory=dict)  # reason -> how many

    def add(self, report: Path) -> None:
        """Read pytest's JUnit file; a missing one (pytest broke) adds nothing."""
        if not report.exists():
            return
        for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314  our own file
            outcomes = {child.tag: child for child in case}
            if "error" in outcomes:
                self.errors += 1
            elif "failure" in outcomes:
                self.failed += 1
            elif "skipped" in outcomes:
                self._add_skip(outcomes["skipped"])
            else:
                self.passed += 1

    def _add_skip(self, skip: ElementTree.Element) -> None:
        if skip.get("type") == "pytest.xfail":
            self.xfailed += 1
            return
        self.skipped += 1
        reason = skip.get("message") or "no reason given"
        self.skips[reason] = self.skips.get(reason, 0) + 1

    def closing_line(self, seconds: float) -> str:
        """The counts in pytest's own words."""
        words = [
            f"{count} {word}"
            for count, word in (
                (self.failed, "failed"),
                (self.passed, "passed"),
                (self.skipped, "skipped"),
                (self.xfailed, "xfailed"),
                (self.errors, "error" if self.errors == 1 else "errors"),
            )
            if count
        ]
        return f" {', '.join(words) or 'no tests ran'} in {seconds:.2f}s ".center(78, "=")


def main() -> int:
    """Run the passes; 0 when every test that ran has passed and at least one ran."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=False)
    parser.add_argument("--pass", dest="only", choices=[each.name for each in PASSES])
    options, for_pytest = parser.parse_known_args()

    end_on_sigterm()
    started = time.monotonic()
    totals, missing, broken = Totals(), {}, []
    wanted = [each for each in PASSES if options.only in (None, each.name)]
    with tempfile.TemporaryDirectory(prefix="slj-test-") as temporary:
        folder = Path(temporary)
        for each, future in at_once(wanted, folder, for_pytest):
            report, words = folder / f"{each.name}.xml", folder / f"{each.name}.txt"
            try:
                status = future.result()
            except services.ServiceMissing as error:
                missing[each.title] = str(error)
                continue
            except services.ServiceFailed as error:
                print(error, file=sys.stderr)
                status = 1
            if words.exists():
                print(words.read_text(encoding="utf-8", errors="replace"), end="", flush=True)
            totals.add(report)
            if status not in (0, NOTHING_COLLECTED):
                broken.append(each)

    print_summary(totals, missing, broken)
    print(totals.closing_line(time.monotonic() - started), flush=True)
    return 1 if broken or not totals.passed else 0


def end_on_sigterm() -> None:
    """Leave by an exception, which ends pytest and the private servers, too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def at_once(
    wanted: list[Pass], folder: Path, for_pytest: list[str]
) -> Iterator[tuple[Pass, Future[int]]]:
    """Start the passes, three at a time on two cores, and give them in their order.

    The first one speaks at once, the others into a file. Leaving early ends all of them.
    """
    workers = 3 if (os.cpu_count() or 1) > 1 else 1
    with ThreadPoolExecutor(max_workers=workers) as pool:
        futures = [
            pool.submit(
                run_pass,
                each,
                folder / f"{each.name}.xml",
                for_pytest,
                words=folder / f"{each.name}.txt" if number else None,
            )
            for number, each in enumerate(wanted)
        ]
        try:
            yield from zip(wanted, futures, strict=True)
        finally:
            for future in futures:
                future.cancel()
            for process in RUNNING:
                process.terminate()


def run_pass(each: Pass, report: Path, for_pytest: list[str], *, words: Path | None = None) -> int:
    """Run pytest once and return its exit status; what it says goes into ``words`` if given.

    Raises ServiceMissing when this machine has not what the pass needs.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT or not name.startswith(FOREIGN)
    }
    environment["SHALIJIN_MODE"] = "test"
    with ExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory(prefix="slj-data-"))
        environment["SHALIJIN_DATA"] = data
        if each.name == "postgres":
            services.find_redis()
            database = stack.enter_context(services.postgres())
            broker = stack.enter_context(services.redis())
            environment["DATABASE_URL"] = database.url
            environment["CACHE_URL"] = broker.url(1)
            environment["CELERY_BROKER_URL"] = broker.url(0)
        if each.name == "browser":
            environment["SHALIJIN_CHROMIUM"] = services.find_chromium()
            # The browser's driver runs an event loop in the test's own thread.
            environment["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        command = [sys.executable, "-m", "pytest", "-m", each.marks, "-q", *each.more]
        command += ["-o", f"testpaths={' '.join(each.folders)}"]
        command += [f"--junitxml={report}", *for_pytest]
        out = stack.enter_context(words.open("wb")) if words else sys.stdout.buffer
        out.write(f"\n== {each.title} ".ljust(78, "=").encode() + b"\n")
        out.flush()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
        RUNNING.append(process)
        try:
            return process.wait()
        finally:
            RUNNING.remove(process)


def print_summary(totals: Totals, missing: dict[str, str], broken: list[Pass]) -> None:
    """Say what failed and how to repeat it, then what did not run and what enables it."""
    print()
    for each in broken:
        print(f'Failed: {each.title}. Again: make test ARGS="--pass {each.name}"')
    if missing or totals.skips:
        print("Not run:")
    for title, line in missing.items():
        print(f"  {title}:  {line}")
    for reason, count in sorted(totals.skips.items()):
        print(f"  {count} × {reason}")


if __name__ == "__main__":
    sys.exit(main())
