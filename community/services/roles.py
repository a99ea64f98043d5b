"""Granting and revoking the roles beyond rooms: coordinator, partner, host and the like."""

from django.db import transaction
from django.utils.translation import gettext as _

from community.errors import DomainError
from community.models import Member, RoleGrant, Space
from community.services import audit

Role = RoleGrant.Role


@transaction.atomic
def grant(*, member: Member, role: str, by: Member | None, space: Space | None = None) -> RoleGrant:
    """``member`` holds ``role`` in ``space``, or everywhere without one. Granting twice is fine.

    Raises DomainError for somebody whose account is suspended or deleted, and for an operator of
    one space only. An operator may use the admin site from then on.
    """
    if member.state in (Member.State.SUSPENDED, Member.State.BLANKED):
        raise DomainError(
            _("%(name)s has no active account and can hold no role.") % {"name": member},
            field="member",
        )
    if role == Role.OPERATOR and space is not None:
        raise DomainError(
            _("An operator works for all spaces. Leave the space empty."), field="space"
        )
    held, created = RoleGrant.objects.get_or_create(member=member, role=Role(role), space=space)
    if not created:
        return held
    if role == Role.OPERATOR:
        Member.objects.filter(pk=member.pk).update(is_staff=True)
    audit.record("role.granted", actor=by, subject=member, space=space, data={"role": str(role)})
    return held


@transaction.atomic
def revoke(*, held: RoleGrant, by: Member, reason: str = "") -> None:
    """Take a role back; one that is gone already is fine.

    Locks the operators' rows in order. Raises DomainError for the last operator: nobody could
    grant a role any more.
    """
    if held.role == Role.OPERATOR:
        operators = RoleGrant.objects.select_for_update().filter(role=Role.OPERATOR)
        keys = {row.pk: row.member_id for row in operators.order_by("pk")}
        if set(keys) == {held.pk}:
            raise DomainError(_("An installation needs an operator. Make somebody else one first."))
    gone, _rows = RoleGrant.objects.filter(pk=held.pk).delete()
    if not gone:
        return
    if held.role == Role.OPERATOR:
        Member.objects.filter(pk=held.member_id).update(is_staff=False)
    audit.record(
        "role.revoked", actor=by, subject=held.member, space=held.space, reason=reason,
        data={"role": held.role},
    )  # fmt: skip
