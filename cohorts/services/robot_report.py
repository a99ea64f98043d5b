"""What the robots of staff groups tell of the board: how many steps are late."""

import datetime as dt
from collections import Counter

from django.db.models import Count
from django.urls import reverse

from cohorts.models import Camp, SopRun, SopTask
from cohorts.services.board_rows import GRACE
from community.models import Robot
from community.registry import RobotReport, robot_reports
from community.services import robot_daily


def late_steps(
    due: list[tuple[Robot, dt.date]], now: dt.datetime
) -> dict[int, dict[str, int | str]]:
    """How many steps of the runs of a robot's rooms are late, and where they stand. Three queries,
    however many robots are due; a robot whose board is in time says nothing."""
    rooms = robot_daily.rooms_of(due)
    wanted = {pk for found in rooms.values() for pk in found}
    late: Counter[int] = Counter(
        dict(
            SopTask.objects.order_by()
            .filter(
                run__in=SopRun.objects.active().filter(room__in=wanted),
                state=SopTask.State.OPEN,
                due_at__lt=now - GRACE,
            )
            .values_list("run__room")
            .annotate(Count("pk"))
        )
    )
    camps = dict(Camp.objects.filter(run__room__in=late).values_list("run__room", "slug"))
    found: dict[int, dict[str, int | str]] = {}
    for robot, day in due:
        if count := sum(late[room] for room in rooms[robot.pk]):
            slug = camps.get(robot.room_id) if robot.room_id else None
            path = reverse("cohorts:run_board", args=[slug]) if slug else reverse("cohorts:board")
            found[robot.pk] = {"count": count, "day": day.isoformat(), "path": path}
    return found


robot_reports.register(
    "board",
    RobotReport(kind=Robot.Kind.BOARD, template="cohorts/steps_late", rows=late_steps, order=10),
)
