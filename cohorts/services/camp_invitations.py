"""Handing out links into a camp, and coming in by one."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cohorts.models import Camp, CampInvitation, Enrolment
from cohorts.services import enrolment
from community import clock
from community.errors import DomainError
from community.models import Member, Space
from community.services import audit, spaces


@transaction.atomic
def invite(*, camp: Camp, by: Member, max_uses: int, days: int, note: str = "") -> CampInvitation:
    """A link for ``max_uses`` people, good for ``days`` days from now."""
    invitation = CampInvitation.objects.create(
        camp=camp,
        created_by=by,
        max_uses=max_uses,
        note=note,
        expires_at=clock.now() + dt.timedelta(days=days),
    )
    audit.record(
        "camp_invitation.created", actor=by, subject=invitation, space=camp.space,
        data={"max_uses": max_uses, "days": days},
    )  # fmt: skip
    return invitation


@transaction.atomic
def revoke(*, invitation: CampInvitation, by: Member) -> bool:
    """Make it useless from now on; True if it was not before. One UPDATE."""
    open_ones = CampInvitation.objects.filter(pk=invitation.pk, revoked_at=None)
    revoked = bool(open_ones.update(revoked_at=clock.now()))
    if revoked:
        audit.record(
            "camp_invitation.revoked", actor=by, subject=invitation, space=invitation.camp.space
        )
    return revoked


def find(*, space: str, slug: str, code: str) -> CampInvitation | None:
    """The invitation with this address, with its camp; of no use any more or not. One query."""
    return (
        CampInvitation.objects.select_related(
            "camp__space", "camp__run__room", "camp__run__version"
        )
        .filter(camp__space__slug=space, camp__slug=slug, code=code)
        .first()
    )


def why_not(invitation: CampInvitation) -> str:
    """Why nobody can come in by it now, in words for who holds it; "" if one can. No query. The
    code is long enough that whoever has it was given it, so she may know."""
    ask = _("Ask the person who gave it to you for a new one.")
    if invitation.revoked_at is not None:
        return _("This invitation was ended.") + " " + ask
    if invitation.expires_at <= clock.now():
        date = date_format(clock.local_date(invitation.camp.run.timezone, invitation.expires_at))
        return _("This invitation was good until %(date)s.") % {"date": date} + " " + ask
    if invitation.uses >= invitation.max_uses:
        used = _("All %(count)d people whom this invitation was for have come.")
        return used % {"count": invitation.max_uses} + " " + ask
    try:
        enrolment.check_open(invitation.camp, Enrolment.Way.INVITATION)
    except DomainError as refusal:
        return str(refusal)
    return enrolment.full(invitation.camp) if invitation.camp.seats_left <= 0 else ""


@transaction.atomic
def accept(*, invitation: CampInvitation, member: Member, reason: str = "") -> Enrolment:
    """Join the camp, and its space on the way: both, the place and the use, or nothing.

    Who learns there already is not counted again, so twice is fine. The use is taken by
    compare-and-swap at the end, which takes all of it back when there was none left. Raises
    DomainError as ``why_not`` says, and if the space has shut her out. Locks the space's row.
    """
    camp = invitation.camp
    Space.objects.select_for_update(no_key=True).get(pk=camp.space_id)
    inside = Enrolment.objects.filter(camp=camp, member=member).exclude(state=Enrolment.State.LEFT)
    if found := inside.first():
        return found
    invitation.refresh_from_db(fields=["uses", "revoked_at", "expires_at", "max_uses"])
    camp.refresh_from_db(fields=enrolment.SEATS)
    if refusal := why_not(invitation):
        raise DomainError(refusal)
    spaces.join(space=camp.space, member=member)
    made = enrolment.enrol(
        camp=camp, member=member, by=member, way=Enrolment.Way.INVITATION, reason=reason
    )
    if not CampInvitation.objects.usable().filter(pk=invitation.pk).update(uses=F("uses") + 1):
        invitation.refresh_from_db()
        raise DomainError(why_not(invitation) or _("This invitation can no longer be used."))
    audit.record(
        "camp_invitation.taken_up", actor=member, subject=invitation, space=camp.space,
        data={"member": member.public_id},
    )  # fmt: skip
    return made
