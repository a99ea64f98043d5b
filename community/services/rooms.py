"""Coming into a room and leaving it. Apps above own rooms by key and call these."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Member, Membership, Room, RoomMembership, Space
from community.services import audit

Role = RoomMembership.Role

# What a role in the space makes of her in the room of all and in the space's own staff room.
ROLE_IN_OWN_ROOMS = {
    Membership.Role.OWNER: Role.LEAD,
    Membership.Role.MANAGER: Role.LEAD,
    Membership.Role.ASSISTANT: Role.ASSISTANT,
    Membership.Role.ATMOSPHERE: Role.ATMOSPHERE,
    Membership.Role.MEMBER: Role.LEARNER,
}


@transaction.atomic
def open_room(
    *,
    space: Space,
    kind: str,
    name: str,
    timezone: str,
    part_of: Room | None = None,
    lead: Member | None = None,
    by: Member | None = None,
) -> Room:
    """A new room in ``space``; ``lead``, if given, leads it. ``part_of`` is a room of the same
    space: a camp's, of which this is a group or the staff room (a staff room needs it).

    Raises DomainError if ``part_of`` does not fit, or ``lead`` is not in the space.
    """
    if part_of is not None and (
        part_of.space_id != space.pk or kind not in (Room.Kind.GROUP, Room.Kind.STAFF)
    ):
        raise DomainError(
            _("Only a group or a staff room can be part of another room of the same space."),
            field="part_of",
        )
    if part_of is None and kind in (Room.Kind.SPACE, Room.Kind.STAFF):
        raise DomainError(
            _("The space has its own room of this kind already. Say which room it is part of."),
            field="part_of",
        )
    room = Room.objects.create(
        space=space, kind=kind, name=name, timezone=timezone, part_of=part_of
    )
    if lead is not None:
        enter(room=room, member=lead, role=Role.LEAD, by=by)
    audit.record("room.opened", actor=by, subject=room, space=space, data={"kind": str(kind)})
    return room


@transaction.atomic
def enter(
    *, room: Room, member: Member, role: str = Role.LEARNER, by: Member | None = None
) -> RoomMembership:
    """Put ``member`` into ``room`` as ``role``; if she is in, change her role there.

    The change of role ends one row and begins another, so that who was what when stays known. Who
    becomes a learner leaves the staff rooms that are part of the room. Locks the space's row, as
    every change of who is in the space does. Raises DomainError if she is not in the space, if the
    room is filled by the roles in the space, or if a learner would come into a staff room.
    """
    Space.objects.select_for_update(no_key=True).get(pk=room.space_id)
    _refuse_if_it_follows(room)
    if not Membership.objects.active().filter(space=room.space_id, member=member).exists():
        raise DomainError(_not_in_the_space(member))
    if room.kind == Room.Kind.STAFF:
        _refuse_learners(room, [member], role)
    changed, place = _place(room, member, role)
    if changed and role == Role.LEARNER:
        _out_of_staff_rooms(room, [member])
    if changed:
        audit.record(
            "room.entered", actor=by, subject=room, space=room.space,
            data={"member": member.public_id, "role": str(role)},
        )  # fmt: skip
    return place


@transaction.atomic
def enter_all(*, room: Room, people: Iterable[Member], role: str, by: Member | None) -> int:
    """Put all ``people`` into ``room`` as ``role``, or none of them; returns how many they were.

    As ``enter`` does with one, in about eight queries whatever their number.
    """
    everybody = {member.pk: member for member in people}
    Space.objects.select_for_update(no_key=True).get(pk=room.space_id)
    _refuse_if_it_follows(room)
    here = Membership.objects.active().filter(space=room.space_id, member__in=everybody)
    inside = set(here.values_list("member", flat=True))
    for key, member in everybody.items():
        if key not in inside:
            raise DomainError(_not_in_the_space(member))
    if room.kind == Room.Kind.STAFF:
        _refuse_learners(room, everybody.values(), role)
    places = RoomMembership.objects.active().filter(room=room, member__in=everybody)
    unchanged = set(places.filter(role=role).values_list("member", flat=True))
    changed = [member for key, member in everybody.items() if key not in unchanged]
    now = clock.now()
    places.filter(member__in=changed).update(until=now)
    RoomMembership.objects.bulk_create(
        [RoomMembership(room=room, member=one, role=role, since=now) for one in changed]
    )
    if role == Role.LEARNER:
        _out_of_staff_rooms(room, changed)
    audit.record_each(
        "room.entered", actor=by, space=room.space,
        of=[(room, {"member": one.public_id, "role": str(role)}) for one in changed],
    )  # fmt: skip
    return len(everybody)


@transaction.atomic
def depart(*, room: Room, member: Member, by: Member | None = None) -> bool:
    """End her place in ``room`` and in the rooms that are part of it; True if she had one.

    Two UPDATEs, so twice is fine. Raises DomainError if the room is filled by roles in the space.
    """
    _refuse_if_it_follows(room)
    now = clock.now()
    places = RoomMembership.objects.active().filter(member=member)
    ended = places.filter(room=room).update(until=now)
    places.filter(room__part_of=room).update(until=now)
    if ended:
        audit.record(
            "room.departed",
            actor=by,
            subject=room,
            space=room.space,
            data={"member": member.public_id},
        )
    return bool(ended)


def follow_role(*, space: Space, member: Member, role: str | None) -> None:
    """Bring her places in line with her role in the space; None takes her out of all its rooms.

    For ``services.spaces``, inside its transaction and with the space's row locked.
    """
    places = RoomMembership.objects.active().filter(room__space=space, member=member)
    if role is None:
        places.update(until=clock.now())
        return
    own = Room.objects.filter(Q(kind=Room.Kind.SPACE) | Q(kind=Room.Kind.STAFF, part_of=None))
    for room in own.filter(space=space):
        if room.kind == Room.Kind.STAFF and role not in Membership.STAFF_ROLES:
            places.filter(room=room).update(until=clock.now())
        else:
            _place(room, member, ROLE_IN_OWN_ROOMS[Membership.Role(role)])


def _place(room: Room, member: Member, role: str) -> tuple[bool, RoomMembership]:
    """(whether anything changed, her place in the room as ``role``)."""
    current = RoomMembership.objects.active().filter(room=room, member=member).first()
    if current is not None and current.role == role:
        return False, current
    now = clock.now()
    if current is not None:
        RoomMembership.objects.filter(pk=current.pk).update(until=now)
    return True, RoomMembership.objects.create(room=room, member=member, role=role, since=now)


def _out_of_staff_rooms(room: Room, people: Iterable[Member]) -> None:
    RoomMembership.objects.active().filter(
        room__part_of=room, room__kind=Room.Kind.STAFF, member__in=people
    ).update(until=clock.now())


def _refuse_if_it_follows(room: Room) -> None:
    if room.follows_space:
        raise DomainError(
            _("Who is in %(room)s follows from the roles in the space. Change the role there.")
            % {"room": room.name}
        )


def _not_in_the_space(member: Member) -> str:
    return _("%(name)s is not in this space. Invite them to the space first.") % {"name": member}


def _refuse_learners(room: Room, people: Iterable[Member], role: str) -> None:
    learns = RoomMembership.objects.active().filter(
        room=room.part_of_id, member__in=people, role=Role.LEARNER
    )
    if role == Role.LEARNER or learns.exists():
        raise DomainError(
            _("A staff room has no learners. Change their role in %(room)s first.")
            % {"room": room.part_of.name if room.part_of else room.name}
        )
