"""What a measurement is, and how one is taken on a machine that does other things as well."""

import gc
import json
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

ROUNDS = 40
WARM_UP = 5


@dataclass(frozen=True)
class Result:
    """One figure. ``ratio`` says how near it is to its floor: 1 is the floor itself."""

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
    """A registered function and the ratio that it must reach."""

    function: Callable[[], Iterable[Result]]
    target: float


BENCHES: dict[str, Bench] = {}


def bench(*, target: float):
    """Register a function that gives Results; below ``target`` the run fails."""

    def register(function: Callable[[], Iterable[Result]]):
        if function.__name__ in BENCHES:
            raise ValueError(f"Two benches are called {function.__name__}; rename one.")
        BENCHES[function.__name__] = Bench(function, target)
        return function

    return register


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
