"""What the staff of a camp hear of its announcements: one asks again, one waits for a second person."""

from collections.abc import Iterable

from django.urls import reverse

from cohorts.models import Camp
from community import clock
from community.models import Announcement, Member, RoomMembership
from community.models.member import MemberQuerySet
from community.services import inbox


def asks_again(camp: Camp, rows: Iterable[Announcement], *, by: Member | None) -> None:
    """Tell all of the staff but ``by`` that these were scheduled and are no more. Some queries for
    each."""
    for row in rows:
        _tell(
            camp, row, "announcement_asks_again", _staff(camp, list(RoomMembership.STAFF_ROLES), by)
        )


def waits(camp: Camp, row: Announcement, *, by: Member) -> None:
    """Tell who may approve it that ``by`` asks for it."""
    _tell(camp, row, "announcement_waits", _staff(camp, [RoomMembership.Role.LEAD], by))


def _staff(camp: Camp, roles: list[str], by: Member | None) -> MemberQuerySet:
    people = Member.objects.filter(
        room_memberships__room=camp.run.room_id,
        room_memberships__until=None,
        room_memberships__role__in=roles,
    )
    return people.exclude(pk=by.pk) if by else people


def _tell(camp: Camp, row: Announcement, what: str, members: MemberQuerySet) -> None:
    """The same version of a text is told of once."""
    inbox.notify(
        what,
        subject=f"{row.public_id}:{row.version}",
        members=members,
        template=f"cohorts/{what}",
        context={
            "camp": camp.name,
            "kind": row.kind,
            "day": f"D{camp.calendar.day_on(row.day)}",
            "why": row.asks_again,
        },
        path=editor_of(camp, row),
        local_date=clock.local_date(camp.run.timezone),
    )


def editor_of(camp: Camp, row: Announcement) -> str:
    """Where it is written; a correction is dealt with on the page of what it corrects."""
    if row.corrects is not None:
        return reverse("cohorts:announcement", args=[camp.slug, row.corrects.day])
    return reverse("cohorts:announcement_edit", args=[camp.slug, row.day])
