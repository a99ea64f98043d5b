"""The board: the steps of one day of one or several runs, in the order in which one does them.

The number of queries does not depend on the number of runs or steps: tasks, staff, who has seen
what, what is needed first, notes handed over, and one for each fact that is watched.
"""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from cohorts.models import SopRun, SopTask
from cohorts.models.calendar import AFTERMATH, day_of, offset_of
from cohorts.services import beside, bindings, board_queries, duty, needs
from cohorts.services.beside import Queue
from cohorts.services.bindings import Figure
from cohorts.services.board_queries import Shown
from cohorts.services.board_rows import Board, Row, group_of, local_time
from cohorts.services.duty import Team
from cohorts.services.tasks import TAKE_BACK_FOR
from community import clock
from community.models import Member

OPEN = SopTask.State.OPEN

# Of the days before, the board of today shows so many steps that are still open.
LEFT_OVER = 8


def shown_day(run: SopRun, asked: int | None, now: dt.datetime) -> int:
    """The day to show: the one asked for if the run has it, else today, or the nearest to it."""
    span = run.span
    offset = offset_of(asked) if asked else offset_of(run.calendar.today(now))
    return day_of(max(span.first, min(offset, span.last + AFTERMATH)))


def boards(
    *,
    runs: Sequence[SopRun],
    viewer: Member,
    day: int | None = None,
    now: dt.datetime | None = None,
) -> tuple[list[Board], list[Queue]]:
    """One day of each of ``runs`` (with room and version selected): ``day``, or today by the clock
    of each; and the queues that stand beside them. Today's board begins with what the days before
    have left open. Three queries, and those of ``rows_of``."""
    now = now or clock.now()
    days = {run.pk: shown_day(run, day, now) for run in runs}
    shown = [Shown(run, days[run.pk], days[run.pk] == run.calendar.today(now)) for run in runs]
    by_run: dict[int, list[SopTask]] = {run.pk: [] for run in runs}
    known = {run.pk: run for run in runs}
    fetched = board_queries.tasks(shown)
    for task in fetched:
        task.run = known[task.run_id]
        if task.day <= days[task.run_id]:  # what was put off is there for others to wait for
            by_run[task.run_id].append(task)
    left = {key: _cut(tasks, days[key]) for key, tasks in by_run.items()}
    teams = duty.teams({run.room_id: run.calendar.date_of(days[run.pk]) for run in runs})
    everything = [task for tasks in by_run.values() for task in tasks]
    around = beside.around(shown, viewer)
    complete = all(one.left_over for one in shown)
    made = rows_of(
        everything, teams=teams, seen=around.seen, viewer=viewer, now=now,
        known=fetched, complete=complete,
    )  # fmt: skip
    rows = {row.task.pk: row for row in made}
    for row in made:
        if row.task.state == OPEN and row.task.day < days[row.task.run_id]:
            row.group = "before"
    made_boards = [
        Board(
            run=run,
            day=days[run.pk],
            today=run.calendar.today(now),
            team=teams[run.room_id],
            rows=[rows[task.pk] for task in by_run[run.pk]],
            notes=around.notes.get(run.pk, []),
            left=left[run.pk],
        )
        for run in runs
    ]
    return made_boards, around.queues


def rows_of(
    tasks: Sequence[SopTask],
    *,
    teams: dict[int, Team],
    seen: dict[int, list[str]],
    viewer: Member,
    now: dt.datetime,
    known: Sequence[SopTask] = (),
    complete: bool = False,
) -> list[Row]:
    """The rows of tasks with step and run. One query a fact that is watched on a day that has come,
    and one for what is needed first, unless ``known`` is ``complete``."""
    waits = needs.waits_for(tasks, known, complete=complete)
    watching = [task for task in tasks if task.state == OPEN and task.opens_at <= now]
    figures = bindings.figures_of(watching)
    return [
        _row(task, teams[task.run.room_id], viewer, now, waits, seen, figures) for task in tasks
    ]


def row_of(task: SopTask, *, viewer: Member, now: dt.datetime) -> tuple[Row, Team]:
    """One row, and the staff of its day. At most five queries."""
    run = task.run
    teams = duty.teams({run.room_id: run.calendar.date_of(task.day)})
    seen = board_queries.seen_of(task)
    (row,) = rows_of([task], teams=teams, seen=seen, viewer=viewer, now=now)
    return row, teams[run.room_id]


def progress(run: SopRun, day: int) -> tuple[int, int]:
    """(closed, all) of a day. One query."""
    states = list(run.tasks.filter(day=day).order_by().values_list("state", flat=True))
    return sum(state != OPEN for state in states), len(states)


def next_up(run: SopRun, after: int) -> SopTask | None:
    """The first open step of the days after ``after``. One query."""
    return (
        run.tasks.open()  # type: ignore[attr-defined]
        .filter(day__gt=after)
        .select_related("step", "run")
        .order_by("due_at")
        .first()
    )


def due_today(viewer: Member, now: dt.datetime, most: int) -> list[SopTask]:
    """What is open today and what the day before left open, in the runs she works in; the first due
    first. One query."""
    since = now - dt.timedelta(days=2)
    return list(
        SopTask.objects.open()
        .filter(run__in=SopRun.objects.staffed_by(viewer).active())
        .filter(opens_at__gt=since, opens_at__lte=now)
        .select_related("step", "run__camp")[:most]
    )


def _row(
    task: SopTask,
    team: Team,
    viewer: Member,
    now: dt.datetime,
    waits: dict[int, list[SopTask]],
    seen: dict[int, list[str]],
    figures: dict[int, Figure],
) -> Row:
    zone = ZoneInfo(task.run.timezone)
    who = team.duty(task.role, task.assignee)
    late = max(0, int((now - task.due_at).total_seconds() // 60))
    closed_at = task.closed_at
    return Row(
        task=task,
        group=group_of(task, now),
        time=local_time(task),
        minutes_late=late,
        duty=who,
        waits=waits.get(task.pk, []),
        seen=seen.get(task.pk, []),
        figure=figures.get(task.pk),
        is_mine=viewer.pk in who.people,
        can_take_back=closed_at is not None and closed_at > now - TAKE_BACK_FOR,
        closed_time=closed_at.astimezone(zone).strftime("%H:%M") if closed_at else "",
    )


def _cut(tasks: list[SopTask], day: int) -> int:
    """Leave so many of the days before as can be shown, the newest; how many were taken out."""
    before = [task for task in tasks if task.day < day]
    for task in (out := before[: max(0, len(before) - LEFT_OVER)]):
        tasks.remove(task)
    return len(out)
