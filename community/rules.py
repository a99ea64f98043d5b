"""Who may do what: predicates (member, object) -> bool, and the table of permissions at the end.

They read ``member.standing`` and the object's own keys, so none costs a query of its own. Whether
a thing can be done *now* is another question; services answer it with a DomainError.
"""

import rules

OWNER = frozenset({"owner"})
MANAGERS = frozenset({"owner", "manager"})
STAFF = frozenset({"owner", "manager", "assistant", "atmosphere"})
ROOM_STAFF = frozenset({"lead", "assistant", "atmosphere", "presenter"})


def role_in(member, space) -> str | None:
    """Her role in ``space`` while she is an active member of it, else None."""
    return member.standing.spaces.get(space.pk)


@rules.predicate
def is_operator(member, _obj=None) -> bool:
    return member.standing.has_grant("operator")


@rules.predicate
def is_in_space(member, space) -> bool:
    return role_in(member, space) is not None


@rules.predicate
def is_space_public(_member, space) -> bool:
    return space.visibility == "public"


@rules.predicate
def is_adult(member, _obj=None) -> bool:
    return not member.is_minor


@rules.predicate
def is_space_staff(member, space) -> bool:
    return role_in(member, space) in STAFF


@rules.predicate
def manages_space(member, space) -> bool:
    return role_in(member, space) in MANAGERS


@rules.predicate
def owns_space(member, space) -> bool:
    return role_in(member, space) in OWNER


@rules.predicate
def manages_membership(member, membership) -> bool:
    """Nobody manages her own place; an owner's place is managed by another owner only."""
    if membership.member_id == member.pk:
        return False
    role = member.standing.spaces.get(membership.space_id)
    return role == "owner" or (role == "manager" and membership.role != "owner")


@rules.predicate
def hands_over_in_space(member, membership) -> bool:
    """Staff who know the person may give her the link to an account they have entered for her."""
    return member.standing.spaces.get(membership.space_id) in ("owner", "manager", "assistant")


@rules.predicate
def is_in_room(member, room) -> bool:
    return room.pk in member.standing.rooms


@rules.predicate
def is_room_staff(member, room) -> bool:
    return member.standing.rooms.get(room.pk) in ROOM_STAFF


@rules.predicate
def leads_room(member, room) -> bool:
    """Who leads a camp's room leads the rooms that are part of it: its groups, its staff room."""
    rooms = member.standing.rooms
    return rooms.get(room.pk) == "lead" or rooms.get(room.part_of_id) == "lead"


@rules.predicate
def manages_space_of_room(member, room) -> bool:
    return member.standing.spaces.get(room.space_id) in MANAGERS


@rules.predicate
def runs_robot(member, robot) -> bool:
    """Who manages its space, and who leads the room that it belongs to."""
    manages = member.standing.spaces.get(robot.space_id) in MANAGERS
    leads = robot.room_id is not None and member.standing.rooms.get(robot.room_id) == "lead"
    return manages or leads


@rules.predicate
def is_staff_anywhere(member, _obj=None) -> bool:
    """Staff of some space or room: such a person has work to see."""
    standing = member.standing
    return bool(STAFF & set(standing.spaces.values()) or ROOM_STAFF & set(standing.rooms.values()))


@rules.predicate
def is_in_audience(member, upload) -> bool:
    """Says of one upload what ``Upload.objects.visible_to`` asks of all."""
    if upload.owner_id == member.pk or upload.audience == "members":
        return True
    if upload.audience == "room":
        return upload.room_id in member.standing.rooms
    role = member.standing.spaces.get(upload.space_id)
    return (
        role in STAFF if upload.audience == "staff" else upload.audience == "space" and bool(role)
    )


@rules.predicate
def runs_a_space(member, obj=None) -> bool:
    """Staff of the space that ``obj`` belongs to, or of any space when nothing is asked about."""
    if obj is None:
        return bool(STAFF & set(member.standing.spaces.values()))
    return member.standing.spaces.get(obj.space_id) in STAFF


@rules.predicate
def manages_a_space(member, _obj=None) -> bool:
    return bool(MANAGERS & set(member.standing.spaces.values()))


@rules.predicate
def decides_what_is_late(member, run=None) -> bool:
    """Who leads the room that a run is for, or runs its space; of any, when nothing is asked
    about."""
    standing = member.standing
    if run is None:
        return "lead" in standing.rooms.values() or bool(MANAGERS & set(standing.spaces.values()))
    return run.room is not None and (
        standing.rooms.get(run.room_id) == "lead"
        or standing.spaces.get(run.room.space_id) in MANAGERS
    )


PERMISSIONS = {
    # A minor has no directory; an adult member of the space has.
    "community.see_space": is_in_space | is_space_public,
    "community.see_people": is_in_space & is_adult,
    "community.leave_space": is_in_space,
    "community.invite_to_space": manages_space,
    "community.manage_space": manages_space,
    "community.own_space": owns_space,
    "community.manage_membership": manages_membership,
    "community.hand_over_account": hands_over_in_space,
    "community.open_space": is_operator,
    "community.see_room": is_in_room | leads_room | manages_space_of_room,
    "community.manage_room": leads_room | manages_space_of_room,
    "community.manage_robot": runs_robot,
    "community.see_upload": is_in_audience,
    "community.answer_introductions": runs_a_space,
    "community.see_flags": runs_a_space | is_operator,
    "community.change_watch_words": manages_a_space | is_operator,
    "community.decide_what_is_late": decides_what_is_late | is_operator,
    "community.see_delivery": is_operator,
    "community.operate": is_operator,
}

for _name, _predicate in PERMISSIONS.items():
    rules.add_perm(_name, _predicate)
