"""Named points where a test may kill, break or slow this process. Nothing happens without CHAOS.

``CHAOS=outbox.sent:3:kill`` kills the process with SIGKILL at the third passing of that point;
``raise`` raises ``Broken`` there, ``sleep:0.5`` sleeps at every passing from then on. A harness in
the same process may add an observer instead. Every point is named by a literal, so that a test
can list them all.
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

observers: list[Callable[[str], None]] = []


class Broken(Exception):
    """What a point raises that was told to."""


@dataclass(frozen=True)
class Plan:
    """What shall happen, where, and from which passing on."""

    point: str
    nth: int
    action: str
    seconds: float = 0.0


def parse(text: str) -> Plan | None:
    """``point:nth:kill``, ``point:nth:raise`` or ``point:nth:sleep:seconds``; "" is none.

    Raises ValueError with the accepted form.
    """
    if not text:
        return None
    point, *rest = text.split(":")
    if len(rest) == 2 and rest[0].isdigit() and rest[1] in {"kill", "raise"}:
        return Plan(point, int(rest[0]), rest[1])
    if len(rest) == 3 and rest[0].isdigit() and rest[1] == "sleep":
        return Plan(point, int(rest[0]), "sleep", float(rest[2]))
    raise ValueError(
        f"CHAOS is {text!r}; write point:nth:kill, point:nth:raise or point:nth:sleep:seconds."
    )


_plan = parse(os.environ.get("CHAOS", ""))
_passed: Counter[str] = Counter()


def failpoint(name: str) -> None:
    """Pass the point ``name``; free of cost when nobody has planned anything."""
    if _plan is None and not observers:
        return
    _passed[name] += 1
    for observe in observers:
        observe(name)
    if _plan is None or name != _plan.point or _passed[name] < _plan.nth:
        return
    if _plan.action == "sleep":
        time.sleep(_plan.seconds)
    elif _passed[name] == _plan.nth:
        if _plan.action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        raise Broken(f"{name} was told to break at passing {_plan.nth}.")
