"""What a room is told each day: which text stands on a day, who reads it by now, and what it says.

Writing them does ``announcement_writing``, whether they may go out decides ``announcement_states``,
where they were posted by hand says ``postings``. Each function here is one query at most.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.formats import date_format

from community import clock
from community.models import Announcement, Posting, Room, Run
from community.services import placeholders
from community.services.linting import shape

# ``Run.what`` of an announcement; its ``subject`` is the announcement's public id.
WHAT = "announcement"


# Reading --------------------------------------------------------------------


def runs_of(rows: Iterable[Announcement]) -> QuerySet[Run]:
    """The runs of these announcements, whatever became of them."""
    return Run.objects.filter(what=WHAT, subject__in=[row.public_id for row in rows])


def was_sent() -> Exists:
    """For a query of announcements: whether the house has sent it on any of its days."""
    return Exists(
        Run.objects.filter(what=WHAT, subject=OuterRef("public_id"), state__in=Run.WENT_OUT)
    )


def was_posted() -> Exists:
    """For a query of announcements: whether somebody has posted it by hand."""
    return Exists(Posting.objects.filter(announcement=OuterRef("pk"), withdrawn_at=None))


def is_sent(row: Announcement) -> bool:
    """Whether the house has sent it on any of its days: from then on its text stands. One query."""
    return runs_of([row]).filter(state__in=Run.WENT_OUT).exists()


def with_marks() -> QuerySet[Announcement]:
    """Announcements with who changed them, who speaks, and ``is_out``: sent, or posted by hand."""
    return Announcement.objects.select_related("changed_by", "sender").annotate(
        is_out=was_sent() | was_posted()
    )


def of_day(room: Room | int, date: dt.date) -> Announcement | None:
    """The announcement that stands on ``date``, whatever its state; a correction is none.
    ``is_out`` says whether it was sent or posted."""
    return (
        with_marks()
        .filter(room=room, day__lte=date, last_day__gte=date)
        .exclude(kind=Announcement.Kind.CORRECTION)
        .order_by("-day")
        .first()
    )


def shown(room: Room, now: dt.datetime | None = None) -> QuerySet[Announcement]:
    """Those that the room's people read: sent, posted by hand, or scheduled and their time has
    come. A draft is its writers' alone. One query for those of today, whose time of day counts, and
    one when it is read."""
    now = now or clock.now()
    today = clock.local_date(room.timezone, now)
    here = Announcement.objects.filter(room=room)
    approved = here.filter(state=Announcement.State.APPROVED)
    started = [row.pk for row in approved.filter(day=today) if starts_at(row, room) <= now]
    has_come = Q(state=Announcement.State.APPROVED) & (Q(day__lt=today) | Q(pk__in=started))
    return here.filter(has_come | Q(was_sent()) | Q(was_posted())).select_related("sender")


def is_shown(row: Announcement, room: Room) -> bool:
    """The same of one that ``of_day`` has found. No query."""
    if row.is_out:  # type: ignore[attr-defined]
        return True
    return row.state == Announcement.State.APPROVED and starts_at(row, room) <= clock.now()


def starts_at(row: Announcement, room: Room) -> dt.datetime:
    return clock.local_to_utc(row.day, row.at, room.timezone)


def is_for_several(row: Announcement) -> bool:
    """Whether it stands for more than one day, and so may name nothing of a single one."""
    return row.last_day > row.day


# Filling in -----------------------------------------------------------------


def render(announcement: Announcement, date: dt.date, *, locale: str = "") -> str:
    """The text exactly as it is sent on ``date``, in plain text. No query, if the sender was fetched
    with it. One that stands for several days is the same on each of them."""
    if is_for_several(announcement):
        date = announcement.day
    return filled(announcement.source, values_on(announcement, date, locale=locale))


def filled(source: str, values: Mapping[str, Any]) -> str:
    return placeholders.fill(source, values).strip()


def values_on(announcement: Announcement, date: dt.date, *, locale: str = "") -> dict[str, Any]:
    """What the text of ``date`` may name: what was handed down, with dates written as in
    ``locale`` (the text's own language unless told) and links with the site's address."""
    values = dict(announcement.values.get(date.isoformat(), {}))
    with translation.override(locale or announcement.language):
        values["date"] = date_format(date, "MONTH_DAY_FORMAT")
        values["weekday"] = date_format(date, "l")
        if opening := _as_date(values.get("camp.opening_date")):
            values["camp.opening_date"] = date_format(opening, "DATE_FORMAT")
    if announcement.sender is not None:
        values["sender"] = str(announcement.sender)
        values["reply_to"] = f"{announcement.sender} (@{announcement.sender.handle})"
    for name, value in values.items():
        if name.endswith(".link") and str(value).startswith("/"):
            values[name] = f"{settings.BASE_URL}{value}"
    return values


def _as_date(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def text_hash(announcement: Announcement) -> str:
    """Of the text as rendered: a lesson that is called otherwise is another text."""
    text = render(announcement, announcement.day)
    return hashlib.sha256(text.encode()).hexdigest()


def speaker(announcement: Announcement) -> tuple[str, str]:
    """(name, where to answer) of who stands under it: never an address of mail."""
    values = values_on(announcement, announcement.day)
    return str(values.get("sender", "")), str(values.get("reply_to", ""))


def lines_on_a_phone(text: str) -> int:
    """How many lines it fills in a chat on a phone."""
    return shape.lines(text, shape.limits().line)
