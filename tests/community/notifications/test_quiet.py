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


def times(zone, begins="22:00", ends="08:00", muted=None, *days):
    return quiet.Times(
        zone,
        dt.time.fromisoformat(begins),
        dt.time.fromisoformat(ends),
        at(muted) if muted else None,
        tuple((dt.date.fromisoformat(first), dt.date.fromisoformat(last)) for first, last in days),
    )


@pytest.mark.parametrize(
    "zone,now,expected",
    [
        (SHANGHAI, "2026-03-02T13:59", None),  # 21:59
        (SHANGHAI, "2026-03-02T14:00", "2026-03-03 08:00"),  # 22:00
        (SHANGHAI, "2026-03-02T17:00", "2026-03-03 08:00"),  # 01:00
        (SHANGHAI, "2026-03-02T23:59", "2026-03-03 08:00"),
        (SHANGHAI, "2026-03-03T00:00", None),  # 08:00
        # Both nights on which New York changes its clock.
        (NEW_YORK, "2026-03-08T04:00", "2026-03-08 08:00"),
        (NEW_YORK, "2026-03-08T12:00", None),
        (NEW_YORK, "2026-11-01T04:00", "2026-11-01 08:00"),
        (NEW_YORK, "2026-11-01T12:30", "2026-11-01 08:00"),  # 07:30, of the longer night
        (NEW_YORK, "2026-11-01T13:00", None),
        # Samoa's night of 29 December 2011 ended on the 31st.
        (APIA, "2011-12-30T09:00", "2011-12-31 08:00"),
    ],
)
def test_night_ends_in_the_morning_of_her_own_clock(zone, now, expected):
    end = quiet.ends(times(zone), at(now))

    assert (end and local(end, zone)) == expected


@pytest.mark.parametrize(
    "begins,ends,now,expected",
    [
        # 02:30 is skipped in the spring, so that quiet until then ends at 03:00.
        ("23:00", "02:30", "2026-03-08T06:30", "2026-03-08 03:00"),
        # 01:30 comes twice in the autumn; quiet is over the first time.
        ("23:00", "01:30", "2026-11-01T05:00", "2026-11-01 01:30"),
        ("23:00", "01:30", "2026-11-01T06:15", None),
        ("13:00", "14:00", "2026-03-02T18:30", "2026-03-02 14:00"),
        ("08:00", "08:00", "2026-03-02T05:00", None),
    ],
)
def test_quiet_hours_are_those_that_she_set(begins, ends, now, expected):
    end = quiet.ends(times(NEW_YORK, begins, ends), at(now))

    assert (end and local(end, NEW_YORK)) == expected


def test_one_quiet_runs_into_the_next():
    # Muted until late on 3 March, away on the 4th and 5th, and then it is night until eight.
    chosen = times(SHANGHAI, "22:00", "08:00", "2026-03-03T15:00", ("2026-03-04", "2026-03-05"))

    end = quiet.ends(chosen, at("2026-03-02T02:00"))

    assert local(end, SHANGHAI) == "2026-03-06 08:00"


def test_quiet_days_are_whole_days_of_her_calendar():
    chosen = times(SHANGHAI, "08:00", "08:00", None, ("2026-03-04", "2026-03-04"))

    assert quiet.ends(chosen, at("2026-03-03T15:59")) is None
    assert local(quiet.ends(chosen, at("2026-03-03T16:00")), SHANGHAI) == "2026-03-05 00:00"
    assert quiet.ends(chosen, at("2026-03-04T16:00")) is None


@pytest.mark.parametrize("zone", ["America/Havana", "Asia/Beirut", "America/Sao_Paulo", APIA])
def test_quiet_always_ends_later_than_it_is(zone):
    moment = at("2018-01-01T00:00")
    chosen = times(zone, "23:30", "00:30", None, ("2018-11-03", "2018-11-04"))

    for hour in range(0, 24 * 365, 7):
        now = moment + dt.timedelta(hours=hour, minutes=hour % 60)
        end = quiet.ends(chosen, now)
        assert end is None or (end > now and quiet.ends(chosen, end) is None)
