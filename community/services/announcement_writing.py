"""Laying down announcements, changing their texts, and what happens to one that was scheduled when it
comes to say something else: it is asked for again.

Each function that writes is one transaction and locks nothing: the version of a text decides between
two who are at it at once.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Announcement, Member, Room, Run
from community.models.announcement import SLOTS
from community.services import announcements, audit, placeholders, postings

State, Again = Announcement.State, Announcement.Again
LONGEST = 4_000
FIELDS = (*SLOTS, "text")
# What an approval leaves behind when it no longer holds.
NO_APPROVAL: dict[str, Any] = {"approved_by": None, "approved_at": None, "approved_hash": ""}


class ChangedElsewhere(DomainError):
    """Somebody else has changed it since it was opened. ``announcement`` is as it is now."""

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


# Laying down ----------------------------------------------------------------


def plan(*, room: Room, entries: Iterable[Announcement]) -> list[Announcement]:
    """Keep the unsaved ``entries`` as what ``room`` is told; their ``values`` are handed down with
    them. One INSERT. Raises WrongText for a text with a placeholder that cannot be filled."""
    rows = list(entries)
    for row in rows:
        row.room = room
        check(
            {name: getattr(row, name) for name in FIELDS},
            several=announcements.is_for_several(row),
        )
    return Announcement.objects.bulk_create(rows)


def hand_down(*, room: Room, values: Mapping[dt.date, Mapping[str, Any]]) -> list[Announcement]:
    """What the texts of these dates may name has changed: a lesson has a new title, the camp a new
    name. What was sent stays as it was sent. Returns those that were scheduled and now say
    something else: they are asked for again. Two queries, and one for each of those."""
    if not values:
        return []
    rows = list(
        Announcement.objects.filter(room=room, day__lte=max(values), last_day__gte=min(values))
        .exclude(announcements.was_sent())
        .select_related("sender", "room__space")
        .order_by("pk")
    )
    for row in rows:
        row.values = row.values | {
            day.isoformat(): dict(new)
            for day, new in values.items()
            if row.day <= day <= row.last_day
        }
    Announcement.objects.bulk_update(rows, ["values"])
    return [row for row in rows if ask_again(row, Again.LESSON)]


def ask_again(row: Announcement, why: str) -> bool:
    """Take a scheduled one back if it says something else than was approved: to who approves where
    the space wants two people, else to a draft. True if it was. One UPDATE, or none."""
    if row.state != State.APPROVED or row.approved_hash == announcements.text_hash(row):
        return False
    fields = fallen(row, why)
    stood = Announcement.objects.filter(pk=row.pk, state=State.APPROVED, version=row.version)
    if not stood.update(version=F("version") + 1, **fields):
        return False
    row.version += 1
    for name, value in fields.items():
        setattr(row, name, value)
    return True


def fallen(row: Announcement, why: str) -> dict[str, Any]:
    """The fields of a scheduled one that has to be asked for again. Needs ``room__space``."""
    two = row.room.space.second_approval
    return NO_APPROVAL | {"state": State.ASKED if two else State.DRAFT, "asks_again": why}


def move(*, room: Room, by_days: int, values: Mapping[str, Any]) -> list[Announcement]:
    """What the room's announcements are for has moved: those not sent yet move with it, and name
    ``values`` from now on. What was sent stays; of a text for several days those that were not sent
    fall away. Returns those that were scheduled and now say something else. One query, one for
    each, and one more for each of those."""
    rows = Announcement.objects.filter(room=room).exclude(kind=Announcement.Kind.CORRECTION)
    unsent = list(
        rows.exclude(announcements.was_sent())
        .select_related("sender", "room__space")
        .order_by("-day" if by_days > 0 else "day")  # none lands on a day that is still taken
    )
    _end_with_what_was_sent(rows.filter(announcements.was_sent(), last_day__gt=F("day")))
    offset = dt.timedelta(days=by_days)
    for row in unsent:
        row.day, row.last_day = row.day + offset, row.last_day + offset
        row.values = {
            (dt.date.fromisoformat(day) + offset).isoformat(): {**named, **values}
            for day, named in row.values.items()
        }
        row.save(update_fields=["day", "last_day", "values"])
    return [row for row in unsent if ask_again(row, Again.DATE)]


def _end_with_what_was_sent(rows: Iterable[Announcement]) -> None:
    for row in rows:
        last = announcements.runs_of([row]).filter(state__in=Run.WENT_OUT)
        ends = last.order_by("-local_date").values_list("local_date", flat=True).first()
        Announcement.objects.filter(pk=row.pk).update(last_day=max(ends or row.day, row.day))


# Changing -------------------------------------------------------------------


@transaction.atomic
def change(
    *,
    announcement: Announcement,
    version: int,
    by: Member,
    texts: Mapping[str, str],
    at: dt.time | None = None,
    sender: Member | None = None,
) -> Announcement:
    """Write ``texts`` (by field), and the hour and who speaks if told, if nobody has since
    ``version``. One that was scheduled and now says something else is asked for again. Five queries.

    Raises WrongText for placeholders that cannot be filled and for a text that is empty or too
    long, ChangedElsewhere when somebody was faster, and DomainError for a text that was sent, and
    for one of several days that people read already.
    """
    texts = cleaned(texts)
    check(texts, several=announcements.is_for_several(announcement))
    refuse_sent(announcement)
    new = copy(announcement)
    for name, text in texts.items():
        setattr(new, name, text)
    fields: dict[str, Any] = dict(texts)
    if at is not None:
        fields["at"] = at
    if sender is not None:
        fields["sender"] = new.sender = sender
    if new.state == State.APPROVED and new.approved_hash != announcements.text_hash(new):
        fields |= fallen(announcement, Again.TEXT)
    as_read = Announcement.objects.filter(pk=announcement.pk, version=version)
    if not as_read.update(version=version + 1, changed_by=by, changed_at=clock.now(), **fields):
        return _second_press(announcement, fields)
    refuse_sent(announcement)  # the planner may have been faster than our UPDATE
    audit.record(
        "announcement.changed", actor=by, subject=announcement, space=announcement.room.space
    )
    announcement.refresh_from_db()
    return announcement


def _second_press(announcement: Announcement, fields: Mapping[str, Any]) -> Announcement:
    """The row as it is when the button was pressed twice, or two wrote the same."""
    now = announcements.with_marks().get(pk=announcement.pk)
    wanted = {name: value for name, value in fields.items() if name in (*FIELDS, "at", "sender")}
    if all(getattr(now, name) == value for name, value in wanted.items()):
        now.room = announcement.room
        return now
    raise ChangedElsewhere(now)


def refuse_sent(announcement: Announcement) -> None:
    """Raises DomainError for a text that people have: what was sent is corrected, not changed."""
    if announcements.is_sent(announcement):
        raise DomainError(
            _("This was sent, and what people have read stays. Write a correction instead.")
        )
    if announcements.is_for_several(announcement) and postings.standing(announcement).exists():
        raise DomainError(
            _(
                "During the preparation everybody reads the same text, and this one is posted. "
                "Take the postings back first, then change it and post it again."
            )
        )


def cleaned(texts: Mapping[str, str]) -> dict[str, str]:
    """With one kind of line ends, and without blanks at the end of a line. Pure."""
    texts = {name: text.replace("\r\n", "\n").replace("\x00", "") for name, text in texts.items()}
    return {
        name: "\n".join(map(str.rstrip, text.split("\n"))).strip("\n")
        for name, text in texts.items()
    }


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
