"""The one clock. Everything that asks what time it is asks here.

``SHALIJIN_CLOCK_OFFSET`` (as in ``+2d3h`` or ``-90m``) moves it: for the demo, for the calendar
harness, and to reproduce what a member saw yesterday. The database holds UTC; a local date exists
only together with a time zone.
"""

import datetime as dt
import logging
import re
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

logger = logging.getLogger(__name__)

_OFFSET = re.compile(r"([+-])(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def parse_offset(text: str) -> dt.timedelta:
    """``"+2d3h"`` as a timedelta; "" is none. Raises ValueError with the accepted form."""
    if not text:
        return dt.timedelta()
    match = _OFFSET.fullmatch(text)
    if not match or not any(match.groups()[1:]):
        raise ValueError(f"{text!r} is no clock offset; write it like +2d3h, -90m or +1d.")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    offset = dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -offset if match[1] == "-" else offset


def now() -> dt.datetime:
    """This moment, aware, in UTC, moved by the configured offset."""
    return timezone.now() + settings.CLOCK_OFFSET


def zone_of(tz: str | ZoneInfo) -> ZoneInfo:
    """The zone of that name; where this machine has none, the site's own, and a line in the log. One
    wrong word of one member must not keep everybody else waiting."""
    if isinstance(tz, ZoneInfo):
        return tz
    try:
        return ZoneInfo(tz)
    except (KeyError, ValueError, OSError):
        logger.warning("There is no time zone %r; %s stands for it.", tz, settings.DEFAULT_TIMEZONE)
        return ZoneInfo(settings.DEFAULT_TIMEZONE)


def local_date(tz: str | ZoneInfo, at: dt.datetime | None = None) -> dt.date:
    """The date that a calendar on the wall in ``tz`` shows at ``at`` (now unless told)."""
    zone = zone_of(tz)
    return (at or now()).astimezone(zone).date()


def local_to_utc(day: dt.date, time: dt.time, tz: str | ZoneInfo) -> dt.datetime:
    """The UTC moment at which a clock on the wall in ``tz`` shows ``time`` on ``day``.

    A time that the clock skips (spring) becomes the first moment after the gap; one that it shows
    twice (autumn) is the first of the two. A day that a zone skipped whole (Apia, 2011-12-30)
    becomes the first moment of the next day.
    """
    zone = zone_of(tz)
    naive = dt.datetime.combine(day, time.replace(tzinfo=None, fold=0))
    moment = naive.replace(tzinfo=zone).astimezone(dt.UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == naive:
        return moment
    # In the gap: fold=0 uses the offset from before it, fold=1 the one from after it. The gap
    # ends at the only moment between the two readings where the offset changes.
    low = naive.replace(tzinfo=zone, fold=1).astimezone(dt.UTC)
    high = moment
    before = low.astimezone(zone).utcoffset()
    while high - low > dt.timedelta(seconds=1):
        middle = low + (high - low) // 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
