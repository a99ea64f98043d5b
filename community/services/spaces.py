"""Opening a space, and every change of who is in it."""

from django.db import transaction
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Member, Membership, Room, RoomMembership, Space

Role = Membership.Role
State = Membership.State


@transaction.atomic
def open_space(*, owner: Member, name: str, slug: str, **fields) -> Space:
    """A new space with its room of all and its staff room; ``owner`` owns it."""
    space = Space.objects.create(name=name, slug=slug, **fields)
    Room.objects.create(space=space, kind=Room.Kind.SPACE, name=space.name, timezone=space.timezone)
    Room.objects.create(
        space=space, kind=Room.Kind.STAFF, name=_("Staff room"), timezone=space.timezone
    )
    Membership.objects.create(space=space, member=owner, role=Role.OWNER)
    return space


@transaction.atomic
def join(*, space: Space, member: Member, role: str = Role.MEMBER) -> Membership:
    """Make ``member`` an active member; one who is in keeps her role, and joining twice is fine.

    Raises DomainError if staff have suspended her: only they let her in again.
    """
    membership, created = Membership.objects.get_or_create(
        space=space, member=member, defaults={"role": role}
    )
    if created or membership.state == State.ACTIVE:
        return membership
    if membership.state == State.SUSPENDED:
        raise DomainError(
            _("You cannot join %(space)s now. Write to its owner if you think this is a mistake.")
            % {"space": space.name}
        )
    # Came back: as a plain member, because a role is given by a person, not by a link.
    Membership.objects.filter(pk=membership.pk, state=State.LEFT).update(
        state=State.ACTIVE, left_at=None, role=role, joined_at=clock.now()
    )
    membership.refresh_from_db()
    return membership


@transaction.atomic
def leave(*, space: Space, member: Member) -> None:
    """End her membership and her places in the space's rooms. Leaving twice is fine.

    Raises DomainError if she is the last owner. Locks the space's row.
    """
    membership = _locked(space, member)
    if membership.state == State.LEFT:
        return
    _refuse_to_lose_the_last_owner(membership)
    now = clock.now()
    Membership.objects.filter(pk=membership.pk).update(state=State.LEFT, left_at=now)
    _leave_rooms(space, member, now)


@transaction.atomic
def suspend(*, space: Space, member: Member) -> None:
    """Shut her out of the space and its rooms until ``reinstate``. Locks the space's row."""
    membership = _locked(space, member)
    if membership.state != State.ACTIVE:
        raise DomainError(_("%(name)s is no active member.") % {"name": member})
    _refuse_to_lose_the_last_owner(membership)
    Membership.objects.filter(pk=membership.pk).update(state=State.SUSPENDED)
    _leave_rooms(space, member, clock.now())


@transaction.atomic
def reinstate(*, space: Space, member: Member) -> None:
    """Let a suspended member in again, as a plain member. Locks the space's row."""
    membership = _locked(space, member)
    if membership.state != State.SUSPENDED:
        raise DomainError(_("%(name)s is not suspended.") % {"name": member})
    Membership.objects.filter(pk=membership.pk).update(state=State.ACTIVE, role=Role.MEMBER)


@transaction.atomic
def change_role(*, space: Space, member: Member, role: str) -> None:
    """Give an active member another role. Locks the space's row.

    Raises DomainError if she is not active, or is the last owner and would be one no longer.
    """
    membership = _locked(space, member)
    if membership.state != State.ACTIVE:
        raise DomainError(_("%(name)s is no active member.") % {"name": member})
    if role != Role.OWNER:
        _refuse_to_lose_the_last_owner(membership)
    Membership.objects.filter(pk=membership.pk).update(role=Role(role))


def _locked(space: Space, member: Member) -> Membership:
    """The membership, with the space locked, so that two owners cannot both be "not the last"."""
    Space.objects.select_for_update().get(pk=space.pk)
    membership = Membership.objects.filter(space=space, member=member).first()
    if membership is None:
        raise DomainError(
            _("%(name)s is not in %(space)s.") % {"name": member, "space": space.name}
        )
    return membership


def _refuse_to_lose_the_last_owner(membership: Membership) -> None:
    if membership.role != Role.OWNER or membership.state != State.ACTIVE:
        return
    owners = Membership.objects.active().filter(space=membership.space_id, role=Role.OWNER)
    if not owners.exclude(pk=membership.pk).exists():
        raise DomainError(
            _("A space needs an owner. Make somebody else an owner first, then this can be done.")
        )


def _leave_rooms(space: Space, member: Member, now) -> None:
    RoomMembership.objects.active().filter(room__space=space, member=member).update(until=now)
