"""Coming into a room and leaving it. Apps above own rooms by key and call these."""

from django.db import transaction
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Member, Membership, Room, RoomMembership, Space

Role = RoomMembership.Role


@transaction.atomic
def open_room(
    *, space: Space, kind: str, name: str, timezone: str, lead: Member | None = None
) -> Room:
    """A new room in ``space``; ``lead``, if given, leads it."""
    room = Room.objects.create(space=space, kind=kind, name=name, timezone=timezone)
    if lead is not None:
        enter(room=room, member=lead, role=Role.LEAD)
    return room


@transaction.atomic
def enter(*, room: Room, member: Member, role: str = Role.LEARNER) -> RoomMembership:
    """Put ``member`` into ``room`` as ``role``; if she is in, change her role there.

    The change of role ends one row and begins another, so that who was what when stays known.
    Locks the room's row. Raises DomainError if she is not in the space, or is a learner at the
    door of a staff room.
    """
    Room.objects.select_for_update().get(pk=room.pk)
    if not Membership.objects.active().filter(space=room.space_id, member=member).exists():
        raise DomainError(
            _("%(name)s is not in this space. Invite her to the space first.") % {"name": member}
        )
    if room.kind == Room.Kind.STAFF and role == Role.LEARNER:
        raise DomainError(_("A staff room has no learners."))
    current = RoomMembership.objects.active().filter(room=room, member=member).first()
    if current is not None and current.role == role:
        return current
    now = clock.now()
    if current is not None:
        RoomMembership.objects.filter(pk=current.pk).update(until=now)
    return RoomMembership.objects.create(room=room, member=member, role=role, since=now)


def depart(*, room: Room, member: Member) -> bool:
    """End her place in ``room``; True if she had one. One UPDATE, so twice is fine."""
    ended = RoomMembership.objects.active().filter(room=room, member=member)
    return bool(ended.update(until=clock.now()))
