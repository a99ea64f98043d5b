"""Which account each mail leaves by, how many each may send, and which of them fail.

Counting happens before sending, for a whole batch in one transaction, so that a limit holds however
many senders there are. What finds no room is not refused: it waits, with a reason that the desk
shows, until the limit lets it through.
"""

import datetime as dt
import random
import zlib
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import F

from community import channels, clock
from community.channels import ChannelDown, Sender
from community.models import MailAccount, MailCount, OutboxMessage

Reason, Queue = OutboxMessage.Reason, OutboxMessage.Queue

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
# What waited for a limit does not come back all at once.
SPREAD_SECONDS = 60
FIRST_RETRY, LONGEST_RETRY = dt.timedelta(minutes=1), dt.timedelta(hours=1)
LONGEST_SAID = 500


@dataclass
class Limit:
    """What one name may still send. ``hours`` are its counts of the last 24 clock hours."""

    name: str
    per_hour: int
    per_day: int
    hours: dict[dt.datetime, int] = field(default_factory=dict)
    taken: int = 0

    def frees_at(self, now_hour: dt.datetime, *, urgent: bool) -> dt.datetime | None:
        """When one more may go; None is now. Bulk leaves the last tenth to sign-in codes."""
        wait = []
        if _is_full(self.hours.get(now_hour, 0) + self.taken, self.per_hour, urgent):
            wait.append(now_hour + HOUR)
        if _is_full(sum(self.hours.values()) + self.taken, self.per_day, urgent):
            counted = [hour for hour, count in self.hours.items() if count]
            wait.append(min(counted, default=now_hour) + DAY)
        return max(wait, default=None)


def _is_full(count: int, cap: int, urgent: bool) -> bool:
    return bool(cap) and count >= (cap if urgent else cap - cap // 10)


@dataclass
class Grant:
    """Messages that may leave by ``sender`` now; counted in ``hour``. ``was_faulty``: it failed the
    last time."""

    sender: Sender
    hour: dt.datetime
    was_faulty: bool = False
    rows: list[OutboxMessage] = field(default_factory=list)


@dataclass
class Allotment:
    """What may go, by account, and what waits: ``held`` is rows by (reason, until)."""

    grants: list[Grant] = field(default_factory=list)
    held: dict[tuple[str, dt.datetime], list[OutboxMessage]] = field(default_factory=dict)


def domain_of(row: OutboxMessage) -> str:
    """The mail provider of a message's recipient. Its member must have been fetched."""
    address = row.address or (row.member.email if row.member else "") or ""
    return address.strip().lower().rpartition("@")[2]


def allot(rows: Sequence[OutboxMessage]) -> Allotment:
    """Choose an account for each of ``rows``, within all limits, in their order.

    A domain stays with its account; the next one in the circle takes over when that one is full or
    failing. One query; where there are limits, three more in a transaction that locks their counts.
    """
    now = clock.now()
    senders = channels.all_senders()
    faulty = dict(
        MailAccount.objects.exclude(fault="").values_list("address", "retry_at")
    )  # by constraint, each of these has a time
    usable = [s for s in senders if (faulty.get(s.address) or now) <= now] or senders
    allotment = Allotment()
    hour = _hour(now)
    grants = {s.address: Grant(s, hour, s.address in faulty) for s in usable}
    limits = _limits(usable, {domain_of(row) for row in rows})
    with transaction.atomic() if limits else nullcontext():
        _lock(limits, hour)
        for row in rows:
            _place(row, usable, limits, grants, allotment)
        _count(limits, hour)
    allotment.grants = [grant for grant in grants.values() if grant.rows]
    return allotment


def _hour(now: dt.datetime) -> dt.datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def _limits(senders: Iterable[Sender], domains: Iterable[str]) -> dict[str, Limit]:
    """The limits that there are, by name; in the order in which they are locked."""
    told = settings.EMAIL_DOMAIN_LIMITS
    found = [Limit(f"from:{s.address}", s.per_hour, s.per_day) for s in senders]
    found += [Limit(f"to:{domain}", *told.get(domain, told.get("*", (0, 0)))) for domain in domains]
    limited = [limit for limit in found if limit.per_hour or limit.per_day]
    return {limit.name: limit for limit in sorted(limited, key=lambda limit: limit.name)}


def _lock(limits: dict[str, Limit], hour: dt.datetime) -> None:
    """Fill in the counts, and keep every other sender out of them until the transaction ends."""
    if not limits:
        return
    MailCount.objects.bulk_create(
        [MailCount(name=name, hour=hour) for name in limits], ignore_conflicts=True
    )
    counts = MailCount.objects.filter(name__in=limits, hour__gt=hour - DAY)
    for row in counts.select_for_update().order_by("name", "hour"):
        limits[row.name].hours[row.hour] = row.count


def _place(
    row: OutboxMessage,
    usable: Sequence[Sender],
    limits: dict[str, Limit],
    grants: dict[str, Grant],
    allotment: Allotment,
) -> None:
    """Give one message to an account that has room for it, or hold it."""
    hour, urgent = grants[usable[0].address].hour, row.queue == Queue.URGENT
    domain = domain_of(row)
    to = limits.get(f"to:{domain}")
    if to and (until := to.frees_at(hour, urgent=urgent)):
        allotment.held.setdefault((Reason.DOMAIN_FULL, until), []).append(row)
        return
    first, waits = zlib.crc32(domain.encode()) % len(usable), []
    for turn in range(len(usable)):
        sender = usable[(first + turn) % len(usable)]
        by = limits.get(f"from:{sender.address}")
        if by and (until := by.frees_at(hour, urgent=urgent)):
            waits.append(until)
            continue
        grants[sender.address].rows.append(row)
        for limit in (to, by):
            if limit:
                limit.taken += 1
        return
    allotment.held.setdefault((Reason.ACCOUNT_FULL, min(waits)), []).append(row)


def _count(limits: dict[str, Limit], hour: dt.datetime) -> None:
    """Write what was taken, under the lock. One query for each number that was taken."""
    for taken in {limit.taken for limit in limits.values() if limit.taken}:
        names = [limit.name for limit in limits.values() if limit.taken == taken]
        MailCount.objects.filter(name__in=names, hour=hour).update(count=F("count") + taken)


def give_back(grant: Grant, rows: Sequence[OutboxMessage]) -> None:
    """These of its messages were not begun after all, and count for nothing. No query without
    limits."""
    limits = _limits([grant.sender], {domain_of(row) for row in rows})
    for name in limits:
        own = name == f"from:{grant.sender.address}"
        spared = len(rows) if own else sum(f"to:{domain_of(row)}" == name for row in rows)
        counted = MailCount.objects.filter(name=name, hour=grant.hour, count__gte=spared)
        counted.update(count=F("count") - spared)


def resume_at(until: dt.datetime) -> dt.datetime:
    """When a held message is tried again: at ``until``, or up to a minute later."""
    return until + dt.timedelta(seconds=random.uniform(0, SPREAD_SECONDS))


def note_fault(sender: Sender, error: ChannelDown) -> bool:
    """Write down that an account fails, and when it is tried again; True if no other one is left.
    Four queries."""
    now = clock.now()
    with transaction.atomic():
        row, _new = MailAccount.objects.select_for_update().get_or_create(address=sender.address)
        row.failures += 1
        pause = min(FIRST_RETRY * 2 ** min(row.failures - 1, 10), LONGEST_RETRY)
        row.retry_at = now + pause * random.uniform(0.75, 1.25)
        row.faulty_since = row.faulty_since or now
        row.fault, row.said = error.fault, error.said[:LONGEST_SAID]
        row.save()
    failing = set(
        MailAccount.objects.exclude(fault="")
        .filter(retry_at__gt=now)
        .values_list("address", flat=True)
    )
    return all(other.address in failing for other in channels.all_senders())


def note_well(sender: Sender) -> None:
    """An account that failed works again. One query."""
    MailAccount.objects.filter(address=sender.address).exclude(fault="").update(
        fault="", said="", faulty_since=None, retry_at=None, failures=0
    )


def forget_old_counts() -> int:
    """Drop counts that no limit looks at any more. One query."""
    return MailCount.objects.filter(hour__lt=clock.now() - 2 * DAY).delete()[0]
