"""What of the digests is due: handed to whoever plans what goes out."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from community.errors import DomainError
from community.models import Digest, Highlight, Run
from community.registry import Due, DueSource, due_sources
from community.services import digest_texts

# A digest older than that is of no use by itself; a person may still send it.
STALE = dt.timedelta(hours=12)
# What nobody has decided about for so long is not looked at any more.
FORGOTTEN = dt.timedelta(days=3)


def rows(now: dt.datetime) -> list[Due]:
    """Every digest whose hour has come and that has no run; one without a person's yes waits for
    one. One that is empty is left out: nothing is sent. Two queries."""
    found = list(
        Digest.objects.filter(due_at__lte=now, due_at__gt=now - FORGOTTEN)
        .without_a_run()
        .annotate(
            count=Count("items", filter=Q(items__unstarred_at=None) & ~Q(items__consent="no"))
        )
        .filter(count__gt=0)
        .select_related("room")
        .order_by("due_at", "pk")
    )
    told = digest_texts.rows_of_each(found)
    return [_due(one, told[one.pk]) for one in found]


def _due(one: Digest, told: Sequence[Highlight]) -> Due:
    return Due(
        what=Digest.WHAT,
        subject=one.public_id,
        local_date=one.day + dt.timedelta(days=1),
        due_at=one.due_at,
        room=one.room_id,
        timezone=one.room.timezone,
        kind="digest",
        template="community/digest",
        context=digest_texts.context_of(one, told),
        path=one.path,
        reason="" if one.state == Digest.State.APPROVED else Run.Reason.NOT_APPROVED,
        late_after=STALE,
        skip_when_late=True,
    )


def still(due: Due) -> Due | None:
    """``due`` as it reads now, locked until the transaction ends; None if nothing is left of it. An
    author who says no takes the same lock (``refresh_runs``). Two queries."""
    rows = Digest.objects.select_for_update(of=("self",), no_key=True).select_related("room")
    found = rows.filter(public_id=due.subject).first()
    told = digest_texts.rows_of(found) if found else []
    return _due(found, told) if found and told else None


def again(run: Run) -> dict:
    """The context of a run that a person sends late, as the digest reads now. Two queries. Raises
    DomainError without a person's yes, for then its page shows nothing, and when nothing is left."""
    found = Digest.objects.select_related("room").filter(public_id=run.subject).first()
    if found is None or found.state != Digest.State.APPROVED:
        raise DomainError(
            _("Nobody has said yes to these highlights. Open them and schedule them.")
        )
    told = digest_texts.rows_of(found)
    if not told:
        raise DomainError(_("Nothing is left of these highlights, so there is nothing to send."))
    return digest_texts.context_of(found, told)


due_sources.register("digest", DueSource(rows=rows, again=again, still=still, order=20))
