"""Sparing a member: when mail that can wait is held back, and how much of it is enough for a day.

Only mail of a kind is spared. What has no kind (codes, notices about the account or about safety),
and what is urgent, goes out at any hour.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Count, F, FilteredRelation, Q

from community import clock
from community.models import Member, OutboxMessage
from community.services import quiet

State = OutboxMessage.State
ONE_DAY = dt.timedelta(hours=24)


def _may_wait(row: OutboxMessage) -> bool:
    return bool(row.kind and row.member_id) and row.queue == OutboxMessage.Queue.BULK


def quiet_ends(messages: Sequence[OutboxMessage], now: dt.datetime) -> dict[int, dt.datetime]:
    """For those whose member is to be left alone now: until when. One query."""
    asking = [row for row in messages if _may_wait(row)]
    if not asking:
        return {}
    times = times_of({row.member_id for row in asking if row.member_id}, now)
    over = {member: quiet.ends(found, now) for member, found in times.items()}
    return {row.pk: end for row in asking if (end := over.get(row.member_id or 0))}


def times_of(members: set[int], now: dt.datetime) -> dict[int, quiet.Times]:
    """What each of ``members`` has chosen, or the defaults. One query."""
    # Days that are over by every clock of the world are left in the database.
    recent = Q(quiet_days__last__gte=clock.local_date("UTC", now) - dt.timedelta(days=2))
    rows = (
        Member.objects.filter(pk__in=members)
        .annotate(
            chosen=F("notification_settings__pk"),
            quiet_from=F("notification_settings__quiet_from"),
            quiet_until=F("notification_settings__quiet_until"),
            muted_until=F("notification_settings__muted_until"),
            away=FilteredRelation("quiet_days", condition=recent),
        )
        .values("pk", "timezone", "chosen", "quiet_from", "quiet_until", "muted_until")
        .annotate(first=F("away__first"), last=F("away__last"))
    )
    found: dict[int, quiet.Times] = {}
    for row in rows:
        begins, ends = settings.QUIET_HOURS
        if row["chosen"]:
            begins, ends = row["quiet_from"], row["quiet_until"]
        days = found[row["pk"]].days if row["pk"] in found else ()
        if row["first"]:
            days = (*days, (row["first"], row["last"]))
        found[row["pk"]] = quiet.Times(row["timezone"], begins, ends, row["muted_until"], days)
    return found


def one_too_many(messages: Sequence[OutboxMessage], now: dt.datetime) -> set[int]:
    """Those with which their member would get more mails of kinds within 24 hours than she shall:
    ``settings.OUTBOX_MEMBER_PER_DAY``, where 0 is no limit. One query.

    What another sender holds at this moment counts as sent, so that two senders together never send
    too many.
    """
    most = settings.OUTBOX_MEMBER_PER_DAY
    asking = [row for row in messages if row.kind and row.member_id and row.channel == "email"]
    if not most or not asking:
        return set()
    had = Counter(
        dict(
            OutboxMessage.objects.filter(
                Q(state=State.SENT, settled_at__gt=now - ONE_DAY) | Q(state=State.SENDING),
                member__in={row.member_id for row in asking},
                channel="email",
            )
            .exclude(kind="")
            .exclude(pk__in=[row.pk for row in messages])
            .order_by()
            .values_list("member")
            .annotate(Count("pk"))
        )
    )
    over = set()
    for row in asking:
        had[row.member_id] += 1
        if had[row.member_id] > most:
            over.add(row.pk)
    return over
