"""A room, and things in it that are worth telling; it is the morning of 4 March 2026 in Shanghai."""

import datetime as dt

from community.services import digests, highlights
from community.services.digests import Entry, Place, Written
from community.services.highlights import Thing
from tests.factories import MemberFactory, MembershipFactory, RoomFactory, RoomMembershipFactory

MORNING = dt.datetime(2026, 3, 3, 23, 30, tzinfo=dt.UTC)  # 07:30 of the 4th
HALF_PAST_EIGHT = dt.datetime(2026, 3, 4, 0, 30, tzinfo=dt.UTC)
YESTERDAY = dt.date(2026, 3, 3)
EVENING = dt.datetime(2026, 3, 3, 12, 0, tzinfo=dt.UTC)
PLACE = Place("/c/letters/camp/one/highlights/2026-03-03/", "D2", "en")


def people(room, role="learner", **more):
    member = MemberFactory(**more)
    MembershipFactory(space=room.space, member=member)
    RoomMembershipFactory(room=room, member=member, role=role)
    return member


def room_with_staff():
    room = RoomFactory(name="Camp one", timezone="Asia/Shanghai")
    return room, people(room, "assistant", display_name="小桃")


def thing(source="one", text="先听，再看，最后剪。", kind="check_in", **more):
    return Thing(kind=kind, source=source, text=text, said_at=EVENING, **more)


def star(room, by, source="one", **more):
    return highlights.star(room=room, thing=thing(source, **more), by=by)


def drafted(room, by, count=3, **more):
    """A draft of yesterday with ``count`` items by as many authors."""
    for number in range(count):
        author = people(room, display_name=f"作者{number}号")
        star(room, by, f"thing-{number}", text=f"第{number}件值得讲的事情", author=author, **more)
    return digests.draft(room=room, day=YESTERDAY, place=PLACE)


def entries(digest):
    return [
        Entry(row, title=row.title, quote=row.quote, tag=row.tag, phrase=row.phrase)
        for row in digest.items.order_by("position")
    ]


def save(digest, by, *chosen, version=None, known=None, **more):
    written = Written(list(chosen) or entries(digest), **more)
    return digests.save(
        digest=digest, version=version or digest.version, by=by, written=written, known=known
    )
