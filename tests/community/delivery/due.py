"""A room with people, and something that goes out to it by the clock."""

import datetime as dt
from contextlib import contextmanager

from community import clock
from community.models import Preference, Room, Run
from community.registry import Due, DueSource, due_sources
from tests.factories import MemberFactory, MembershipFactory, RoomFactory, RoomMembershipFactory

DAY = dt.date(2026, 3, 2)
AT = dt.time(8, 30)
ZONE = "Asia/Shanghai"


def room_of(count: int, *, role: str = "learner", timezone: str = ZONE) -> Room:
    """A room of ``count`` members, all of them in its space."""
    room = RoomFactory(timezone=timezone)
    for _number in range(count):
        add_to(room, role=role)
    return room


def add_to(room: Room, *, role: str = "learner", mail: bool = False, **fields):
    """One more member of the room; with ``mail`` she wants announcements by mail as well."""
    member = MemberFactory(**fields)
    MembershipFactory(space=room.space, member=member)
    RoomMembershipFactory(room=room, member=member, role=role)
    if mail:
        Preference.objects.create(member=member, kind="announcement", on=True)
    return member


def due(room: Room, day: dt.date = DAY, at: dt.time = AT, **changes) -> Due:
    """The note of ``day``, due at ``at`` by the clock of the room."""
    told = {
        "what": "note",
        "subject": "n1",
        "local_date": day,
        "due_at": clock.local_to_utc(day, at, room.timezone),
        "room": room.pk,
        "timezone": room.timezone,
        "kind": "announcement",
        "template": "community/note",
        "context": {"text": "A note"},
    }
    return Due(**told | changes)


@contextmanager
def source(*rows: Due, again=None):
    """A due source that gives those of ``rows`` that are due and have no run, as a real one does."""

    def found(now: dt.datetime):
        made = set(Run.objects.values_list("what", "subject", "local_date"))
        return [
            one
            for one in rows
            if one.due_at <= now and (one.what, one.subject, one.local_date) not in made
        ]

    due_sources.register("note", DueSource(rows=found, again=again))
    try:
        yield
    finally:
        due_sources.unregister("note")
