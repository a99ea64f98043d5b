"""What stands around the steps of a board: who has seen which, what was handed over, and the queues
of community that wait for the same person. One query together.

The queues are shown, never copied: who waits for a first answer and who wants to write together, as
on ``/today/``; each row leads to where it is answered.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.db.models import CharField, F, IntegerField, Q, QuerySet, Value

from cohorts.models import HandOver, TaskSeen
from cohorts.services.board_queries import OPEN, Shown, any_of, of_day
from community.models import Greeting, HelpRequest, Member, Membership
from community.models.written import written
from community.registry import TodaySection, today_sections
from community.rules import STAFF

NOTES = 3
ROWS = 5  # of each queue
MOST = 1_000  # of all together

# In this order they come, so that a long queue cuts off nothing but itself.
NOTE, SEEN, GREETING, HELP = "1", "2", "3", "4"
QUEUES = {GREETING: "introductions-waiting", HELP: "help-requests"}


@dataclass(frozen=True)
class Note:
    """A word from one who left the board to those who come after."""

    by: str
    text: str
    at: dt.datetime


# What is shown of a queue: the section of ``/today/`` with its template, and rows for it.
Queue = tuple[TodaySection, list[Any]]


@dataclass
class Around:
    """``seen`` by the key of the task, ``notes`` by that of the run, ``queues`` as they are shown."""

    seen: dict[int, list[str]] = field(default_factory=dict)
    notes: dict[int, list[Note]] = field(default_factory=dict)
    queues: list[Queue] = field(default_factory=list)


def around(shown: Sequence[Shown], viewer: Member) -> Around:
    """All of it, for one day of each run. One query."""
    found = Around()
    waiting: dict[str, list[Any]] = {kind: [] for kind in QUEUES}
    for kind, key, public_id, name, text, state, at in _rows(shown, viewer):
        if kind == SEEN:
            found.seen.setdefault(key, []).append(name)
        elif kind == NOTE:
            found.notes.setdefault(key, []).insert(0, Note(name, text, at))
        elif kind == GREETING:
            introduction = SimpleNamespace(nickname=name, line=text)
            waiting[kind].append(
                SimpleNamespace(public_id=public_id, introduction=introduction, asked_at=at)
            )
        else:
            label = HelpRequest.State(state).label
            waiting[kind].append(SimpleNamespace(member=name, note=text, get_state_display=label))
    found.notes = {run: notes[:NOTES] for run, notes in found.notes.items()}
    found.queues = [
        (today_sections[QUEUES[kind]], rows[:ROWS]) for kind, rows in waiting.items() if rows
    ]
    return found


def _rows(shown: Sequence[Shown], viewer: Member) -> list[tuple[Any, ...]]:
    if len(shown) == 1:
        one = shown[0]
        return _of_one(
            one.left_over, run=one.run.pk, day=one.day, since=one.evening_before, until=one.end,
            viewer=viewer.pk,
        )  # fmt: skip
    tasks = any_of(of_day(one.left_over, one.run.pk, one.day, "task__") for one in shown)
    notes = any_of(_between(one.run.pk, one.evening_before, one.end) for one in shown)
    return list(_all(tasks, notes, viewer.pk))


@written
def _of_one(
    left_over: bool, *, run: Any, day: Any, since: Any, until: Any, viewer: Any
) -> QuerySet:
    return _all(of_day(left_over, run, day, "task__"), _between(run, since, until), viewer)


def _all(tasks: Q, notes: Q, viewer: Any) -> QuerySet:
    """Rows (kind, key, public id, name, text, state, at) below each other."""
    her_spaces = Membership.objects.active().filter(member=viewer, role__in=STAFF).values("space")
    handed_over = _shaped(
        HandOver.objects.filter(notes), NOTE, key="run_id", name="by__display_name", text="text"
    )
    seen = _shaped(
        TaskSeen.objects.filter(tasks, task__state=OPEN), SEEN, key="task_id",
        name="member__display_name",
    )  # fmt: skip
    greetings = _shaped(
        Greeting.objects.waiting().filter(space__in=her_spaces).exclude(introduction__member=viewer),
        GREETING, public_id="public_id", name="introduction__nickname", text="introduction__line",
        at="asked_at",
    )  # fmt: skip
    helps = _shaped(
        HelpRequest.objects.pending()
        .filter(space__in=her_spaces, member__state=Member.State.ACTIVE)
        .exclude(member=viewer),
        HELP, name="member__display_name", text="note", state="state", at="asked_at",
    )  # fmt: skip
    return handed_over.union(seen, greetings, helps, all=True).order_by("kind", "moment")[:MOST]


def _shaped(
    queryset: QuerySet, kind: str, *, key: str = "", public_id: str = "", name: str, text: str = "",
    state: str = "", at: str = "at",
) -> QuerySet:  # fmt: skip
    def words(column: str) -> Any:
        return F(column) if column else Value("", CharField())

    return (
        queryset.order_by()
        .annotate(
            kind=Value(kind, CharField()),
            number=F(key) if key else Value(0, IntegerField()),
            opaque=words(public_id),
            called=words(name),
            words=words(text),
            stands=words(state),
            moment=F(at),
        )
        .values_list("kind", "number", "opaque", "called", "words", "stands", "moment")
    )


def _between(run: Any, since: Any, until: Any) -> Q:
    return Q(run=run, at__gte=since, at__lt=until)
