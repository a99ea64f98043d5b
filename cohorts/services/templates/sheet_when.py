"""What people write into a column "when": ``D-3 09:00``, ``每天 7点半``, ``结营后1天 10:00``.

Read as it is meant where there is one meaning, and refused with the reason where there is none. What
is odd but readable comes with a note, so that somebody can look.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cohorts.models.calendar import ImpossibleDay, parse_clock

# Unless a row says another hour.
USUAL_TIME = "09:00"

_RANGE = re.compile(r"[-–—~～至到]")
_CLOCK = re.compile(
    r"(下午|傍晚|晚上|晚)?\s*(\d{1,2})(?::(\d{1,2})|点(?:(\d{1,2})分?|(半)|(一刻)|整)?)"
)
_DAY = re.compile(
    r"(?P<daily>每[天日]|daily|every ?day)"
    r"|(?P<before>开营前|opening ?-|before opening) ?(?P<n1>\d{1,2}) ?(?:天|日|days?)?"
    r"|(?P<after>结营后|closing ?\+|after closing) ?(?P<n2>\d{1,2}) ?(?:天|日|days?)?"
    r"|(?P<opening>开营(?:当天|日|那天)?|opening)"
    r"|(?P<closing>结营(?:当天|日|那天)?|closing)"
    r"|d ?(?P<sign>[+-]?) ?(?P<n3>\d{1,3})"
    r"|第 ?(?P<n4>\d{1,3}) ?天",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class When:
    """``day`` is an anchor or ``daily``; ``minutes`` is how long a range of time lasts."""

    day: str
    time: str
    minutes: int = 0
    notes: tuple[str, ...] = ()

    @property
    def due(self) -> str:
        return f"{self.day} {self.time}"


class UnreadableWhen(ValueError):
    """The cell says no day and time; the message says why."""


def read(cell: str, *, closing_days: int) -> When:
    """``cell`` as a due rule. Whether the day exists is for the whole template to say.

    ``closing_days`` decides what "two days after closing" counts from: the closing day, or the last
    day of the course where there is none of its own. Raises UnreadableWhen.
    """
    text = unicodedata.normalize("NFKC", cell).strip()
    if not text:
        raise UnreadableWhen(_("It does not say when. Write a day and a time, like D4 10:00."))
    match = _DAY.search(text)
    if match is None:
        raise UnreadableWhen(
            _("“%s” names no day. Write it like D4 10:00, opening-1 19:30 or daily 08:30.") % cell
        )
    notes = []
    anchor = _anchor(match, closing_days)
    if match["before"] or match["after"]:
        notes.append(_("read as %s") % anchor)
    time, minutes, found = _time(text[match.end() :] or text[: match.start()], cell)
    return When(anchor, time, minutes, (*notes, *found))


def _anchor(match: re.Match[str], closing_days: int) -> str:
    if match["daily"]:
        return "daily"
    if match["before"]:
        return f"opening-{int(match['n1'])}"
    if match["after"]:
        days = int(match["n2"]) - (0 if closing_days else 1)
        return f"closing+{days}" if days > 0 else "closing"
    if match["opening"]:
        return "opening"
    if match["closing"]:
        return "closing"
    number = int(match["n3"] or match["n4"])
    if match["sign"] == "-":
        return f"opening-{number}"
    if number == 0:
        raise UnreadableWhen(_("There is no D0: the opening is D1, the day before it D-1."))
    return f"D{number}"


def _time(rest: str, cell: str) -> tuple[str, int, tuple[str, ...]]:
    """(time, minutes that a range lasts, notes). A range is due at its end."""
    clocks = [_clock(match, cell) for match in _CLOCK.finditer(rest)]
    if not clocks:
        if re.search(r"\d", rest):
            raise UnreadableWhen(
                _("“%s” names no time of day. Write it like 08:30; the last one is 23:59.") % cell
            )
        return USUAL_TIME, 0, (_("no time given, so %s") % USUAL_TIME,)
    if len(clocks) == 1:
        odd = "点" in rest
        return clocks[0], 0, ((_("read as %s") % clocks[0]),) if odd else ()
    first, last = clocks[0], clocks[-1]
    if not _RANGE.search(rest) or last <= first:
        raise UnreadableWhen(_("“%s” names more than one time. Keep one.") % cell)
    minutes = _minutes(last) - _minutes(first)
    return last, minutes, (_("from %(first)s, due at %(last)s") % {"first": first, "last": last},)


def _clock(match: re.Match[str], cell: str) -> str:
    later, hour, *minutes, half, quarter = match.groups()
    minute = 30 if half else 15 if quarter else int(minutes[0] or minutes[1] or 0)
    time = f"{int(hour) + (12 if later and int(hour) < 12 else 0):02d}:{minute:02d}"
    try:
        parse_clock(time)
    except ImpossibleDay as error:
        raise UnreadableWhen(
            _("“%(cell)s”: there is no %(time)s; the last time of a day is 23:59.")
            % {"cell": cell, "time": time}
        ) from error
    return time


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)
