"""Whose own digest is due: one for each member and date by her own clock.

The mail is only queued here; what it says is found when it is sent. A digest that is twelve hours
late is not sent any more: what it would have said stands in the next one.
"""

import copy
import datetime as dt
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from community import clock
from community.models import Member, NotificationSettings, OutboxMessage, Run
from community.registry import LookPart, look_parts
from community.services import bell, inbox, preferences, quiet, runs, switches
from community.services.insert_select import insert_select
from community.trust.failpoint import failpoint

WHAT = KIND = "personal_digest"
TEMPLATE = "community/personal_digest"
KEPT_FOR = dt.timedelta(hours=12)
CHUNK = 1_000
# A look that plans for longer than this leaves the rest to the next one.
SECONDS = 5.0
# Nobody's next one is further away; a moment beyond it was reckoned by a clock that was wrong.
FURTHEST = dt.timedelta(days=15)
Frequency = NotificationSettings.Frequency


def plan() -> int:
    """Give those a next digest who have none yet, and queue those whose time has come; how many
    were queued.

    Decides by the rows alone: safe to miss, to repeat, and to run in several processes at once.
    Nothing is planned while a switch keeps messages back: after a restore, today's may have been
    sent already. Three queries when there is nothing to do; some ten for each 1,000 whose time has
    come.
    """
    if switches.all_on():
        return 0
    ends = time.monotonic() + SECONDS
    while _begin() and time.monotonic() < ends:
        pass
    queued = 0
    while (done := _next_chunk()) is not None:
        queued += done
        if time.monotonic() >= ends:
            break
    return queued


# Whose time has come ---------------------------------------------------------


def _next_chunk() -> int | None:
    """Plan up to 1,000 that are due; how many mails were queued, or None if nothing was due. One
    query then, which locks nothing."""
    now = clock.now()
    due = NotificationSettings.objects.filter(next_digest_at__lte=now)
    if not due.exists():
        return None
    return _plan_chunk(now)


@transaction.atomic
def _plan_chunk(now: dt.datetime) -> int | None:
    """The rows of the outbox and the next moments commit together. PostgreSQL skips what another
    process is planning; each UPDATE repeats what was read, and if one finds fewer rows than were
    chosen, nothing of this chunk is written."""
    rows = list(
        NotificationSettings.objects.filter(next_digest_at__lte=now)
        .select_related("member")
        .only("digest", "digest_at", "digest_weekday", "next_digest_at", "member__timezone")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("next_digest_at")[:CHUNK]
    )
    if not rows:
        return None  # others are at all of them
    slots = _slots(rows, now)
    failpoint("personal_digest.chosen")
    if not _advance(rows, slots):
        transaction.set_rollback(True)
        return None
    failpoint("personal_digest.advanced")
    by_date: dict[dt.date, list[tuple[int, dt.datetime]]] = defaultdict(list)
    for row in rows:
        slot, _coming = slots[row.pk]
        if slot is not None:
            date = clock.local_date(row.member.timezone, slot)
            by_date[date].append((row.member_id, slot))
    # In the order of the dates, so that two of these do not wait for each other.
    queued = sum(_queue(date, by_date[date], now) for date in sorted(by_date))
    failpoint("personal_digest.queued")
    return queued


Slot = tuple[dt.datetime | None, dt.datetime | None]


def _slots(rows: Iterable[NotificationSettings], now: dt.datetime) -> dict[int, Slot]:
    """By the key of the settings: (the moment it is sent for, her next one). Those who have chosen
    the same have the same: reckoned once for all of them."""
    known: dict[tuple[object, ...], Slot] = {}
    found = {}
    for row in rows:
        zone = row.member.timezone
        same = (row.digest, row.digest_at, row.digest_weekday, zone, row.next_digest_at)
        if same not in known:
            known[same] = slot_of(row, zone, now)
        found[row.pk] = known[same]
    return found


def slot_of(row: NotificationSettings, timezone: str, now: dt.datetime) -> Slot:
    """For which moment a digest leaves at ``now``, and when the next one is due.

    After an outage that is one, however many were missed: the last of them if it is less than
    twelve hours late; or none, and she gets it at her hour, on the next day at the latest. No query.
    """
    assert row.next_digest_at is not None
    slot = row.next_digest_at
    coming = quiet.next_digest(row, timezone, max(slot, now - FURTHEST))
    while coming is not None and coming <= now:
        slot, coming = coming, quiet.next_digest(row, timezone, coming)
    if coming is None:
        return None, None
    if now - slot < KEPT_FOR:
        return slot, coming
    daily = copy.copy(row)
    daily.digest = Frequency.DAILY
    soon = quiet.next_digest(daily, timezone, now)
    return None, min(coming, soon) if soon else coming


def _advance(rows: Sequence[NotificationSettings], slots: dict[int, Slot]) -> bool:
    """Write everybody's next moment; False if somebody else has written one of them meanwhile. One
    UPDATE for all who move from the same moment to the same other."""
    moves: dict[tuple[dt.datetime | None, dt.datetime | None], list[int]] = defaultdict(list)
    for row in rows:
        moves[row.next_digest_at, slots[row.pk][1]].append(row.pk)
    moved = sum(
        NotificationSettings.objects.filter(pk__in=keys, next_digest_at=before).update(
            next_digest_at=after
        )
        for (before, after), keys in moves.items()
    )
    return moved == len(rows)


def _queue(date: dt.date, people: Sequence[tuple[int, dt.datetime]], now: dt.datetime) -> int:
    """Queue the mails of one local date for those of ``people`` who want them; how many are new. Who
    has had hers of that date, and has changed her hour since, gets no second one: the key is the
    same. One or two queries for the run, one INSERT … SELECT for each moment, and one UPDATE."""
    run = _run_of(date, now)
    if run.state != Run.State.DONE:
        return 0  # a person has stopped the digests of this date
    by_slot: dict[dt.datetime, list[int]] = defaultdict(list)
    for member, slot in people:
        by_slot[slot].append(member)
    queued = sum(_insert(run, members, slot, now) for slot, members in by_slot.items())
    if queued:
        Run.objects.filter(pk=run.pk).update(reached=F("reached") + queued, finished_at=now)
        bell.ring_on_commit(OutboxMessage.Queue.BULK)
    return queued


def _insert(run: Run, members: Sequence[int], slot: dt.datetime, now: dt.datetime) -> int:
    """For who is active, has an address and has not turned this mail off."""
    active = Member.objects.active().filter(pk__in=members, email__isnull=False)
    return insert_select(
        OutboxMessage,
        runs.mail_columns(run, now=now, expires_at=slot + KEPT_FOR),
        preferences.wanting(active, kind=KIND, channel=preferences.EMAIL)
        .order_by()
        .values(who=F("pk")),
        known_by=("key",),
    )


def _run_of(date: dt.date, now: dt.datetime) -> Run:
    """The one run of that date for everybody on earth. It is over as soon as it is made: nobody hands
    it out by a cursor, mails are added to it as the hours come."""
    return inbox.plan(
        WHAT,
        subject="all",
        local_date=date,
        kind=KIND,
        template=TEMPLATE,
        context={"dates": _dates(date)},
        path=reverse("community:my_digest"),
        state=Run.State.DONE,
        finished_at=now,
    )


def _dates(date: dt.date) -> dict[str, str]:
    """The date as it is written in each language; a template's variable can have no hyphen."""
    found = {}
    for locale, _name in settings.LANGUAGES:
        with translation.override(locale):
            found[locale.replace("-", "_")] = date_format(date, "MONTH_DAY_FORMAT")
    return found


# Who has no next one yet -----------------------------------------------------


def _begin() -> int:
    """Give up to 1,000 active members with an address the moment of their next digest; how many got
    one. Without settings she gets the row of the defaults. A moment beyond all reason is reckoned
    anew."""
    now = clock.now()
    unreckoned = Q(notification_settings__next_digest_at=None) & ~Q(
        notification_settings__digest=Frequency.NEVER
    )
    astray = Q(notification_settings__next_digest_at__gt=now + FURTHEST)
    members = list(
        Member.objects.active()
        .filter(Q(notification_settings=None) | unreckoned | astray, email__isnull=False)
        .select_related("notification_settings")
        .order_by("pk")[:CHUNK]
    )
    if not members:
        return 0
    return _make_rows(members, now) + _reckon(members, now)


def _make_rows(members: Iterable[Member], now: dt.datetime) -> int:
    """One INSERT per 500, which leaves alone what she has made herself meanwhile."""
    rows = [
        NotificationSettings(
            member=member,
            next_digest_at=quiet.next_digest(NotificationSettings(), member.timezone, now),
            changed_at=now,
        )
        for member in members
        if not hasattr(member, "notification_settings")
    ]
    NotificationSettings.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def _reckon(members: Iterable[Member], now: dt.datetime) -> int:
    """One UPDATE for each moment, which leaves alone who has chosen another hour meanwhile."""
    moves: dict[tuple[dt.datetime | None, dt.datetime], list[int]] = defaultdict(list)
    for member in members:
        if (row := getattr(member, "notification_settings", None)) is not None:
            coming = quiet.next_digest(row, member.timezone, now)
            if coming is not None:
                moves[row.next_digest_at, coming].append(row.pk)
    return sum(
        NotificationSettings.objects.filter(pk__in=keys, next_digest_at=before).update(
            next_digest_at=coming
        )
        for (before, coming), keys in moves.items()
    )


look_parts.register("personal-digests", LookPart(run=plan, order=60))
