"""An account from its first moment to its last: joined, claimed, suspended, blanked."""

from collections.abc import Iterable
from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Field
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import (
    ClaimLink,
    InboxItem,
    Member,
    MemberPhone,
    Membership,
    RoleGrant,
    RoomMembership,
    SignInCode,
    Upload,
)
from community.models.ids import new_handle
from community.registry import erasure_parts
from community.services import audit, consents, notices, sessions, uploads
from community.services.roster import forgetting
from community.trust import crypto, retention

State = Member.State


@transaction.atomic
def join(
    *,
    email: str | None,
    locale: str,
    timezone: str,
    display_name: str = "",
    agreed: Iterable[str] = (),
) -> Member:
    """A new member with a generated handle, and her consents; both or neither.

    ``email`` must be proven and normalised. Two browsers that prove one new address at the same
    moment get the same member.
    """
    try:
        with transaction.atomic():
            member = Member(
                email=email,
                display_name=display_name[:60],
                locale=locale,
                timezone=timezone,
                password=make_password(None),
            )
            member.save()
    except IntegrityError:
        found = Member.objects.filter(email=email).first() if email else None
        if found is None:
            raise
        return found
    consents.give(member=member, documents=agreed, locale=locale)
    audit.record("member.joined", actor=member, subject=member)
    return member


@transaction.atomic
def claim(*, member: Member, agreed: Iterable[str], locale: str) -> Member:
    """Make an account that staff entered the person's own. Compare-and-swap, so once.

    Raises DomainError if it is no longer unclaimed. Open claim links end with it.
    """
    unclaimed = Member.objects.filter(pk=member.pk, state=State.UNCLAIMED)
    if not unclaimed.update(state=State.ACTIVE, locale=locale):
        raise DomainError(_("This account has been claimed already. Sign in with your e-mail."))
    _close_claim_links(member)
    member.refresh_from_db()
    consents.give(member=member, documents=agreed, locale=locale)
    audit.record("member.claimed", actor=member, subject=member)
    return member


@transaction.atomic
def suspend(*, member: Member, by: Member, reason: str) -> None:
    """Shut the account and end its sessions at once. Raises DomainError unless it is active."""
    if member.pk == by.pk:
        raise DomainError(_("You cannot suspend your own account. Ask another operator."))
    active = Member.objects.filter(pk=member.pk, state=State.ACTIVE)
    if not active.update(state=State.SUSPENDED):
        raise DomainError(_("%(name)s has no active account.") % {"name": member})
    sessions.end_all(member)
    member.state = State.SUSPENDED
    audit.record("member.suspended", actor=by, subject=member, reason=reason)


@transaction.atomic
def reinstate(*, member: Member, by: Member, reason: str = "") -> None:
    """Open a suspended account again. Raises DomainError unless it is suspended."""
    suspended = Member.objects.filter(pk=member.pk, state=State.SUSPENDED)
    if not suspended.update(state=State.ACTIVE):
        raise DomainError(_("%(name)s is not suspended.") % {"name": member})
    member.state = State.ACTIVE
    audit.record("member.reinstated", actor=by, subject=member, reason=reason)


@transaction.atomic
def change_email(*, member: Member, email: str) -> None:
    """Give her another proven address. Raises DomainError if it is another member's."""
    old = member.email
    try:
        with transaction.atomic():
            Member.objects.filter(pk=member.pk).update(email=email)
    except IntegrityError:
        raise DomainError(
            _("This address belongs to another account. Sign in there, or choose another one."),
            field="email",
        ) from None
    member.email = email
    if old:
        _forget_codes(old)
        notices.queue_to_old_address(old, member.locale)
    audit.record("member.email_changed", actor=member, subject=member)


@transaction.atomic
def blank(*, member: Member, by: Member | None = None, reason: str = "") -> None:
    """Erase the person and keep the row: others' threads and the ledger point to it.

    Gone: every field of hers whose retention class says so, second factors, connected accounts,
    sessions, claim links, roles, pictures, her phone number and what waited in her inbox; what
    other parts keep about her goes by their ``erasure_parts``. Left: the memberships
    she ended, her consents, the audit log. Her address and her handle are free again. Doing it
    twice is fine. Raises DomainError while she is the only owner of a space.
    """
    member = Member.objects.select_for_update().get(pk=member.pk)
    if member.state == State.BLANKED:
        return
    _refuse_to_orphan_spaces(member)
    email, now = member.email, clock.now()
    for part in erasure_parts:
        part(member)
    sessions.end_all(member)
    EmailAddress.objects.filter(user=member).delete()
    Authenticator.objects.filter(user=member).delete()
    SocialAccount.objects.filter(user=member).delete()
    _close_claim_links(member)
    if email:
        _forget_codes(email)
    forgetting.forget(member)
    RoleGrant.objects.filter(member=member).delete()
    RoomMembership.objects.active().filter(member=member).update(until=now)
    Membership.objects.filter(member=member).exclude(state=Membership.State.LEFT).update(
        state=Membership.State.LEFT, left_at=now
    )
    MemberPhone.objects.filter(member=member).delete()
    InboxItem.objects.filter(member=member).delete()
    for upload in Upload.objects.filter(owner=member):
        uploads.delete(upload)
    Member.objects.filter(pk=member.pk).update(
        state=State.BLANKED, is_staff=False, **_blank_fields()
    )
    audit.record("member.blanked", actor=by or member, subject=member, reason=reason)


def ways_in(member: Member) -> set[str]:
    """How she can sign in: "email" (and with it a password), "passkey", "social:<id>". Two queries.

    A claim link is no way in that lasts, and an authenticator app is only a second step.
    """
    ways = {"email"} if member.email else set()
    keys = Authenticator.objects.filter(user=member, type=Authenticator.Type.WEBAUTHN)
    ways |= {f"passkey:{key.pk}" for key in keys if key.wrap().is_passwordless}
    social = SocialAccount.objects.filter(user=member).values_list("pk", flat=True)
    return ways | {f"social:{pk}" for pk in social}


def _blank_fields() -> dict[str, Any]:
    """What stands in a blanked member's row: the default of every field whose retention class is
    not to be kept, and a new handle and no password where there is none."""
    kept = {name for name, kind in retention.CLASSES.items() if kind.on_erasure == "keep"}
    fields = {
        name: cast(Field, Member._meta.get_field(name)).get_default()
        for name, kind in retention.classes_of(Member._meta.label).items()
        if kind not in kept
    }
    return fields | {"handle": new_handle(), "password": make_password(None)}


def _refuse_to_orphan_spaces(member: Member) -> None:
    owned = Membership.objects.active().filter(member=member, role=Membership.Role.OWNER)
    for membership in owned.select_related("space"):
        others = Membership.objects.active().filter(
            space=membership.space_id, role=Membership.Role.OWNER
        )
        if not others.exclude(pk=membership.pk).exists():
            raise DomainError(
                _(
                    "%(space)s has no other owner. Make somebody else an owner first, "
                    "then the account can be deleted."
                )
                % {"space": membership.space}
            )


def _close_claim_links(member: Member) -> None:
    ClaimLink.objects.filter(member=member, used_at=None, revoked_at=None).update(
        revoked_at=clock.now()
    )


def _forget_codes(email: str) -> None:
    index = crypto.blind_index(email, purpose="sign-in.address")
    SignInCode.objects.filter(address_index=index).delete()
