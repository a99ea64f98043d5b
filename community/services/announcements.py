"""What a room is told each day: laying it down, filling it in, changing it. Where it was posted says
``community.services.postings``.

Each function that reads is one query; each that writes is one transaction and locks nothing: the
version of a text decides between two who are at it at once.
"""

import datetime as dt
import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Announcement, Member, Room
from community.models.announcement import SLOTS
from community.services import audit, placeholders, postings

LONGEST = 4_000
A_LINE = 15
FIELDS = (*SLOTS, "text")


class ChangedElsewhere(DomainError):
    """Somebody else has changed the text since it was opened. ``announcement`` is as it is now."""

    def __init__(self, announcement: Announcement) -> None:
        super().__init__(
            _("%(name)s has changed this text meanwhile. Both are here; save what shall stand.")
            % {"name": announcement.changed_by or _("Somebody")}
        )
        self.announcement = announcement


class WrongText(DomainError):
    """``problems`` are the sentences for each field, in which a placeholder's line is named."""

    def __init__(self, problems: Mapping[str, Sequence[str]]) -> None:
        super().__init__(" ".join(sentence for said in problems.values() for sentence in said))
        self.problems = problems


# Laying down and reading ----------------------------------------------------


def plan(*, room: Room, entries: Iterable[Announcement]) -> list[Announcement]:
    """Keep the unsaved ``entries`` as what ``room`` is told; their ``values`` are handed down with
    them. One INSERT. Raises WrongText for a text with a placeholder that cannot be filled."""
    rows = list(entries)
    for row in rows:
        row.room = room
        check({name: getattr(row, name) for name in FIELDS}, several=is_for_several(row))
    return Announcement.objects.bulk_create(rows)


def hand_down(*, room: Room, values: Mapping[dt.date, Mapping[str, Any]]) -> None:
    """What the texts of these dates may name has changed: a lesson has a new title, the camp a new
    name. Two queries. What was posted already stays as it was posted."""
    if not values:
        return
    rows = list(
        Announcement.objects.filter(
            room=room, day__lte=max(values), last_day__gte=min(values)
        ).order_by("pk")
    )
    for row in rows:
        row.values = row.values | {
            day.isoformat(): dict(new)
            for day, new in values.items()
            if row.day <= day <= row.last_day
        }
    Announcement.objects.bulk_update(rows, ["values"])


def of_day(room: Room | int, date: dt.date) -> Announcement | None:
    """The announcement that stands on ``date``; a correction is none."""
    return (
        Announcement.objects.filter(room=room, day__lte=date, last_day__gte=date)
        .exclude(kind=Announcement.Kind.CORRECTION)
        .select_related("changed_by")
        .order_by("-day")
        .first()
    )


def come(room: Room, now: dt.datetime | None = None) -> QuerySet[Announcement]:
    """Those whose time has come by the room's clock. One query for those of today, whose time of
    day counts, and one when it is read."""
    now = now or clock.now()
    today = clock.local_date(room.timezone, now)
    here = Announcement.objects.filter(room=room)
    started = [row.pk for row in here.filter(day=today) if starts_at(row, room) <= now]
    return here.filter(Q(day__lt=today) | Q(pk__in=started))


def starts_at(row: Announcement, room: Room) -> dt.datetime:
    return clock.local_to_utc(row.day, row.at, room.timezone)


def is_for_several(row: Announcement) -> bool:
    """Whether it stands for more than one day, and so may name nothing of a single one."""
    return row.last_day > row.day


# Filling in -----------------------------------------------------------------


def render(announcement: Announcement, date: dt.date, *, locale: str) -> str:
    """The text exactly as it is sent on ``date``, in plain text. No query. One that stands for
    several days is the same on each of them."""
    if is_for_several(announcement):
        date = announcement.day
    return placeholders.fill(
        announcement.source, values_on(announcement, date, locale=locale)
    ).strip()


def values_on(announcement: Announcement, date: dt.date, *, locale: str) -> dict[str, Any]:
    """What the text of ``date`` may name: what was handed down, with dates written as in
    ``locale`` and links with the site's address."""
    values = dict(announcement.values.get(date.isoformat(), {}))
    with translation.override(locale):
        values["date"] = date_format(date, "MONTH_DAY_FORMAT")
        values["weekday"] = date_format(date, "l")
        if opening := _as_date(values.get("camp.opening_date")):
            values["camp.opening_date"] = date_format(opening, "DATE_FORMAT")
    for name, value in values.items():
        if name.endswith(".link") and str(value).startswith("/"):
            values[name] = f"{settings.BASE_URL}{value}"
    return values


def _as_date(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def lines_on_a_phone(text: str) -> int:
    """How many lines it fills in a chat on a phone, where 15 Chinese signs stand in a line."""
    return sum(max(1, math.ceil(_width(line) / A_LINE)) for line in text.split("\n"))


def _width(line: str) -> float:
    return sum(1 if unicodedata.east_asian_width(sign) in "WFA" else 0.55 for sign in line)


# Changing -------------------------------------------------------------------


@transaction.atomic
def change(
    *, announcement: Announcement, version: int, by: Member, texts: Mapping[str, str]
) -> Announcement:
    """Write ``texts`` (by field) if nobody has since ``version``. Three queries.

    Raises WrongText for placeholders that cannot be filled and for a text that is empty or too
    long, ChangedElsewhere when somebody was faster, and DomainError for a text of several days that
    people read already.
    """
    texts = {name: text.replace("\r\n", "\n").replace("\x00", "") for name, text in texts.items()}
    texts = {
        name: "\n".join(map(str.rstrip, text.split("\n"))).strip("\n")
        for name, text in texts.items()
    }
    check(texts, several=is_for_several(announcement))
    if is_for_several(announcement) and postings.standing(announcement).exists():
        raise DomainError(
            _(
                "During the preparation everybody reads the same text, and this one is posted. "
                "Take the postings back first, then change it and post it again."
            )
        )
    as_read = Announcement.objects.filter(pk=announcement.pk, version=version)
    if not as_read.update(version=version + 1, changed_by=by, changed_at=clock.now(), **texts):
        now = Announcement.objects.select_related("changed_by").get(pk=announcement.pk)
        if all(getattr(now, name) == text for name, text in texts.items()):
            return now  # the second press of one button, or two who wrote the same
        raise ChangedElsewhere(now)
    audit.record(
        "announcement.changed", actor=by, subject=announcement, space=announcement.room.space
    )
    announcement.refresh_from_db()
    return announcement


def check(texts: Mapping[str, str], *, several: bool) -> None:
    """Raises WrongText. Pure."""
    wrong = {name: said for name, text in texts.items() if (said := _wrong(text, several))}
    if not any(text.strip() for text in texts.values()):
        wrong = {next(iter(texts)): [_("Write what everybody shall read.")]}
    if wrong:
        raise WrongText(wrong)


def _wrong(text: str, several: bool) -> list[str]:
    found = placeholders.problems(text, several_days=several)
    said = [_("Line %(number)d: %(reason)s") % {"number": n, "reason": why} for n, why in found]
    if len(text) > LONGEST:
        said.append(
            _("It has %(length)d characters; %(limit)d are the most.")
            % {"length": len(text), "limit": LONGEST}
        )
    return said
