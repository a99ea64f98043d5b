"""When something is due, worked out minute by minute, without a line of the code that decides it.

Only the way from UTC to a wall clock is asked for, which has one answer, and never the way back.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

YEARS = range(2024, 2036)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
Change = tuple[dt.datetime, dt.timedelta, dt.timedelta]


def changes(name: str, *, step: dt.timedelta = 6 * HOUR) -> Iterator[Change]:
    """Each moment in YEARS at which the offset of the zone changes, with both offsets."""
    zone = ZoneInfo(name)
    low = dt.datetime(YEARS.start, 1, 1, tzinfo=dt.UTC)
    end = dt.datetime(YEARS.stop, 1, 1, tzinfo=dt.UTC)
    before = _offset(low, zone)
    while low < end:
        after = _offset(low + step, zone)
        if before != after:
            moment = low
            while _offset(moment, zone) == before:
                moment += MINUTE
            yield moment, before, after
        low, before = low + step, after


def _offset(moment: dt.datetime, zone: ZoneInfo) -> dt.timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def histories(names: list[str] | None = None) -> dict[tuple[Change, ...], list[str]]:
    """The zones (all of them unless told), those with the same changes together."""
    found: dict[tuple[Change, ...], list[str]] = {}
    for name in sorted(names or available_timezones()):
        found.setdefault(tuple(changes(name)), []).append(name)
    return found


def first_moments(day: dt.date, name: str) -> list[dt.datetime]:
    """For each of the 1,440 minutes of ``day``: the first moment at which somebody who watches the
    wall clock sees this minute or a later one."""
    zone = ZoneInfo(name)
    wanted = dt.datetime.combine(day, dt.time())
    moment = wanted.replace(tzinfo=dt.UTC) - 15 * HOUR
    found: list[dt.datetime] = []
    while len(found) < 1440:
        shown = moment.astimezone(zone).replace(tzinfo=None)
        while len(found) < 1440 and wanted + len(found) * MINUTE <= shown:
            found.append(moment)
        moment += MINUTE
    return found


@lru_cache(maxsize=100_000)
def first_moment(day: dt.date, time: dt.time, name: str) -> dt.datetime:
    """The one of ``time``."""
    zone, wanted = ZoneInfo(name), dt.datetime.combine(day, time)
    moment = wanted.replace(tzinfo=dt.UTC) - 15 * HOUR
    while moment.astimezone(zone).replace(tzinfo=None) < wanted:
        moment += MINUTE
    return moment


@dataclass(frozen=True)
class Slot:
    """Something that goes out every day at ``time`` by the clock of ``zone``. ``may_be_late`` is
    how late it may leave by itself; after that it waits, or with ``skip`` is not sent."""

    zone: str
    time: dt.time
    may_be_late: dt.timedelta = 3 * HOUR
    skip: bool = False


def becomes(slot: Slot, day: dt.date, looks: list[dt.datetime]) -> tuple[str, str] | None:
    """What has to become of ``day`` when somebody looks at these moments, in this order: (state,
    reason), or None while its time has not come at any of them."""
    due = first_moment(day, slot.time, slot.zone)
    seen = next((look for look in looks if look >= due), None)
    if seen is None:
        return None
    late = seen - due
    if late > min(slot.may_be_late, 36 * HOUR):
        return ("skipped", "stale") if slot.skip else ("waits", "late")
    zone = ZoneInfo(slot.zone)
    if late > 10 * MINUTE and _at_night(seen, zone) and not _at_night(due, zone):
        return "waits", "quiet_hours"
    return "done", ""


def _at_night(moment: dt.datetime, zone: ZoneInfo) -> bool:
    return not 8 <= moment.astimezone(zone).hour < 22
