"""Opening a space, and every change of who is in it.

Each change locks the row of the space first, so that two of them are one after the other: two
owners who leave at once cannot both be "not the last", and nobody is put into a room while she is
being shut out of the space. The lock does not hold up rows that merely point at the space.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Invitation, Member, Membership, RoleGrant, Room, Space
from community.models.written import written
from community.services import audit, greetings, rooms

Role = Membership.Role
State = Membership.State


def spaces_of(member: Member) -> list[Space]:
    """The spaces she is in, by name. One query; none when she is in none."""
    return _spaces_of(member=member.pk) if member.standing.spaces else []


@written
def _spaces_of(*, member: Any) -> QuerySet[Space]:
    mine = Membership.objects.active().filter(member=member)
    return Space.objects.filter(pk__in=mine.values("space"))


@transaction.atomic
def open_space(*, owner: Member, name: str, slug: str, by: Member | None = None, **fields) -> Space:
    """A new space with its room of all and its staff room; ``owner`` owns it.

    ``by`` is who opens it, the owner unless told. Raises DomainError if the address is taken.
    """
    try:
        with transaction.atomic():
            space = Space.objects.create(name=name, slug=slug, **fields)
    except IntegrityError as taken:
        raise DomainError(
            _("Another space has this address already. Choose another one."), field="slug"
        ) from taken
    # In the language of the space, not of whoever opens it.
    with translation.override(space.default_locale):
        staff_room = _("Staff room")
    for kind, title in ((Room.Kind.SPACE, space.name), (Room.Kind.STAFF, staff_room)):
        Room.objects.create(space=space, kind=kind, name=title, timezone=space.timezone)
    Membership.objects.create(space=space, member=owner, role=Role.OWNER)
    rooms.follow_role(space=space, member=owner, role=Role.OWNER)
    audit.record(
        "space.opened",
        actor=by or owner,
        subject=space,
        space=space,
        data={"owner": owner.public_id},
    )
    return space


@transaction.atomic
def change_settings(*, space: Space, by: Member, **fields) -> Space:
    """Save name, purpose, timezone, locale, visibility, or whether two people read what goes out; the
    space's own rooms follow."""
    for name, value in fields.items():
        setattr(space, name, value)
    space.full_clean()
    space.save(update_fields=list(fields))
    own = Room.objects.filter(space=space, part_of=None)
    own.filter(kind=Room.Kind.SPACE).update(name=space.name, timezone=space.timezone)
    own.filter(kind=Room.Kind.STAFF).update(timezone=space.timezone)
    audit.record(
        "space.changed", actor=by, subject=space, space=space, data={"fields": sorted(fields)}
    )
    return space


@transaction.atomic
def join(*, space: Space, member: Member, role: str = Role.MEMBER) -> bool:
    """Make ``member`` an active member; True if she was none before, and joining twice is fine.

    Who is in keeps her role; who comes back has left her old one behind. Raises DomainError if
    staff have suspended her: only they let her in again. Locks the space's row.
    """
    _lock(space)
    membership, came_in = Membership.objects.get_or_create(
        space=space, member=member, defaults={"role": role}
    )
    if membership.state == State.SUSPENDED:
        raise DomainError(
            _("You cannot join %(space)s now. Write to its owner if you think this is a mistake.")
            % {"space": space.name}
        )
    if membership.state == State.LEFT:
        came_in = True
        Membership.objects.filter(pk=membership.pk).update(
            state=State.ACTIVE, left_at=None, role=role, joined_at=clock.now()
        )
    if came_in:
        rooms.follow_role(space=space, member=member, role=role)
        greetings.expect_in(space=space, member=member)
    return came_in


@transaction.atomic
def leave(*, space: Space, member: Member) -> None:
    """End her membership, her places in the space's rooms and her grants there.

    Leaving twice is fine. Raises DomainError if she is the last owner, or is suspended: leaving
    and coming back by an invitation would lift the suspension. Locks the space's row.
    """
    membership = _locked(space, member)
    if membership.state == State.LEFT:
        return
    if membership.state == State.SUSPENDED:
        raise DomainError(
            _("Your membership of %(space)s is suspended. Write to its owner.")
            % {"space": space.name}
        )
    _refuse_to_lose_the_last_owner(membership)
    Membership.objects.filter(pk=membership.pk).update(state=State.LEFT, left_at=clock.now())
    _shut_out(space, member)
    audit.record("membership.left", actor=member, subject=membership, space=space)


@transaction.atomic
def suspend(*, space: Space, member: Member, by: Member, reason: str = "") -> None:
    """Shut her out of the space, its rooms and her grants there until ``reinstate``.

    Her open invitations to the space end too. Raises DomainError if she is not active, is the last
    owner, or ``by`` may not (any longer) manage her. Locks the space's row.
    """
    membership = _managed(space, member, by)
    _refuse_unless_active(membership)
    _refuse_to_lose_the_last_owner(membership)
    Membership.objects.filter(pk=membership.pk).update(state=State.SUSPENDED)
    _shut_out(space, member)
    invited = Invitation.objects.filter(space=space, created_by=member, revoked_at=None)
    invited.update(revoked_at=clock.now())
    audit.record(
        "membership.suspended", actor=by, subject=membership, space=space, reason=reason,
        data={"member": member.public_id},
    )  # fmt: skip


@transaction.atomic
def reinstate(*, space: Space, member: Member, by: Member) -> None:
    """Let a suspended member in again, as a plain member and in the room of all only.

    Raises DomainError if she is not suspended or ``by`` may not manage her. Locks the space's row.
    """
    membership = _managed(space, member, by)
    if membership.state != State.SUSPENDED:
        raise DomainError(_("%(name)s is not suspended.") % {"name": member})
    Membership.objects.filter(pk=membership.pk).update(state=State.ACTIVE, role=Role.MEMBER)
    rooms.follow_role(space=space, member=member, role=Role.MEMBER)
    audit.record(
        "membership.reinstated", actor=by, subject=membership, space=space,
        data={"member": member.public_id},
    )  # fmt: skip


@transaction.atomic
def change_role(*, space: Space, member: Member, role: str, by: Member) -> None:
    """Give an active member another role; her place in the staff room follows.

    Raises DomainError if she is not active, if she is the last owner and would be one no longer,
    or if ``by`` may not give this role to her. Locks the space's row.
    """
    membership = _managed(space, member, by, giving=role)
    _refuse_unless_active(membership)
    if membership.role == role:
        return
    if role != Role.OWNER:
        _refuse_to_lose_the_last_owner(membership)
    Membership.objects.filter(pk=membership.pk).update(role=Role(role))
    rooms.follow_role(space=space, member=member, role=role)
    audit.record(
        "membership.role_changed", actor=by, subject=membership, space=space,
        data={"member": member.public_id, "from": membership.role, "to": str(role)},
    )  # fmt: skip


def roles_to_give(*, by_role: str | None) -> list[tuple[str, str]]:
    """The roles, as form choices, that somebody with ``by_role`` may give."""
    return [
        (role.value, str(role.label))
        for role in Role
        if by_role == Role.OWNER or (by_role == Role.MANAGER and role != Role.OWNER)
    ]


def _lock(space: Space) -> None:
    Space.objects.select_for_update(no_key=True).get(pk=space.pk)


def _locked(space: Space, member: Member) -> Membership:
    _lock(space)
    membership = Membership.objects.filter(space=space, member=member).first()
    if membership is None:
        raise DomainError(
            _("%(name)s is not in %(space)s.") % {"name": member, "space": space.name}
        )
    return membership


def _managed(space: Space, member: Member, by: Member, giving: str = "") -> Membership:
    """The membership, with the space locked and the right of ``by`` read again under the lock.

    The view has asked the same of rows that were true a moment ago; two managers who suspend each
    other would both still be managers.
    """
    membership = _locked(space, member)
    own = Membership.objects.active().filter(space=space, member=by).first()
    needs_owner = Role.OWNER in (membership.role, giving)
    if own is None or own.role not in ({Role.OWNER} if needs_owner else {Role.OWNER, Role.MANAGER}):
        raise DomainError(
            _("You may not do this for %(name)s. If your own role has just changed, look again.")
            % {"name": member}
        )
    if member.pk == by.pk:
        raise DomainError(_("Nobody manages their own place. Ask another manager or owner."))
    return membership


def _refuse_unless_active(membership: Membership) -> None:
    if membership.state != State.ACTIVE:
        raise DomainError(
            _("%(name)s is not an active member of this space.") % {"name": membership.member}
        )


def _refuse_to_lose_the_last_owner(membership: Membership) -> None:
    if membership.role != Role.OWNER or membership.state != State.ACTIVE:
        return
    owners = Membership.objects.active().filter(space=membership.space_id, role=Role.OWNER)
    if not owners.exclude(pk=membership.pk).exists():
        raise DomainError(
            _("A space needs an owner. Make somebody else an owner first, then this can be done.")
        )


def _shut_out(space: Space, member: Member) -> None:
    rooms.follow_role(space=space, member=member, role=None)
    for grant in RoleGrant.objects.filter(space=space, member=member):
        audit.record(
            "role.ended", actor=None, subject=member, space=space, data={"role": grant.role}
        )
        grant.delete()
