"""Addresses that mail no longer goes to: stopped by their provider's report, lifted by a person."""

import datetime as dt
import logging
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import MailReport, Member, StoppedAddress
from community.services import audit, inbox
from community.trust.crypto import blind_index

logger = logging.getLogger(__name__)

Why, Kind = StoppedAddress.Why, MailReport.Kind
# So many soft bounces in so long a time are as good as a hard one.
SOFT_BOUNCES = 3
SOFT_WINDOW = dt.timedelta(days=14)
LONGEST_SAID = 300


def index(address: str) -> str:
    """The fingerprint that an address is known by. Pure."""
    return blind_index(address.strip().lower(), purpose="stopped address")


def mask(address: str) -> str:
    """``ada@example.org`` as ``a•••@e•••.org``: enough to recognise it, not to write to it."""
    local, _at, domain = address.strip().lower().rpartition("@")
    name, dot, end = domain.rpartition(".")
    return f"{local[:1]}•••@{name[:1]}•••{dot}{end}"[:80]


def among(indexes: Iterable[str]) -> dict[str, str]:
    """Which of these fingerprints are stopped, and why. One query."""
    stopped = StoppedAddress.objects.filter(address_index__in=set(indexes), lifted_at=None)
    return dict(stopped.values_list("address_index", "why"))


def all_stopped() -> QuerySet[StoppedAddress]:
    """The desk's list, newest first. One query when it is read."""
    return StoppedAddress.objects.filter(lifted_at=None).order_by("-pk")


@transaction.atomic
def report(*, report_id: str, kind: str, address: str, said: str) -> bool:
    """Take a provider's report, which the caller has found to be genuine; False if it is known.

    A hard bounce or a complaint stops the address, and so does the third soft bounce in two weeks;
    its member is told in-app. Two to about eight queries. The unique ``report_id`` decides between
    two copies that come at once.
    """
    now, fingerprint = clock.now(), index(address)
    _row, is_new = MailReport.objects.get_or_create(
        report_id=report_id, defaults={"kind": kind, "address_index": fingerprint, "at": now}
    )
    if not is_new:
        return False
    why = {Kind.HARD: Why.BOUNCED, Kind.COMPLAINT: Why.COMPLAINED}.get(Kind(kind))
    if why is None and _soft_bounces(fingerprint, now) >= SOFT_BOUNCES:
        why = Why.BOUNCES
    if why is not None:
        _stop(address, fingerprint, why, said)
    return True


def _soft_bounces(fingerprint: str, now: dt.datetime) -> int:
    """Those of the last two weeks, and since the address was last lifted. Two queries."""
    lifted = StoppedAddress.objects.filter(address_index=fingerprint).aggregate(at=Max("lifted_at"))
    since = max(filter(None, [lifted["at"], now - SOFT_WINDOW]))
    return MailReport.objects.filter(
        address_index=fingerprint, kind=Kind.SOFT, at__gt=since
    ).count()


def _stop(address: str, fingerprint: str, why: str, said: str) -> None:
    """Stop it, and tell its member. What is stopped for a complaint still takes account mail; a
    bounce that comes later stops that as well."""
    clean = said.replace(address, _("the address"))[:LONGEST_SAID]
    row, is_new = StoppedAddress.objects.get_or_create(
        address_index=fingerprint,
        lifted_at=None,
        defaults={"masked": mask(address), "why": why, "said": clean, "since": clock.now()},
    )
    if not is_new:
        if row.why == Why.COMPLAINED and why != Why.COMPLAINED:
            StoppedAddress.objects.filter(pk=row.pk).update(why=why, said=clean)
        return
    logger.warning("No more mail goes to the address of stop %s: %s.", row.public_id, why)
    inbox.notify(
        "mail_stopped",
        subject=row.public_id,
        members=Member.objects.filter(email=address.strip().lower()),
        template="community/mail_stopped",
        context={"why": why, "masked": row.masked},
        path=reverse("community:email"),
    )


@transaction.atomic
def lift(*, stop: StoppedAddress, by: Member, reason: str) -> None:
    """Let mail go there again. Two queries. Raises DomainError if somebody has just done so."""
    open_stop = StoppedAddress.objects.filter(pk=stop.pk, lifted_at=None)
    if not open_stop.update(lifted_at=clock.now(), lifted_by=by):
        raise DomainError(_("Somebody has just changed this. Look at the list again."))
    audit.record(
        "delivery.address_lifted", actor=by, subject=stop, reason=reason, data={"why": stop.why}
    )
