"""Sparing a member: when mail that can wait is held back, and how much of it is enough for a day.

Only mail of a kind is spared. What has no kind (codes, notices about the account or about safety),
and what is urgent, goes out at any hour.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

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
    """For those whose member is to be left alone now: until when. One query, or none."""
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


@dataclass(frozen=True)
class Full:
    """Messages with which their member would have more than enough for a day: ``surely``, by what
    was sent, or ``perhaps``, if what other senders hold at this moment is sent as well."""

    surely: frozenset[int] = frozenset()
    perhaps: frozenset[int] = frozenset()


def one_too_many(messages: Sequence[OutboxMessage], now: dt.datetime) -> Full:
    """Those with which their member would get more mails of kinds within 24 hours than she shall:
    ``settings.OUTBOX_MEMBER_PER_DAY``, where 0 is no limit. One query.

    What another sender holds counts, so that two senders together never send too many; but nobody
    knows yet whether it will be sent. Of two who count each other neither may drop her last mail.
    """
    most = settings.OUTBOX_MEMBER_PER_DAY
    asking = [row for row in messages if row.kind and row.member_id and row.channel == "email"]
    if not most or not asking:
        return Full()
    had, held = _had_and_held(asking, messages, now)
    surely, perhaps = set(), set()
    for row in asking:
        member = row.member_id or 0
        if had[member] >= most:
            surely.add(row.pk)
        elif had[member] + held[member] >= most:
            perhaps.add(row.pk)
        else:
            had[member] += 1
    return Full(frozenset(surely), frozenset(perhaps))


def _had_and_held(
    asking: Sequence[OutboxMessage], batch: Sequence[OutboxMessage], now: dt.datetime
) -> tuple[Counter[int], Counter[int]]:
    """How many mails of kinds each member was sent lately, and how many other senders hold."""
    counts = (
        OutboxMessage.objects.filter(
            Q(state=State.SENT, settled_at__gt=now - ONE_DAY) | Q(state=State.SENDING),
            member__in={row.member_id for row in asking},
            channel="email",
        )
        .exclude(kind="")
        .exclude(pk__in=[row.pk for row in batch])
        .order_by()
        .values_list("member", "state")
        .annotate(Count("pk"))
    )
    had: Counter[int] = Counter()
    held: Counter[int] = Counter()
    for member, state, count in counts:
        (had if state == State.SENT else held)[member] += count
    return had, held
