"""Handing out invitations, and taking one up."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Invitation, Member, Membership, Space
from community.services import spaces


def invite(*, space: Space, by: Member, max_uses: int, days: int, note: str = "") -> Invitation:
    """An invitation for ``max_uses`` people, good for ``days`` days from now."""
    return Invitation.objects.create(
        space=space,
        created_by=by,
        max_uses=max_uses,
        note=note,
        expires_at=clock.now() + dt.timedelta(days=days),
    )


def revoke(*, invitation: Invitation) -> bool:
    """Make it useless from now on; True if it was not revoked before. One UPDATE."""
    open_ones = Invitation.objects.filter(pk=invitation.pk, revoked_at=None)
    return bool(open_ones.update(revoked_at=clock.now()))


@transaction.atomic
def accept(*, code: str, member: Member) -> Space:
    """Join the space that ``code`` invites to, and return it.

    A use is counted only for somebody who was not in. The count is one compare-and-swap UPDATE, so
    the last place goes to one person. Raises DomainError for a code that is unknown, over, revoked
    or used up, in one and the same sentence: the code is a secret, and guessing gets no hints.
    """
    invitation = Invitation.objects.select_related("space").filter(code=code).first()
    if invitation is None:
        raise DomainError(_useless())
    here = Membership.objects.active().filter(space=invitation.space_id, member=member)
    if here.exists():
        return invitation.space
    if not Invitation.objects.usable().filter(pk=invitation.pk).update(uses=F("uses") + 1):
        raise DomainError(_useless())
    spaces.join(space=invitation.space, member=member)
    return invitation.space


def _useless() -> str:
    return _(
        "This invitation can no longer be used. Ask the person who gave it to you for a new one."
    )
