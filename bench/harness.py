"""What a measurement is, and how one is taken on a machine that does other things as well."""

import gc
import json
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from django.db import connection

ROUNDS = 40
WARM_UP = 5


@dataclass(frozen=True)
class Result:
    """One figure. ``ratio`` says how near it is to its floor: 1 is the floor itself, or within it
    where the floor is a limit."""

    name: str
    value: float
    unit: str
    floor: float
    ratio: float

    def as_json(self) -> str:
        """The line that is printed."""
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True)
class Bench:
    """A registered function and the ratio that its results must reach, by unit. A unit without one
    is only shown."""

    function: Callable[[], Iterable[Result]]
    targets: dict[str, float]

    def missed(self, result: Result) -> str:
        """What is said of a result below its target; "" if it reaches it or has none."""
        target = self.targets.get(result.unit, 0)
        if result.ratio >= target:
            return ""
        return f"{result.name} {result.value} {result.unit}: {result.ratio} < {target}"


BENCHES: dict[str, Bench] = {}


def bench(**targets: float):
    """Register a function that gives Results: ``@bench(ms=0.6)``; the run fails when one of that
    unit has a lower ratio."""

    def register(function: Callable[[], Iterable[Result]]):
        if function.__name__ in BENCHES:
            raise ValueError(f"Two benches are called {function.__name__}; rename one.")
        BENCHES[function.__name__] = Bench(function, targets)
        return function

    return register


def within(name: str, value: float, unit: str, limit: float) -> Result:
    """A figure that is fine up to ``limit``."""
    return Result(name, value, unit, limit, round(min(1.0, limit / value), 3) if value else 1.0)


@contextmanager
def statements() -> Iterator[list[None]]:
    """A list that grows by one with each statement to the database; their words are not kept."""
    seen: list[None] = []

    def note(execute, sql, params, many, context):
        seen.append(None)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def side_by_side(
    real: Callable[[], object], floor: Callable[[], object], *, rounds: int = ROUNDS
) -> tuple[float, float]:
    """Median CPU milliseconds of ``real`` and of ``floor``, taken in turns.

    CPU time of this process, because other programs on the machine make the wall clock lie; in
    turns, so that whatever changes meanwhile meets both.
    """
    for _ in range(WARM_UP):
        real(), floor()
    gc.collect()
    gc.disable()
    try:
        pairs = [(_cpu_ms(real), _cpu_ms(floor)) for _ in range(rounds)]
    finally:
        gc.enable()
    return statistics.median(pair[0] for pair in pairs), statistics.median(
        pair[1] for pair in pairs
    )


def _cpu_ms(function: Callable[[], object]) -> float:
    began = time.process_time_ns()
    function()
    return (time.process_time_ns() - began) / 1_000_000
