"""When a member is left alone, and when her own digest is due: all by her own clock.

Nothing here asks the database or what time it is; ``services/suppression.py`` and the page do.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from community import clock
from community.models import NotificationSettings

ONE_DAY = dt.timedelta(days=1)
Frequency = NotificationSettings.Frequency


@dataclass(frozen=True)
class Times:
    """What decides whether somebody is left alone. ``days`` are (first, last), both included. Quiet
    hours that end when they begin are none."""

    timezone: str
    quiet_from: dt.time
    quiet_until: dt.time
    muted_until: dt.datetime | None = None
    days: tuple[tuple[dt.date, dt.date], ...] = ()


def ends(times: Times, now: dt.datetime) -> dt.datetime | None:
    """When the quiet that she has asked for is over, or None if she may be told something now.

    One quiet may run into the next: a holiday ends at midnight, and the night at eight.
    """
    moment = now
    while later := max(_covering(times, moment), default=None):
        moment = later
    return moment if moment > now else None


def _covering(times: Times, moment: dt.datetime) -> Iterable[dt.datetime]:
    """The ends of whatever quiet ``moment`` lies in; each is later than ``moment``."""
    if times.muted_until and times.muted_until > moment:
        yield times.muted_until
    today = clock.local_date(times.timezone, moment)
    for first, last in times.days:
        if first <= today <= last:
            yield _later(clock.local_to_utc(last + ONE_DAY, dt.time(), times.timezone), moment)
    if times.quiet_from == times.quiet_until:
        return
    over_midnight = ONE_DAY if times.quiet_until < times.quiet_from else dt.timedelta()
    for day in (today - ONE_DAY, today):
        begins = clock.local_to_utc(day, times.quiet_from, times.timezone)
        end = clock.local_to_utc(day + over_midnight, times.quiet_until, times.timezone)
        if begins <= moment < end:
            yield end


def _later(end: dt.datetime, moment: dt.datetime) -> dt.datetime:
    """``end``, and in the hour that a clock put back shows once more on the old date, the minute
    after it."""
    return max(end, moment + dt.timedelta(minutes=1))


def next_digest(
    chosen: NotificationSettings, timezone: str, after: dt.datetime
) -> dt.datetime | None:
    """The first moment later than ``after`` at which her own digest is due; None if she wants none.

    At ``digest_at`` by the clock in ``timezone``, on every date or on each ``digest_weekday``. An
    hour that the clock skips comes right after the gap, one that it shows twice comes once, and a
    date that a zone left out whole has no digest.
    """
    if chosen.digest == Frequency.NEVER:
        return None
    today = clock.local_date(timezone, after)
    # A weekly one is at most seven days away, or fourteen if its date was left out.
    for day in (today + ONE_DAY * number for number in range(16)):
        if chosen.digest == Frequency.WEEKLY and day.weekday() != chosen.digest_weekday:
            continue
        if clock.local_date(timezone, clock.local_to_utc(day, dt.time(), timezone)) != day:
            continue
        moment = clock.local_to_utc(day, chosen.digest_at, timezone)
        if moment > after:
            return moment
    return None
