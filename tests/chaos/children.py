"""Interpreters of their own, started with what they shall do as JSON, and their answer."""

import json
import subprocess
import sys

from tests.chaos.ground import BASE, Place


def run(here: Place, module: str, told: dict, *, patience: float) -> tuple[dict, str]:
    """Run ``python -m tests.chaos.<module>`` in ``here``, with ``told`` on its standard input: its
    last line as JSON, and its last words on standard error.

    Raises RuntimeError when it breaks or is not done after ``patience`` seconds.
    """
    command = [sys.executable, "-m", f"tests.chaos.{module}"]
    try:
        done = subprocess.run(
            command,
            env=here.environment,
            cwd=BASE,
            input=json.dumps(told),
            capture_output=True,
            text=True,
            check=False,
            timeout=patience,
        )
    except subprocess.TimeoutExpired as error:
        said = error.stderr.decode(errors="replace") if error.stderr else ""
        raise RuntimeError(
            f"{module} took over {patience} s: {_short(told)}\n{said[-3000:]}"
        ) from error
    if done.returncode:
        raise RuntimeError(f"{module} broke: {_short(told)}\n{done.stderr[-4000:]}")
    return json.loads(done.stdout.splitlines()[-1]), done.stderr[-2000:]


def _short(told: dict) -> str:
    return json.dumps(told)[:500]
