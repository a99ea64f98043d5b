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

from django.db.models import Q, QuerySet

from cohorts.models import HandOver, SopRun, SopStep, SopTask, TaskSeen
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
    """The steps of the days, with what a row shows of them."""
    if len(shown) == 1:
        return _tasks_of_one(shown[0].left_over, run=shown[0].run.pk, day=shown[0].day)
    return list(_tasks(_any(_of_day(one.left_over, one.run.pk, one.day) for one in shown)))


def seen(shown: Sequence[Shown]) -> dict[int, list[str]]:
    """Who has opened each open step of the days, by its key."""
    if len(shown) == 1:
        one = shown[0]
        rows = _seen_of_one.bare(one.left_over, run=one.run.pk, day=one.day)
        return _by_task(rows)
    wanted = (_of_day(one.left_over, one.run.pk, one.day, "task__") for one in shown)
    return _by_task(_seen(_any(wanted)))


def seen_of(task: SopTask) -> dict[int, list[str]]:
    return _by_task(_seen(Q(task=task)))


def notes(shown: Sequence[Shown]) -> list[HandOver]:
    """What was handed over on the days and on the evening before each, newest first."""
    if len(shown) == 1:
        one = shown[0]
        return _notes_of_one(run=one.run.pk, since=one.evening_before, until=one.end)
    return list(_notes(_any(_between(one.run.pk, one.evening_before, one.end) for one in shown)))


def _any(wanted: Iterable[Q]) -> Q:
    return reduce(or_, wanted, Q(pk__in=[]))


def _of_day(left_over: bool, run: Any, day: Any, prefix: str = "") -> Q:
    def q(**fields: Any) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in fields.items()})

    of_day = q(day=day) | q(day__lt=day, state=OPEN) if left_over else q(day=day)
    return q(run=run) & of_day


def _between(run: Any, since: Any, until: Any) -> Q:
    return Q(run=run, at__gte=since, at__lt=until)


def _tasks(wanted: Q) -> QuerySet[SopTask]:
    return (
        SopTask.objects.filter(wanted)
        .select_related("step", "assignee", "closed_by")
        .defer(*UNREAD)
        .order_by("due_at", "step__position", "pk")
    )


@written
def _tasks_of_one(left_over: bool, *, run: Any, day: Any) -> QuerySet[SopTask]:
    return _tasks(_of_day(left_over, run, day))


def _seen(wanted: Q) -> QuerySet[TaskSeen, tuple[int, str, str]]:
    return (
        TaskSeen.objects.filter(wanted, task__state=OPEN)
        .order_by("at", "pk")
        .values_list("task_id", "member__display_name", "member__handle")
    )


@written
def _seen_of_one(left_over: bool, *, run: Any, day: Any) -> QuerySet:
    return _seen(_of_day(left_over, run, day, "task__"))


def _by_task(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for task, name, handle in rows:
        found.setdefault(task, []).append(name or handle)
    return found


def _notes(wanted: Q) -> QuerySet[HandOver]:
    unread = _unread(Member, PERSON, "by")
    return HandOver.objects.filter(wanted).select_related("by").defer(*unread)


@written
def _notes_of_one(*, run: Any, since: Any, until: Any) -> QuerySet[HandOver]:
    return _notes(_between(run, since, until))
