"""Handing out invitations, and taking one up."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Invitation, Member, Membership, Space
from community.services import audit, spaces


@transaction.atomic
def invite(*, space: Space, by: Member, max_uses: int, days: int, note: str = "") -> Invitation:
    """An invitation for ``max_uses`` people, good for ``days`` days from now."""
    invitation = Invitation.objects.create(
        space=space,
        created_by=by,
        max_uses=max_uses,
        note=note,
        expires_at=clock.now() + dt.timedelta(days=days),
    )
    audit.record(
        "invitation.created", actor=by, subject=invitation, space=space,
        data={"max_uses": max_uses, "days": days},
    )  # fmt: skip
    return invitation


@transaction.atomic
def revoke(*, invitation: Invitation, by: Member) -> bool:
    """Make it useless from now on; True if it was not revoked before. One UPDATE."""
    open_ones = Invitation.objects.filter(pk=invitation.pk, revoked_at=None)
    revoked = bool(open_ones.update(revoked_at=clock.now()))
    if revoked:
        audit.record("invitation.revoked", actor=by, subject=invitation, space=invitation.space)
    return revoked


def find(*, code: str) -> Invitation:
    """The usable invitation with ``code``, its space and who made it. One query.

    Raises DomainError for a code that is unknown, over, revoked or used up, in one and the same
    sentence: the code is a secret, and guessing gets no hints.
    """
    usable = Invitation.objects.usable().select_related("space", "created_by")
    invitation = usable.filter(code=code).first()
    if invitation is None:
        raise DomainError(_useless())
    return invitation


@transaction.atomic
def accept(*, code: str, member: Member) -> Space:
    """Join the space that ``code`` invites to, and return it.

    A use is counted only for somebody who was not in, so twice is fine. The count is one
    compare-and-swap UPDATE at the end, which takes the joining back if there was no place left:
    the last one goes to one person. Raises DomainError as ``find`` does, and if she is suspended.
    """
    invitation = Invitation.objects.select_related("space").filter(code=code).first()
    if invitation is None:
        raise DomainError(_useless())
    here = Membership.objects.active().filter(space=invitation.space_id, member=member)
    if here.exists():
        return invitation.space
    still_usable = Invitation.objects.usable().filter(pk=invitation.pk)
    if not still_usable.exists():
        raise DomainError(_useless())
    came_in = spaces.join(space=invitation.space, member=member)
    if came_in and not still_usable.update(uses=F("uses") + 1):
        raise DomainError(_useless())
    if came_in:
        audit.record(
            "membership.joined", actor=member, subject=member, space=invitation.space,
            data={"invitation": invitation.public_id},
        )  # fmt: skip
    return invitation.space


def _useless() -> str:
    return _(
        "This invitation can no longer be used. Ask the person who gave it to you for a new one."
    )
