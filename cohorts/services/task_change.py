"""The one door through which a task changes: compare-and-swap, and an event in the same breath."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from cohorts.models import SopTask, TaskEvent
from community.errors import DomainError
from community.models import Member

Kind = TaskEvent.Kind
OPEN = SopTask.State.OPEN

# What an event replaces and what taking it back restores: (name in the event, attribute).
KEPT = {
    "state": "state", "reason": "reason", "day": "day", "opens_at": "opens_at",
    "due_at": "due_at", "assignee": "assignee_id", "closed_at": "closed_at",
    "closed_by": "closed_by_id", "closed_by_house": "closed_by_house",
}  # fmt: skip
MOMENTS = ("opens_at", "due_at", "closed_at")
STILL_OPEN = {"closed_at": None, "closed_by_id": None, "closed_by_house": False}


class Stale(DomainError):
    """The task is not as she saw it. ``task`` is it as it is now, ``event`` what somebody did."""

    def __init__(self, task: SopTask, event: TaskEvent | None) -> None:
        super().__init__(told(task, event))
        self.task, self.event = task, event


def fetch(queryset: QuerySet[SopTask] | None = None) -> QuerySet[SopTask]:
    """Tasks with all that acting on them reads, in one query."""
    tasks = SopTask.objects.all() if queryset is None else queryset
    return tasks.select_related(
        *("step", "assignee", "closed_by", "run__room", "run__version"),
        *("run__camp__space", "run__camp__staff_room"),
    )


def last_event(task: SopTask) -> TaskEvent | None:
    """What happened to it last. One query."""
    return task.events.select_related("by").order_by("-task_version").first()


def change(
    task: SopTask,
    version: int,
    kind: str,
    by: Member | None,
    at: dt.datetime,
    *,
    note: str = "",
    kept: dict[str, Any] | None = None,
    **fields: Any,
) -> None:
    """Set ``fields`` while ``version`` is still the task's, and write the event with what it
    replaces (and ``kept``). One UPDATE and one INSERT; belongs into a transaction. Raises Stale."""
    replaced = {name: _plain(getattr(task, attribute)) for name, attribute in KEPT.items()}
    if not swap(task, version, fields):
        raise Stale(fetch().get(pk=task.pk), last_event(task))
    for name, value in fields.items():
        setattr(task, name, value)
    task.version = version + 1
    TaskEvent.objects.create(
        task=task,
        kind=kind,
        by=by,
        at=at,
        note=note,
        task_version=version + 1,
        before=replaced | {"version": version} | (kept or {}),
    )


def swap(task: SopTask, version: int, fields: dict[str, Any]) -> bool:
    """Whether ``version`` was still the task's, and with it the change is done. One UPDATE."""
    unchanged = SopTask.objects.filter(pk=task.pk, version=version)
    return bool(unchanged.update(version=version + 1, **fields))


def before(event: TaskEvent) -> dict[str, Any]:
    """What the task was before ``event``, as the fields to set."""
    kept: dict[str, Any] = {"state": OPEN} | (
        {"reason": ""} | STILL_OPEN if event.before.get("state", OPEN) == OPEN else {}
    )
    for name, attribute in KEPT.items():
        if name in event.before:
            value = event.before[name]
            kept[attribute] = parse_datetime(value) if name in MOMENTS and value else value
    return kept


def refuse_if_stale(task: SopTask, version: int) -> None:
    """For what can be done to an open task only. Raises Stale; a query more when it does."""
    if task.version != version or task.state != OPEN:
        raise Stale(task, last_event(task))


def is_mine_already(task: SopTask, by: Member, version: int, kind: str) -> bool:
    """The same deed by the same person on the same version: sent again after a lost connection."""
    if task.version != version + 1:
        return False
    event = last_event(task)
    return event is not None and (event.kind, event.by_id, event.task_version) == (
        kind, by.pk, version + 1,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def told(task: SopTask, event: TaskEvent | None) -> str:
    if event is None:
        return _("This step has changed meanwhile. Look at it again.")
    who = str(event.by) if event.by else _("The house")
    at = event.at.astimezone(ZoneInfo(task.run.timezone)).strftime("%H:%M")
    sentences = {
        Kind.DONE: _("%(who)s did this at %(time)s."),
        Kind.SKIPPED: _("%(who)s skipped this at %(time)s."),
        Kind.UNDONE: _("%(who)s took this back at %(time)s."),
        Kind.HANDED_OVER: _("%(who)s handed this over at %(time)s."),
        Kind.POSTPONED: _("%(who)s put this off at %(time)s."),
    }
    return sentences[Kind(event.kind)] % {"who": who, "time": at}
