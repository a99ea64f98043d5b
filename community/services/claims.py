"""Claim links: how somebody without an e-mail address gets the account that staff made for her.

A link is shown once, to the person who hands it over, as text and as a QR code. The database keeps
its hash. Opening it shows who it is for; only a button there uses it, so that a messenger's link
preview uses nothing.
"""

import datetime as dt
import hashlib
import secrets

import segno
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import ClaimLink, Member
from community.services import audit, members

LIFE = dt.timedelta(days=7)


@transaction.atomic
def issue(*, member: Member, by: Member) -> tuple[ClaimLink, str]:
    """A new link for ``member`` and its address, which cannot be read again; older ones end.

    Locks the member's row. Raises DomainError for an account that is not waiting to be claimed: a
    link into a living account would be a way to take it over.
    """
    member = Member.objects.select_for_update().get(pk=member.pk)
    if member.state != Member.State.UNCLAIMED:
        raise DomainError(
            _("%(name)s has claimed this account already and signs in alone.") % {"name": member}
        )
    _end_open_links(member)
    token = secrets.token_urlsafe(32)
    link = ClaimLink.objects.create(
        member=member,
        token_hash=_hash(token),
        created_by=by,
        expires_at=clock.now() + LIFE,
    )
    audit.record("claim_link.issued", actor=by, subject=member)
    return link, f"{settings.BASE_URL}{reverse('community:claim', args=[token])}"


@transaction.atomic
def revoke(*, member: Member, by: Member) -> bool:
    """End the open link, if there is one; True if there was. Two queries."""
    ended = _end_open_links(member)
    if ended:
        audit.record("claim_link.revoked", actor=by, subject=member)
    return ended


def open_link(member: Member) -> ClaimLink | None:
    """The link that can be used now. One query."""
    return (
        ClaimLink.objects.filter(
            member=member, used_at=None, revoked_at=None, expires_at__gt=clock.now()
        )
        .select_related("created_by")
        .first()
    )


def find(token: str) -> ClaimLink:
    """The usable link with this token. One query.

    Raises DomainError, in one and the same sentence for a token that is unknown, used, revoked or
    over, or whose account was claimed in another way.
    """
    link = (
        ClaimLink.objects.filter(
            token_hash=_hash(token),
            used_at=None,
            revoked_at=None,
            expires_at__gt=clock.now(),
            member__state=Member.State.UNCLAIMED,
        )
        .select_related("member")
        .first()
    )
    if link is None:
        raise DomainError(_useless())
    return link


@transaction.atomic
def use(*, token: str, agreed: list[str], locale: str) -> Member:
    """Use the link up and make the account hers. Compare-and-swap: of two taps one comes in."""
    link = find(token)
    unused = ClaimLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None)
    if not unused.update(used_at=clock.now()):
        raise DomainError(_useless())
    return members.claim(member=link.member, agreed=agreed, locale=locale)


def qr_svg(text: str) -> str:
    """``text`` as a QR code: an <svg> with a view box and no size, style or script of its own."""
    return segno.make(text, error="m").svg_inline(
        omitsize=True, svgclass="qr", lineclass=None, border=3, dark="#000", light="#fff"
    )


def _end_open_links(member: Member) -> bool:
    links = ClaimLink.objects.filter(member=member, used_at=None, revoked_at=None)
    return bool(links.update(revoked_at=clock.now()))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _useless() -> str:
    return _("This link can no longer be used. Ask the person who gave it to you for a new one.")
