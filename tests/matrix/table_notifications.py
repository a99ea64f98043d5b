"""A member's own page of notifications: what it writes is hers, and nobody reaches another's."""

import datetime as dt
from typing import Any

from community.models import QuietDays
from community.services import notifications
from tests.matrix.routes import Route
from tests.matrix.world import World

FAR = dt.date(2090, 5, 1)


def add_to(world: World) -> dict[str, Any]:
    """Quiet days of the member, and a way back that is hers."""
    member, stranger = world.people["member"], world.stranger
    return {
        "member_days": QuietDays.objects.create(member=member, first=FAR, last=FAR),
        "stranger_days": QuietDays.objects.create(member=stranger, first=FAR, last=FAR),
        "way_back": notifications.mute(member=member),
    }


MADE = "+notificationsettings"
CHOSEN = f"{MADE} +preference"
# The member of this world has a row already, because somebody made her silent.
ROW = "notificationsettings.changed_at"


def both(rest: str, hers: str) -> str:
    return f"guests: login; signed_in: 302 {rest}; member: 302 {hers}"


ROUTES = [
    Route(
        "community:notifications",
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:notifications_kinds",
        data=lambda w: {"cell": "announcement:email"},
        get="guests: login; signed_in: 405",
        post=both(CHOSEN, f"+preference {ROW},preset"),
    ),
    Route(
        "community:notifications_preset",
        data=lambda w: {"preset": "quiet"},
        get="guests: login; signed_in: 405",
        post=both(CHOSEN, f"+preference {ROW},digest,next_digest_at,preset"),
    ),
    Route(
        "community:notifications_digest",
        data=lambda w: {
            "frequency": "daily",
            "at": "09:00",
            "weekday": "0",
            "timezone": "Europe/Lisbon",
        },
        get="guests: login; signed_in: 405",
        post=both(
            f"{CHOSEN} member.timezone",
            f"+preference member.timezone {ROW},digest,digest_at,next_digest_at,preset",
        ),
    ),
    Route(
        "community:notifications_hours",
        data=lambda w: {"begins": "21:00", "ends": "09:00"},
        get="guests: login; signed_in: 405",
        post=both(MADE, f"{ROW},quiet_from,quiet_until"),
    ),
    Route(
        "community:notifications_mute",
        data=lambda w: {"end": "1"},
        get="guests: login; signed_in: 405",
        post=both(MADE, f"{ROW},muted_until"),
    ),
    Route(
        "community:notifications_days",
        data=lambda w: {"first": "2090-06-01", "last": "2090-06-02"},
        get="guests: login; signed_in: 405",
        post=both(f"{MADE} +quietdays", f"+quietdays {ROW}"),
    ),
    Route(
        "community:notifications_days_remove",
        at={"public_id": "member_days.public_id"},
        foreign={"public_id": "stranger_days.public_id"},
        get="guests: login; signed_in: 405",
        post=f"guests: login; signed_in: 404; member: 302 -quietdays {ROW}",
    ),
    Route(
        "community:notifications_undo",
        at={"back": "way_back"},
        foreign="The way back is signed for one member; others are told that it is none.",
        get="guests: login; signed_in: 405",
        post=f"guests: login; signed_in: 302; member: 302 {ROW},muted_until",
    ),
]
