"""What cohorts shows on the pages of community: the camps of a space on its home, what is due on
``/today/``, and its part of a member's own digest."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cohorts.models import Camp
from cohorts.services import (
    announcement_grid,
    board,
    board_rows,
    camp_desk,
    camp_highlights,
    digest_rows,
    learning_data,
    learning_today,
)
from community import clock
from community.models import Member, Space
from community.registry import (
    DigestSection,
    SpaceSection,
    TodaySection,
    digest_sections,
    erasure_parts,
    export_parts,
    space_sections,
    today_sections,
)
from community.rules import MANAGERS, ROOM_STAFF


def camps_of(viewer: Member, space: Space) -> list[dict[str, Any]]:
    """The camps of ``space`` that are planned or under way, and among those that are over hers.
    Who is in one gets a link to it. One query."""
    standing = viewer.standing
    hers = Q(run__room__in=list(standing.rooms))
    under_way = ~Q(state__in=[Camp.State.FINISHED, Camp.State.CANCELLED])
    found = (
        Camp.objects.filter(under_way | hers, space=space)
        .select_related("space", "run")
        .order_by("-run__opens_on", "pk")[:6]
    )
    manages = standing.spaces.get(space.pk) in MANAGERS
    rows = camp_desk.with_sums(list(found))
    for row in rows:
        row["href"] = _address(row["camp"], standing.rooms.get(row["camp"].run.room_id), manages)
    return rows


def _address(camp: Camp, role: str | None, manages: bool) -> str:
    """A learner's home, the desk of its staff, or nothing for who is in neither."""
    if role == "learner":
        return camp.get_absolute_url()
    return reverse("cohorts:camp_desk", args=[camp.slug]) if role or manages else ""


def steps_of_today(viewer: Member) -> list[dict[str, Any]]:
    """For the staff of camps: what is open today or was left open yesterday, the first due first.
    One query."""
    if not any(role in ROOM_STAFF for role in viewer.standing.rooms.values()):
        return []
    now = clock.now()
    return [
        {
            "task": task,
            "camp": str(getattr(task.run, "camp", task.run)),
            "time": board_rows.local_time(task),
            "late": board_rows.is_late(task, now),
            "url": board_rows.address(task),
        }
        for task in board.due_today(viewer, now, 6)
    ]


today_sections.register(
    "sop-today",
    TodaySection(
        title=_("SOP of today"),
        template="cohorts/_today_board.html",
        rows=steps_of_today,
        order=10,
    ),
)
space_sections.register(
    "camps",
    SpaceSection(
        title=_("Camps of this space"),
        template="cohorts/_space_camps.html",
        rows=camps_of,
        order=10,
        limit=5,
    ),
)


def chats_of_today(viewer: Member) -> list[dict[str, Any]]:
    """For who leads camps: today's announcements that some chat group waits for. Three queries at
    most, and none for who leads nothing."""
    waiting = announcement_grid.waiting_for(viewer)
    if not waiting:
        return []
    rooms = {one.announcement.room_id: one for one in waiting}
    camps = Camp.objects.filter(run__room__in=list(rooms)).values_list("run__room", "slug")
    return [
        {
            "announcement": rooms[room].announcement,
            "groups": rooms[room].groups,
            "url": reverse("cohorts:announcement", args=[slug, rooms[room].announcement.day]),
        }
        for room, slug in camps
    ]


today_sections.register(
    "chats-that-wait",
    TodaySection(
        title=_("Chat groups that wait"),
        template="cohorts/_today_chats.html",
        rows=chats_of_today,
        order=12,
    ),
)
today_sections.register(
    "learning",
    TodaySection(
        title=_("Today's lesson and check-in"),
        template="cohorts/_today_learning.html",
        rows=learning_today.rows,
        order=5,
    ),
)
digest_sections.register(
    "camps-today",
    DigestSection(title=_("Today in your camps"), rows=digest_rows.due, order=5),
)
digest_sections.register(
    "check-in-praise",
    DigestSection(
        title=_("On what you handed in"),
        rows=digest_rows.praise,
        order=11,
        covers=("check_in_praise",),
    ),
)
digest_sections.register(
    "openings",
    DigestSection(title=_("Camps you can join"), rows=digest_rows.openings, order=50),
)
today_sections.register(
    "highlights",
    TodaySection(
        title=_("Yesterday's highlights"),
        template="cohorts/_today_highlights.html",
        rows=camp_highlights.newest,
        order=7,
    ),
)
today_sections.register(
    "highlights-waiting",
    TodaySection(
        title=_("Stars that wait"),
        template="cohorts/_today_stars.html",
        rows=camp_highlights.waiting,
        order=12,
    ),
)
export_parts.register("learning", learning_data.export)
erasure_parts.register("learning", learning_data.erase)
