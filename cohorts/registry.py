"""Facts that a step can watch: how far a run has come, as live figures.

A fact is one function that answers for all runs at once, so that the look costs one query a fact,
however many camps there are. Whoever owns the truth registers it in ``AppConfig.ready()``; apps
beside this one cannot import it, so what they know comes through community.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from community.registry import Registry


@dataclass(frozen=True)
class Ask:
    """Of which run and which of its days the figures are wanted, with the keys that a query needs."""

    run: int
    room: int
    space: int
    day: int
    date: dt.date
    timezone: str


# What a fact answers with: (have, need) for each ask. An ask that is left out has no figures.
Figures = dict[Ask, tuple[int, int]]


@dataclass(frozen=True)
class Fact:
    """``figures(asks)`` answers for all of them in a number of queries that does not grow.

    ``label`` names what is counted ("introductions answered"). ``record(task, evidence, by)``, if
    given, writes evidence given on a task to where the fact is read, in the same transaction, and
    ``withdraw(task, evidence, by)`` takes that back with the task.
    ``grows`` says that what is counted goes on growing all day (a day's check-ins): then a step
    does not close itself before it is due, or it would be done with the first one.
    """

    label: Any
    figures: Callable[[Sequence[Ask]], Figures]
    record: Callable[[Any, Any, Any], None] | None = None
    withdraw: Callable[[Any, Any, Any], None] | None = None
    grows: bool = False
    order: int = 100


facts: Registry[Fact] = Registry("Fact")


def wanted(watch: dict[str, Any], need: int) -> int:
    """How many of ``need`` a step asks for: ``at_least``, or ``percent`` of them rounded up."""
    if "at_least" in watch:
        return int(watch["at_least"])
    return -(-need * int(watch.get("percent", 100)) // 100)


def holds(watch: dict[str, Any], have: int, need: int) -> bool:
    """Whether the fact holds. Of nothing at all it never does: no camp is answered by being empty."""
    return need > 0 and have >= wanted(watch, need)


def by_fact(watching: Iterable[tuple[str, Ask]]) -> dict[str, list[Ask]]:
    """The asks of each fact, each once."""
    found: dict[str, dict[Ask, None]] = {}
    for name, ask in watching:
        found.setdefault(name, {})[ask] = None
    return {name: list(asks) for name, asks in found.items()}
