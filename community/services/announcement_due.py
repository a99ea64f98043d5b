"""What of the announcements goes out by the clock: each day of each text whose hour has come and
that has no run yet, by the clock of its room."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Announcement, Member, Run
from community.registry import Due, DueSource, due_sources
from community.services import announcements, placeholders
from community.services.announcements import WHAT

TEMPLATE = "community/announcement"
KIND = "announcement"
# What was due longer ago is not looked for any more; a draft that nobody has scheduled for less long,
# or a camp that is run by hand would find all of them on the desk.
OLDEST, OLDEST_DRAFT = dt.timedelta(days=10), dt.timedelta(days=2)
# The calendars of two zones show at most two dates at once, one of them a day from that of UTC.
A_DAY = dt.timedelta(days=1)
# No text stands longer than so many days.
LONGEST = dt.timedelta(days=61)


def rows(now: dt.datetime) -> Iterable[Due]:
    """Scheduled ones as they are; drafts, changed and broken ones with the reason for which they
    wait for a person. A draft that somebody has posted by hand is none: it was told. Two queries,
    however many rooms."""
    found = list(_candidates(now))
    several = [row.public_id for row in found if announcements.is_for_several(row)]
    known = set(
        Run.objects.filter(what=WHAT, subject__in=several).values_list("subject", "local_date")
    )
    return [
        _due(row, date, moment)
        for row in found
        for date, moment in _come(row, now)
        if (row.public_id, date) not in known
    ]


def _candidates(now: dt.datetime) -> Iterable[Announcement]:
    first, last = now.date() - OLDEST - A_DAY, now.date() + A_DAY
    run = Run.objects.filter(what=WHAT, subject=OuterRef("public_id"), local_date=OuterRef("day"))
    return (
        Announcement.objects.filter(
            Q(last_day__gt=F("day")) | ~Exists(run),
            ~Q(state=Announcement.State.CANCELLED),
            Q(state=Announcement.State.APPROVED) | ~Q(announcements.was_posted()),
            day__gte=first - LONGEST,
            day__lte=last,
            last_day__gte=first,
        )
        .select_related("room", "sender")
        .order_by("day", "pk")
    )


def _come(row: Announcement, now: dt.datetime) -> Iterable[tuple[dt.date, dt.datetime]]:
    """(date, moment) of the days of ``row`` whose hour has come and is not too long ago."""
    oldest = OLDEST if row.state == Announcement.State.APPROVED else OLDEST_DRAFT
    for offset in range((row.last_day - row.day).days + 1):
        date = row.day + dt.timedelta(days=offset)
        moment = clock.local_to_utc(date, row.at, row.room.timezone)
        if now - oldest < moment <= now:
            yield date, moment


def _due(row: Announcement, date: dt.date, moment: dt.datetime) -> Due:
    return Due(
        what=WHAT,
        subject=row.public_id,
        local_date=date,
        due_at=moment,
        room=row.room_id,
        timezone=row.room.timezone,
        kind=KIND,
        template=TEMPLATE,
        context=context(row, date),
        path=row.path,
        reason=_reason(row),
    )


def _reason(row: Announcement) -> str:
    """Why it does not go out by itself; "" if it may."""
    if row.state != Announcement.State.APPROVED:
        return Run.Reason.NOT_APPROVED
    if _is_broken(row):
        return Run.Reason.BROKEN
    return "" if row.approved_hash == announcements.text_hash(row) else Run.Reason.CHANGED


def _is_broken(row: Announcement) -> bool:
    several = announcements.is_for_several(row)
    wrong = placeholders.problems(row.source, several_days=several)
    return bool(wrong) or not announcements.render(row, row.day)


def context(row: Announcement, date: dt.date) -> dict[str, Any]:
    """What all of its readers are shown: plain words, no address of mail. No query."""
    sender, reply_to = announcements.speaker(row)
    return {
        "room": row.room.name,
        "kind": row.kind,
        "day": str(announcements.values_on(row, date).get("day", "")),
        "text": announcements.render(row, date),
        "language": "en" if row.language == "en" else "zh-Hans",
        "sender": sender,
        "reply_to": reply_to,
        "link": f"{settings.BASE_URL}{row.path}" if row.path else "",
    }


def still(due: Due) -> Due | None:
    """``due`` as it reads now, locked until the transaction ends; None if it was cancelled, moved or
    posted by hand since the look began. One query."""
    row = (
        Announcement.objects.select_for_update(of=("self",), no_key=True)
        .annotate(is_posted=announcements.was_posted())
        .filter(public_id=due.subject, day__lte=due.local_date, last_day__gte=due.local_date)
        .exclude(state=Announcement.State.CANCELLED)
        .select_related("room", "sender")
        .first()
    )
    if row is None or (row.is_posted and row.state != Announcement.State.APPROVED):
        return None
    return _due(row, due.local_date, clock.local_to_utc(due.local_date, row.at, row.room.timezone))


def again(run: Run) -> dict[str, Any]:
    """The context of a run as its text reads now; as it was, when the text is there no more. One
    query. Raises DomainError for a text that was cancelled, that a second person has yet to read, and
    for one that cannot be filled in."""
    row = (
        Announcement.objects.filter(public_id=run.subject)
        .select_related("room__space", "sender")
        .first()
    )
    if row is None:
        return dict(run.context)
    if row.state == Announcement.State.CANCELLED:
        raise DomainError(_("It was cancelled. Take it back into the plan first, then send it."))
    if _is_broken(row):
        raise DomainError(_("Something in its text cannot be filled in. Mend the text first."))
    if _reason(row) and row.room.space.second_approval:
        raise DomainError(
            _("A second person has to read this text first. Open it and ask for approval.")
        )
    return context(row, run.local_date)


def stopped(run: Run, by: Member) -> None:
    """Somebody has stopped it on one of its days: it goes out on none of the later ones. One query."""
    Announcement.objects.filter(public_id=run.subject, last_day__gt=run.local_date).update(
        last_day=run.local_date, version=F("version") + 1, changed_by=by, changed_at=clock.now()
    )


due_sources.register(
    WHAT, DueSource(rows=rows, again=again, still=still, stopped=stopped, order=10)
)
