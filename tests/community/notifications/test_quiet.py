"""The end of a quiet time and the hour of a digest, by the member's own clock."""

import datetime as dt

import pytest

from community import clock
from community.models import NotificationSettings
from community.services import quiet

SHANGHAI, NEW_YORK, APIA = "Asia/Shanghai", "America/New_York", "Pacific/Apia"


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def chosen(digest="daily", digest_at="08:30", weekday=0):
    return NotificationSettings(
        digest=digest, digest_at=dt.time.fromisoformat(digest_at), digest_weekday=weekday
    )


def local(moment, zone):
    return moment.astimezone(clock.ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    "zone,digest_at,after,expected",
    [
        (SHANGHAI, "08:30", "2026-03-02T00:29", "2026-03-02 08:30"),
        (SHANGHAI, "08:30", "2026-03-02T00:30", "2026-03-03 08:30"),
        # Spring in New York: 02:30 is skipped and comes at 03:00.
        (NEW_YORK, "02:30", "2026-03-08T00:00", "2026-03-08 03:00"),
        (NEW_YORK, "02:30", "2026-03-08T07:00", "2026-03-09 02:30"),
        # Autumn: 01:30 is shown twice and comes the first time only.
        (NEW_YORK, "01:30", "2026-11-01T04:00", "2026-11-01 01:30"),
        (NEW_YORK, "01:30", "2026-11-01T05:30", "2026-11-02 01:30"),
        (APIA, "08:30", "2026-03-01T20:00", "2026-03-03 08:30"),
        # Samoa went over the date line: there was no 30 December 2011.
        (APIA, "08:30", "2011-12-29T19:00", "2011-12-31 08:30"),
        (APIA, "00:00", "2011-12-29T19:00", "2011-12-31 00:00"),
    ],
)
def test_daily_digest_comes_at_the_next_such_hour(zone, digest_at, after, expected):
    moment = quiet.next_digest(chosen(digest_at=digest_at), zone, at(after))

    assert local(moment, zone) == expected
    assert moment > at(after)


@pytest.mark.parametrize(
    "zone,after,weekday,expected",
    [
        (SHANGHAI, "2026-03-02T00:00", 0, "2026-03-02 08:30"),
        (SHANGHAI, "2026-03-02T00:30", 0, "2026-03-09 08:30"),
        (NEW_YORK, "2026-03-02T00:00", 6, "2026-03-08 08:30"),
        # The Friday that Samoa left out.
        (APIA, "2011-12-29T19:00", 4, "2012-01-06 08:30"),
    ],
)
def test_weekly_digest_comes_on_its_day(zone, after, weekday, expected):
    moment = quiet.next_digest(chosen("weekly", weekday=weekday), zone, at(after))

    assert local(moment, zone) == expected


def test_no_digest_is_due_for_who_wants_none():
    assert quiet.next_digest(chosen("never"), SHANGHAI, at("2026-03-02T00:00")) is None


@pytest.mark.parametrize("zone", [SHANGHAI, NEW_YORK, APIA, "Australia/Lord_Howe", "Asia/Beirut"])
@pytest.mark.parametrize("digest_at", ["00:00", "01:30", "02:15", "23:59"])
def test_daily_digest_comes_once_on_every_date_of_a_year(zone, digest_at):
    moment, dates = at("2026-01-01T12:00"), []

    while len(dates) < 365:
        moment = quiet.next_digest(chosen(digest_at=digest_at), zone, moment)
        dates.append(clock.local_date(zone, moment))

    first = dates[0]
    assert dates == [first + dt.timedelta(days=number) for number in range(365)]
