"""Chat groups × days: where each announcement stands, and which groups wait for today's."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from cohorts.models import Camp
from cohorts.services.announcement_calendar import label_of
from community import clock
from community.models import Announcement, ChatGroup, Member, Posting, Room

# So long after its hour somebody has had the time to post it.
A_WHILE = dt.timedelta(minutes=30)
A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Spot:
    """One group on one day: posted, late, or to come."""

    group: ChatGroup | None
    posting: Posting | None
    is_late: bool


@dataclass(frozen=True)
class Line:
    """One announcement and its spots, in the order of the groups."""

    announcement: Announcement
    day: int
    phase: str
    is_now: bool
    spots: list[Spot]

    @property
    def label(self) -> str:
        """As the calendar calls the day: D3, P, and a word for the closing."""
        return label_of(self.phase, self.day, course="D")

    @property
    def late(self) -> list[Spot]:
        return [spot for spot in self.spots if spot.is_late]


def grid(camp: Camp) -> tuple[list[ChatGroup], list[Line]]:
    """The open groups, and a line for each announcement. Three queries, however many."""
    room = camp.run.room
    groups = list(ChatGroup.objects.filter(room=room, closed_at=None))
    rows = list(Announcement.objects.filter(room=room).exclude(kind=Announcement.Kind.CORRECTION))
    standing = Posting.objects.filter(announcement__in=rows, withdrawn_at=None)
    posted = {
        (posting.announcement_id, posting.chat_group_id): posting
        for posting in standing.select_related("by")
    }
    places: list[ChatGroup | None] = list(groups) or [None]
    now, today = clock.now(), camp.calendar.date_of(camp.calendar.today())
    lines = []
    for row in rows:
        late = row.state != Announcement.State.CANCELLED and _is_late(row, room, today, now)
        spots = []
        for group in places:
            posting = posted.get((row.pk, group.pk if group else None))
            spots.append(Spot(group, posting, late and posting is None))
        is_now = row.day <= today <= row.last_day
        day, phase = camp.calendar.day_on(row.day), camp.calendar.phase_on(row.day)
        lines.append(Line(row, day, phase, is_now, spots))
    return groups, lines


def _is_late(row: Announcement, room: Room, today: dt.date, now: dt.datetime) -> bool:
    """Whether its hour on the first of its days, which is today or was yesterday, is past by more
    than a while; what is older is no longer anybody's errand."""
    if not today - A_DAY <= row.day <= today:
        return False
    return clock.local_to_utc(row.day, row.at, room.timezone) + A_WHILE < now


@dataclass(frozen=True)
class Waiting:
    """Chat groups of a room that have not been told today."""

    announcement: Announcement
    groups: list[ChatGroup]


def waiting_for(lead: Member) -> list[Waiting]:
    """For who leads rooms: today's announcements that are late in some chat group. Two queries, and
    none for who leads nothing."""
    leads = [key for key, role in lead.standing.rooms.items() if role == "lead"]
    if not leads:
        return []
    now = clock.now()
    rows = {
        row.room_id: row
        for row in Announcement.objects.filter(
            room__in=leads, day__range=(now.date() - A_DAY, now.date() + A_DAY)
        )
        .exclude(kind=Announcement.Kind.CORRECTION)
        .exclude(state=Announcement.State.CANCELLED)
        .select_related("room")
        if _is_todays(row, now)
    }
    if not rows:
        return []
    told = Posting.objects.filter(
        announcement__in=list(rows.values()), chat_group=OuterRef("pk"), withdrawn_at=None
    )
    groups = ChatGroup.objects.filter(~Exists(told), room__in=list(rows), closed_at=None)
    return [
        Waiting(row, named)
        for key, row in rows.items()
        if (named := [group for group in groups if group.room_id == key])
    ]


def _is_todays(row: Announcement, now: dt.datetime) -> bool:
    today = clock.local_date(row.room.timezone, now)
    return row.day == today and _is_late(row, row.room, today, now)


def late_names(lines: Iterable[Line]) -> list[tuple[Line, list[ChatGroup]]]:
    """(line, its groups that wait) where there are any."""
    return [(line, [spot.group for spot in line.late if spot.group]) for line in lines if line.late]
