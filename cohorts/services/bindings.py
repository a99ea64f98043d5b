"""Steps that watch the world: their figures, and closing those whose fact holds.

The house closes what holds, and only that: a gate is closed by a person. Whoever opens again what
was done has seen something that the figures do not show, so from then on the task is hers: the house
keeps its hands off a task that a person has ever taken back from done. Taking back anything else (a
hand-over, a later time) says nothing about the fact.
"""

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from cohorts import registry
from cohorts.models import SopRun, SopTask, TaskEvent
from cohorts.registry import Ask
from community import clock
from community.registry import LookPart, look_parts

logger = logging.getLogger(__name__)
CHUNK = 1_000
Kind, State = TaskEvent.Kind, SopTask.State


@dataclass(frozen=True)
class Figure:
    """What a step's fact says now: ``have`` of ``need``, of which ``wanted`` are asked for."""

    have: int
    need: int
    wanted: int
    holds: bool
    label: Any


def figures_of(tasks: Iterable[SopTask]) -> dict[int, Figure]:
    """By the key of the task; those that watch nothing are left out. One query for each fact that
    is watched, however many tasks. The tasks come with ``step`` and ``run__room``."""
    watching = [(task, _ask(task)) for task in tasks if task.fact in registry.facts]
    asks = registry.by_fact((task.fact, ask) for task, ask in watching)
    found = {name: registry.facts[name].figures(wanted) for name, wanted in asks.items()}
    return {
        task.pk: _figure(task, *found[task.fact][ask])
        for task, ask in watching
        if ask in found[task.fact]
    }


def _ask(task: SopTask) -> Ask:
    run = task.run
    return Ask(
        run=run.pk,
        room=run.room_id,
        space=run.room.space_id,
        day=task.day,
        date=run.calendar.date_of(task.day),
        timezone=run.timezone,
    )


def _figure(task: SopTask, have: int, need: int) -> Figure:
    watch = task.step.watch
    return Figure(
        have=have,
        need=need,
        wanted=registry.wanted(watch, need),
        holds=registry.holds(watch, have, need),
        label=registry.facts[task.fact].label,
    )


def close_what_holds(
    now: dt.datetime | None = None, *, run: SopRun | None = None, fact: str = ""
) -> int:
    """Close every open task whose day has come and whose fact holds, and say how many. With
    ``run`` and ``fact`` only those: for who has just made a fact true and looks at the board next.

    Safe to repeat and to do twice at once: each task is closed once. For every 1,000 tasks that
    watch something one query a fact and four more. A fact that cannot be counted stops no other;
    its error is raised when all else is done.
    """
    now = now or clock.now()
    waiting = _watching(now, run, fact)
    closed, last = 0, 0
    broken: dict[str, Exception] = {}
    while chunk := list(waiting.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1].pk
        held = [
            task
            for task in _that_hold(chunk, broken)
            if not task.step.is_gate and (task.due_at <= now or not registry.facts[task.fact].grows)
        ]
        closed += _close(held, now) if held else 0
    if broken:
        raise next(iter(broken.values()))
    return closed


def open_what_no_longer_holds(*, run: SopRun, fact: str) -> int:
    """The other way round, for who takes back what made a fact true: tasks that the house closed on
    it are open again. Not a person's doing, so the house may close them once more. Four queries,
    and one for the fact."""
    by_house = SopTask.objects.filter(
        run=run, fact=fact, state=State.DONE, closed_by_house=True
    ).select_related("step", "run__room")
    tasks = list(by_house)
    figures = figures_of(tasks)
    gone = {
        task.pk: task.version for task in tasks if task.pk in figures and not figures[task.pk].holds
    }
    with transaction.atomic():
        still = _as_read(SopTask.objects.filter(state=State.DONE), gone)
        _change(still, clock.now(), Kind.UNDONE, {
            "state": State.OPEN, "closed_at": None, "closed_by_house": False,
        })  # fmt: skip
    return len(still)


def _watching(now: dt.datetime, run: SopRun | None, fact: str) -> QuerySet[SopTask]:
    taken_back = TaskEvent.objects.filter(
        task=OuterRef("pk"), kind=Kind.UNDONE, by__isnull=False, before__state=State.DONE
    )
    tasks = SopTask.objects.watching(now).filter(~Exists(taken_back))
    if run is not None:
        tasks = tasks.filter(run=run)
    if fact:
        tasks = tasks.filter(fact=fact)
    return tasks.select_related("step", "run__room").only(
        *("run", "step", "day", "version", "fact", "due_at", "step__watch"),
        *("run__room__space", "run__opens_on", "run__timezone"),
        *("run__days", "run__preparation_days", "run__closing_days"),
    ).order_by("pk")  # fmt: skip


def _that_hold(tasks: list[SopTask], broken: dict[str, Exception]) -> list[SopTask]:
    """Those whose fact holds; what a fact raises is kept in ``broken`` under its name."""
    held = []
    for name in sorted({task.fact for task in tasks} - set(broken)):
        of_fact = [task for task in tasks if task.fact == name]
        try:
            figures = figures_of(of_fact)
        except Exception as error:  # the fact may be another app's
            logger.exception("fact %s cannot be counted", name)
            broken[name] = error
            continue
        held += [task for task in of_fact if task.pk in figures and figures[task.pk].holds]
    return held


@transaction.atomic
def _close(tasks: list[SopTask], now: dt.datetime) -> int:
    """Those that are still as they were read. What somebody else is changing is left for the next
    look instead of waited for, so that nobody ever waits for us in a circle."""
    read = {task.pk: task.version for task in tasks}
    still = _as_read(SopTask.objects.open(), read)
    _change(still, now, Kind.DONE, {
        "state": State.DONE, "closed_at": now, "closed_by": None, "closed_by_house": True,
        "reason": "",
    })  # fmt: skip
    return len(still)


def _as_read(tasks: QuerySet[SopTask], versions: dict[int, int]) -> list[SopTask]:
    """Those of ``tasks`` that nobody has changed since, locked."""
    free = tasks.filter(pk__in=versions).order_by("pk").select_for_update(skip_locked=True)
    return [task for task in free if task.version == versions[task.pk]]


def _change(tasks: list[SopTask], now: dt.datetime, kind: str, new: dict[str, Any]) -> None:
    """One UPDATE, and the events that let a person take it back."""
    SopTask.objects.filter(pk__in=[task.pk for task in tasks]).update(
        version=F("version") + 1, **new
    )
    TaskEvent.objects.bulk_create(
        TaskEvent(task=task, kind=kind, at=now, task_version=task.version + 1, before=before(task))
        for task in tasks
    )


def before(task: SopTask) -> dict[str, Any]:
    """The state of a task as an event keeps it, so that it can be brought back."""
    return {
        "state": task.state,
        "version": task.version,
        "reason": task.reason,
        "due_at": task.due_at.isoformat(),
        "assignee": task.assignee_id,
    }


look_parts.register("steps-that-hold", LookPart(run=close_what_holds, order=60))
