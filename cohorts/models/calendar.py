"""Days of a run: named anchors, offsets from them, and the moment that a clock on the wall means.

Pure: no row, no query. A run counts its days from the opening: ``D1`` is the opening itself, ``D0``
does not exist, ``D-1`` is the day before. ``day`` is that number everywhere, in rows and in URLs.
"""

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError

# How long after its end a run may still have steps: a survey, thanks, taking improvements back.
AFTERMATH = 14

ANCHOR = re.compile(r"(prep|opening|closing|D([1-9]\d{0,2}))(?:([+-])(\d{1,3}))?\Z")
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z")


class ImpossibleDay(DomainError):
    """A rule names a day or a time that the run does not have."""


def day_of(offset: int) -> int:
    """The number of the day that lies ``offset`` days after the opening: 0 → 1, -1 → -1."""
    return offset + 1 if offset >= 0 else offset


def offset_of(day: int) -> int:
    """Days between the opening and ``day``: the inverse of ``day_of``."""
    return day - 1 if day > 0 else day


@dataclass(frozen=True)
class Span:
    """How long each phase lasts, in days."""

    preparation_days: int
    days: int
    closing_days: int

    @property
    def first(self) -> int:
        """Offset of the first day."""
        return -self.preparation_days

    @property
    def last(self) -> int:
        """Offset of the last day, the closing included."""
        return self.days + self.closing_days - 1

    def all_days(self) -> list[int]:
        """The numbers of all days, in order: -3 … -1, 1 … 15."""
        return [day_of(offset) for offset in range(self.first, self.last + 1)]

    def phase_of(self, day: int) -> str:
        """preparation, course or closing."""
        offset = offset_of(day)
        if offset < 0:
            return "preparation"
        return "course" if offset < self.days else "closing"

    def offset_at(self, anchor: str) -> int:
        """The offset that ``anchor`` (``D4``, ``opening-1``, ``closing+3``) names.

        Raises ImpossibleDay for a name it does not know, and for a day before the run's
        preparation, past the course (``D20`` of 14 days), or past the aftermath.
        """
        match = ANCHOR.match(anchor.strip())
        if match is None:
            raise ImpossibleDay(
                _(
                    "“%(anchor)s” names no day. Write prep, opening, D1 to D%(days)d or closing, "
                    "and if need be + or - some days."
                )
                % {"anchor": anchor, "days": self.days}
            )
        name, number, sign, more = match.groups()
        if number and int(number) > self.days:
            raise ImpossibleDay(
                _("%(anchor)s does not exist: the course has %(days)d days.")
                % {"anchor": name, "days": self.days}
            )
        start = {"prep": self.first, "opening": 0, "closing": self.days}.get(name)
        offset = int(number) - 1 if start is None else start
        offset += int(more or 0) * (-1 if sign == "-" else 1)
        if offset < self.first:
            raise ImpossibleDay(
                _("%(anchor)s lies before the run begins, which is %(days)d days before opening.")
                % {"anchor": anchor, "days": self.preparation_days}
            )
        if offset > self.last + AFTERMATH:
            raise ImpossibleDay(
                _("%(anchor)s lies more than %(days)d days after the end.")
                % {"anchor": anchor, "days": AFTERMATH}
            )
        return offset


def parse_clock(text: str) -> dt.time:
    """``"08:30"`` as a time. Raises ImpossibleDay for 25:00 and the like."""
    match = CLOCK.match(text.strip())
    if match is None:
        raise ImpossibleDay(
            _("“%(text)s” is no time of day. Write it like 08:30; the last one is 23:59.")
            % {"text": text}
        )
    return dt.time(int(match[1]), int(match[2]))


@dataclass(frozen=True)
class DueRule:
    """When a step is due: at ``time`` on the day of ``anchor``, or repeated ``every`` so many days
    from ``anchor`` to ``until``. ``every`` 0 is once."""

    anchor: str
    time: dt.time
    every: int = 0
    until: str = ""

    def offsets(self, span: Span) -> list[int]:
        """The offsets on which it is due. Raises ImpossibleDay."""
        first = span.offset_at(self.anchor)
        if not self.every:
            return [first]
        last = span.offset_at(self.until)
        if last < first:
            raise ImpossibleDay(
                _("A step cannot repeat from %(first)s until %(last)s, which is earlier.")
                % {"first": self.anchor, "last": self.until}
            )
        return list(range(first, last + 1, self.every))


@dataclass(frozen=True)
class RunCalendar:
    """A span with its opening date and the zone whose clock it goes by."""

    opens_on: dt.date
    span: Span
    timezone: str

    def date_of(self, day: int) -> dt.date:
        return self.opens_on + dt.timedelta(days=offset_of(day))

    def day_on(self, date: dt.date) -> int:
        """The number of the day on ``date``; also before the preparation and after the end."""
        return day_of((date - self.opens_on).days)

    def today(self, at: dt.datetime | None = None) -> int:
        """The number of the day by the run's own clock."""
        return self.day_on(clock.local_date(self.timezone, at))

    def moment(self, day: int, time: dt.time) -> dt.datetime:
        """In UTC. A time that the clock skips becomes the first moment after the gap."""
        return clock.local_to_utc(self.date_of(day), time, self.timezone)

    def skips(self, day: int, time: dt.time) -> bool:
        """True if the clock on the wall never shows ``time`` on ``day``: 02:30 in spring."""
        shown = self.moment(day, time).astimezone(ZoneInfo(self.timezone))
        return (shown.date(), shown.time().replace(second=0)) != (self.date_of(day), time)

    def phase_on(self, date: dt.date) -> str:
        """before, preparation, course, closing or after."""
        offset = (date - self.opens_on).days
        if offset < self.span.first:
            return "before"
        if offset > self.span.last:
            return "after"
        return self.span.phase_of(day_of(offset))
