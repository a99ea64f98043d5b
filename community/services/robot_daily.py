"""What robots tell once a day, at their own hour and by their own clock."""

import datetime as dt

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse

from community import clock
from community.models import HelpRequest, Robot, Room
from community.models.run import Run
from community.registry import LookPart, RobotReport, look_parts, robot_reports
from community.services import robots

Kind = Robot.Kind

# A report that is later than this says nothing that is still so.
LATE_AFTER = dt.timedelta(hours=3)


def tell_due(now: dt.datetime | None = None) -> int:
    """Let each robot whose hour has come tell its reports of the day; how many messages.

    One query for the robots. For those that are due, one for each report whatever their number,
    and per robot one that takes its day, so that of two looks at once only one tells it.
    """
    now = now or clock.now()
    due = [
        (robot, day)
        for robot in Robot.objects.open().select_related("space", "room")
        if (day := _due_day(robot, now))
    ]
    if not due:
        return 0
    told = 0
    found = {name: report.rows(due, now) for name, report in robot_reports.items()}
    for robot, day in due:
        told += _tell(robot, day, {name: rows.get(robot.pk) for name, rows in found.items()})
    return told


def _due_day(robot: Robot, now: dt.datetime) -> dt.date | None:
    """The day by its clock, if its hour has come and it has not told that day yet."""
    local = now.astimezone(clock.zone_of(robot.timezone))
    at = dt.datetime.combine(local.date(), robot.daily_at, tzinfo=local.tzinfo)
    if not at <= local < at + LATE_AFTER:
        return None
    return local.date() if robot.told_on is None or robot.told_on < local.date() else None


@transaction.atomic
def _tell(robot: Robot, day: dt.date, found: dict[str, dict[str, int | str] | None]) -> int:
    mine = Robot.objects.open().filter(Q(told_on=None) | Q(told_on__lt=day), pk=robot.pk)
    if not mine.update(told_on=day):
        return 0
    told = 0
    for name, context in found.items():
        report = robot_reports[name]
        if context and robot.tells(report.kind):
            key = f"robot-{report.kind}:{robot.public_id}:{day}"
            robots.queue(
                robot, kind=report.kind, key=key, template=report.template, context=context
            )
            told += 1
    return told


def rooms_of(due: list[tuple[Robot, dt.date]]) -> dict[int, list[int]]:
    """The rooms that each robot speaks for: its own and its parts, or all of its space. One
    query."""
    rooms = list(
        Room.objects.order_by()
        .filter(space__in={robot.space_id for robot, _day in due})
        .values_list("pk", "space_id", "part_of_id")
    )
    return {
        robot.pk: [
            pk
            for pk, space, part_of in rooms
            if space == robot.space_id and (not robot.room_id or robot.room_id in (pk, part_of))
        ]
        for robot, _day in due
    }


def help_wanted(
    due: list[tuple[Robot, dt.date]], now: dt.datetime
) -> dict[int, dict[str, int | str]]:
    """How many in the space ask for somebody to write with, and nobody has taken it. One query."""
    spaces = {robot.space_id for robot, _day in due if robot.room_id is None}
    waiting = dict(
        HelpRequest.objects.order_by()
        .filter(space__in=spaces, state=HelpRequest.State.OPEN)
        .values_list("space")
        .annotate(Count("pk"))
    )
    path = reverse("community:help_request_list")
    return {
        robot.pk: {"count": waiting[robot.space_id], "path": path}
        for robot, _day in due
        if robot.room_id is None and robot.space_id in waiting
    }


def nothing_went_out(
    due: list[tuple[Robot, dt.date]], now: dt.datetime
) -> dict[int, dict[str, int | str]]:
    """Where something was planned for yesterday and none of it was sent. Two queries."""
    rooms = rooms_of(due)
    days = {day - dt.timedelta(days=1) for _robot, day in due}
    planned: dict[tuple[int, dt.date], tuple[int, int]] = {
        (room, day): (count, done)
        for room, day, count, done in Run.objects.order_by()
        .filter(local_date__in=days, room__in={pk for found in rooms.values() for pk in found})
        .exclude(due_at=None)
        .exclude(state__in=Run.ENDED)
        .values_list("room", "local_date")
        .annotate(count=Count("pk"), done=Count("pk", filter=Q(state=Run.State.DONE)))
    }
    found: dict[int, dict[str, int | str]] = {}
    for robot, day in due:
        yesterday = day - dt.timedelta(days=1)
        counts = [planned.get((room, yesterday), (0, 0)) for room in rooms[robot.pk]]
        count, done = sum(c for c, _d in counts), sum(d for _c, d in counts)
        if count and not done:
            found[robot.pk] = {
                "count": count,
                "day": yesterday.isoformat(),
                "path": robots.LATE_PATH,
            }
    return found


robot_reports.register(
    "help", RobotReport(kind=Kind.HELP, template="community/help_wanted", rows=help_wanted)
)
robot_reports.register(
    "alarm",
    RobotReport(kind=Kind.ALARM, template="community/nothing_went_out", rows=nothing_went_out),
)
look_parts.register("robots-daily", LookPart(run=tell_due, order=70))
