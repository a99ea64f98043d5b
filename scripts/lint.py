"""Everything that can be said about the project without running its tests.

Each step is one tool with its configuration in pyproject.toml. All steps run, two at a time; what
a step says is shown when it fails. The exit status is 0 when none failed.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
TEST = {"SHALIJIN_MODE": "test", "SHALIJIN_DATA": str(ROOT / "var" / "lint")}
# Values of the right shape; `check --deploy` opens no connection.
PRODUCTION = {
    "SHALIJIN_MODE": "production",
    "SHALIJIN_DATA": str(ROOT / "var" / "lint"),
    "SECRET_KEY": "only-for-lint-" + "k7Qw" * 15,
    "BASE_URL": "https://shalijin.example",
    "DATABASE_URL": "postgres://shalijin:pw@db/shalijin?sslmode=verify-full",
    "CACHE_URL": "redis://cache:6379/1",
    "CELERY_BROKER_URL": "redis://broker:6379/0",
    "DEFAULT_FROM_EMAIL": "hello@shalijin.example",
    "EMAIL_URL": "smtp+ssl://hello:pw@mail.example:465",
    "FIELD_KEYS": "QUFB" * 10 + "QUE=",
    "BLIND_INDEX_KEY": "QkJC" * 10 + "QkI=",
}
# Settings of the person who runs this must not decide what is checked.
FOREIGN = ("SHALIJIN_", "DATABASE_", "CELERY_", "CACHE_", "DJANGO_", "EMAIL_", "SECRET_", "DEBUG")


@dataclass(frozen=True)
class Step:
    """One tool: what it looks at, and its command."""

    name: str
    command: list[str]
    settings: dict[str, str] = field(default_factory=lambda: TEST)


def tool(name: str) -> str:
    """The path of a program of our own virtual environment."""
    return str(TOOLS / name)


STEPS = (
    Step("style", [tool("ruff"), "check", "--quiet", "."]),
    Step("format", [tool("ruff"), "format", "--check", "--quiet", "."]),
    Step("layers", [tool("lint-imports"), "--no-logo"]),
    Step("types", [tool("mypy")]),
    Step("templates", [tool("djlint"), "--lint", "--quiet", "templates"]),
    Step("translations", [sys.executable, "scripts/translations.py", "check"]),
    Step(
        "deployment",
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        PRODUCTION,
    ),
    Step("migrations", [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]),
    Step(
        "shell",
        [
            "sh",
            "-c",
            'for file in scripts/*.sh; do sh -n "$file" || exit 1; done; bash -n .ci/run',
        ],
    ),
)


def run(step: Step) -> tuple[Step, int, str, float]:
    """Run one step; its exit status, its words and its seconds."""
    began = time.monotonic()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)
    }
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env=environment | step.settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return step, done.returncode, done.stdout, time.monotonic() - began


def main() -> int:
    """Run all steps; 1 when one failed."""
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for step, status, words, seconds in pool.map(run, STEPS):
            print(f"{'FAILED' if status else 'ok':<7}{step.name:<13}{seconds:5.1f} s", flush=True)
            if status:
                failed.append(step)
                print(f"\n{words.rstrip()}\n\n  again: {' '.join(step.command)}\n", flush=True)
    if failed:
        print(f"{len(failed)} of {len(STEPS)}: {', '.join(step.name for step in failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
