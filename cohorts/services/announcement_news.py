"""What the staff of a camp hear of its announcements: some ask again, some wait for a second person.

What one deed did to several days is told in one note, which says how many and leads to all of them.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from cohorts.models import Camp
from community import clock
from community.models import Announcement, Member, RoomMembership
from community.models.member import MemberQuerySet
from community.services import inbox


def asks_again(camp: Camp, rows: Sequence[Announcement], *, by: Member | None) -> None:
    """Tell all of the staff but ``by`` that these were scheduled and are no more. Some queries,
    however many there are; none for none."""
    staff = _staff(camp, list(RoomMembership.STAFF_ROLES), by)
    _tell(camp, rows, "announcement_asks_again", staff)


def waits(camp: Camp, rows: Sequence[Announcement], *, by: Member) -> None:
    """Tell who may approve them that ``by`` asks for it."""
    _tell(camp, rows, "announcement_waits", _staff(camp, [RoomMembership.Role.LEAD], by))


def _staff(camp: Camp, roles: list[str], by: Member | None) -> MemberQuerySet:
    people = Member.objects.filter(
        room_memberships__room=camp.run.room_id,
        room_memberships__until=None,
        room_memberships__role__in=roles,
    )
    return people.exclude(pk=by.pk) if by else people


def _tell(camp: Camp, rows: Sequence[Announcement], what: str, members: MemberQuerySet) -> None:
    """The same versions of the same texts are told of once."""
    if not rows:
        return
    inbox.notify(
        what,
        subject=_subject(rows),
        members=members,
        template=f"cohorts/{what}",
        context={"camp": camp.name, "why": _why(rows)} | _when(camp, rows),
        path=editor_of(camp, rows[0])
        if len(rows) == 1
        else reverse("cohorts:schedule", args=[camp.slug]),
        local_date=clock.local_date(camp.run.timezone),
    )


def _subject(rows: Sequence[Announcement]) -> str:
    names = sorted(f"{row.public_id}:{row.version}" for row in rows)
    if len(names) == 1:
        return names[0]
    return hashlib.blake2b(" ".join(names).encode(), digest_size=16).hexdigest()


def _why(rows: Sequence[Announcement]) -> str:
    """What they all ask again for; "" where it is not the same."""
    reasons = {row.asks_again for row in rows}
    return reasons.pop() if len(reasons) == 1 else ""


def _when(camp: Camp, rows: Sequence[Announcement]) -> dict[str, Any]:
    """The one, or how many days they are for."""
    if len(rows) == 1:
        return {"kind": rows[0].kind, "day": f"D{camp.calendar.day_on(rows[0].day)}"}
    dates = {
        row.day + dt.timedelta(days=offset)
        for row in rows
        for offset in range((row.last_day - row.day).days + 1)
    }
    return {"days": len(dates)}


def editor_of(camp: Camp, row: Announcement) -> str:
    """Where it is written; a correction is dealt with on the page of what it corrects."""
    if row.corrects is not None:
        return reverse("cohorts:announcement", args=[camp.slug, row.corrects.day])
    return reverse("cohorts:announcement_edit", args=[camp.slug, row.day])
