"""What the board asks the database: each question is one query, for however many runs.

For one run, which is what an assistant opens all day, the text of the query is written once
(``community.models.written``); for several it is put together for their number.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cohorts.models import SopRun, SopStep, SopTask, TaskEvent, TaskSeen
from cohorts.models.calendar import day_of, offset_of
from community.models import Member
from community.models.written import written

OPEN = SopTask.State.OPEN

# What a row does not show stays where it is: a step's texts are most of its bytes, and of a person
# it shows the name.
STEP = {"id", "version", "key", "title", "every", "minutes", "needs", "evidence", "watch"}
PERSON = {"id", "handle", "display_name"}


def _unread(model: Any, kept: set[str], prefix: str) -> list[str]:
    return [f"{prefix}__{one.name}" for one in model._meta.concrete_fields if one.name not in kept]


UNREAD = [
    *_unread(SopStep, STEP, "step"),
    *_unread(Member, PERSON, "assignee"),
    *_unread(Member, PERSON, "closed_by"),
]


@dataclass(frozen=True)
class Shown:
    """One day of one run; with ``left_over`` what is still open of the days before as well."""

    run: SopRun
    day: int
    left_over: bool

    @property
    def evening_before(self) -> dt.datetime:
        return self.run.calendar.moment(day_of(offset_of(self.day) - 1), dt.time(12))

    @property
    def end(self) -> dt.datetime:
        return self.run.calendar.moment(day_of(offset_of(self.day) + 1), dt.time(0))


def tasks(shown: Sequence[Shown]) -> list[SopTask]:
    """The steps of the days, with what a row shows of them; where the days before are asked for as
    well, also what was put off to later, so that all open steps are there that others wait for."""
    if len(shown) == 1:
        return _tasks_of_one(shown[0].left_over, run=shown[0].run.pk, day=shown[0].day)
    return list(_tasks(any_of(_wanted(one.left_over, one.run.pk, one.day) for one in shown)))


def seen_of(task: SopTask) -> dict[int, list[str]]:
    return _by_task(_seen(Q(task=task)))


def any_of(wanted: Iterable[Q]) -> Q:
    return reduce(or_, wanted, Q(pk__in=[]))


def of_day(left_over: bool, run: Any, day: Any, prefix: str = "") -> Q:
    def q(**fields: Any) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in fields.items()})

    of_day = q(day=day) | q(day__lt=day, state=OPEN) if left_over else q(day=day)
    return q(run=run) & of_day


def _put_off(run: Any, day: Any) -> Q:
    """Open steps that were put off past the day: others may wait for them."""
    moved = TaskEvent.objects.filter(task=OuterRef("pk"), kind=TaskEvent.Kind.POSTPONED)
    return Q(Exists(moved), run=run, day__gt=day, state=OPEN)


def _wanted(left_over: bool, run: Any, day: Any) -> Q:
    wanted = of_day(left_over, run, day)
    return wanted | _put_off(run, day) if left_over else wanted


def _tasks(wanted: Q) -> QuerySet[SopTask]:
    return (
        SopTask.objects.filter(wanted)
        .select_related("step", "assignee", "closed_by")
        .defer(*UNREAD)
        .order_by("due_at", "step__position", "pk")
    )


@written
def _tasks_of_one(left_over: bool, *, run: Any, day: Any) -> QuerySet[SopTask]:
    return _tasks(_wanted(left_over, run, day))


def _seen(wanted: Q) -> QuerySet[TaskSeen, tuple[int, str, str]]:
    return (
        TaskSeen.objects.filter(wanted, task__state=OPEN)
        .order_by("at", "pk")
        .values_list("task_id", "member__display_name", "member__handle")
    )


def _by_task(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for task, name, handle in rows:
        found.setdefault(task, []).append(name or handle)
    return found
