"""One clock: movable, and honest about the two hours a year that do not exist or exist twice."""

import datetime as dt
from zoneinfo import ZoneInfo, available_timezones

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from community import clock

YEARS = range(2024, 2036)
ZONES = sorted(zone for zone in available_timezones() if "/" in zone and "posix" not in zone)


def transitions(zone: ZoneInfo):
    """The moments in YEARS at which the offset of ``zone`` changes, to the second."""
    step = dt.timedelta(days=7)
    low = dt.datetime(YEARS.start, 1, 1, tzinfo=dt.UTC)
    end = dt.datetime(YEARS.stop, 1, 1, tzinfo=dt.UTC)
    while low < end:
        high = low + step
        if low.astimezone(zone).utcoffset() != high.astimezone(zone).utcoffset():
            left, right = low, high
            while right - left > dt.timedelta(seconds=1):
                middle = left + (right - left) // 2
                same = middle.astimezone(zone).utcoffset() == left.astimezone(zone).utcoffset()
                left, right = (middle, right) if same else (left, middle)
            yield right.replace(microsecond=0)
        low = high


def slow_answer(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """The rule, minute by minute: the first moment whose wall clock shows this time or later."""
    wanted = dt.datetime.combine(day, time)
    moment = wanted.replace(tzinfo=dt.UTC) - dt.timedelta(hours=15)
    while moment.astimezone(zone).replace(tzinfo=None) < wanted:
        moment += dt.timedelta(minutes=1)
    return moment


@pytest.mark.slow
def test_around_every_change_of_every_zone_the_rule_holds():
    """Walk each zone's changes: before, inside the gap or the repeated hour, and after."""
    checked = 0
    for name in ZONES:
        zone = ZoneInfo(name)
        for change in transitions(zone):
            local = change.astimezone(zone).replace(tzinfo=None)
            for minutes in (-121, -61, -31, -1, 0, 1, 30, 59, 61, 121):
                wall = local + dt.timedelta(minutes=minutes)
                found = clock.local_to_utc(wall.date(), wall.time(), zone)
                shown = found.astimezone(zone).replace(tzinfo=None)
                if shown == wall:
                    # Of two moments that show it, the first.
                    readings = [wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
                    assert found == min(reading.astimezone(dt.UTC) for reading in readings)
                else:
                    assert shown > wall
                    assert found == change, f"{name} {wall}"
                checked += 1
    assert checked > 10_000


@settings(max_examples=150, deadline=None)
@given(
    zone=st.sampled_from(
        ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai", "America/Sao_Paulo",
         "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia"]
    ),
    day=st.dates(dt.date(2024, 1, 1), dt.date(2035, 12, 31)),
    minute=st.integers(0, 1439),
)  # fmt: skip
def test_it_is_the_first_minute_that_a_slow_watcher_would_see(zone, day, minute):
    time = dt.time(minute // 60, minute % 60)

    assert clock.local_to_utc(day, time, zone) == slow_answer(day, time, ZoneInfo(zone))


@pytest.mark.parametrize(
    "zone,day,time,utc",
    [
        ("Europe/Paris", "2027-03-28", "02:30", "2027-03-28T01:00"),
        ("Europe/Paris", "2027-10-31", "02:30", "2027-10-31T00:30"),
        ("America/New_York", "2026-03-08", "02:00", "2026-03-08T07:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30"),
        ("Asia/Shanghai", "2026-03-02", "08:30", "2026-03-02T00:30"),
        ("Pacific/Apia", "2011-12-30", "08:00", "2011-12-30T10:00"),
        ("Asia/Beirut", "2026-03-29", "00:00", "2026-03-28T22:00"),
    ],
)
def test_known_hours(zone, day, time, utc):
    found = clock.local_to_utc(dt.date.fromisoformat(day), dt.time.fromisoformat(time), zone)

    assert found == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)


def test_replacing_the_hour_would_be_wrong():
    """The control: what one would write without this function gives a time that never is."""
    paris = ZoneInfo("Europe/Paris")
    naive = dt.datetime(2027, 3, 28, 2, 30, tzinfo=paris)

    assert naive.astimezone(dt.UTC).astimezone(paris).hour == 3
    assert clock.local_to_utc(naive.date(), naive.time(), paris) != naive.astimezone(dt.UTC)


def test_now_is_moved_by_the_setting(settings):
    with time_machine.travel(dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC), tick=False):
        settings.CLOCK_OFFSET = clock.parse_offset("+2d3h")
        assert clock.now() == dt.datetime(2026, 3, 4, 15, tzinfo=dt.UTC)
        settings.CLOCK_OFFSET = clock.parse_offset("-1h")
        assert clock.now() == dt.datetime(2026, 3, 2, 11, tzinfo=dt.UTC)


def test_a_local_date_needs_a_zone():
    at = dt.datetime(2026, 3, 2, 16, 30, tzinfo=dt.UTC)

    assert clock.local_date("Asia/Shanghai", at) == dt.date(2026, 3, 3)
    assert clock.local_date("America/New_York", at) == dt.date(2026, 3, 2)


def test_a_zone_that_there_is_not_goes_by_the_sites_own(settings, caplog):
    at = dt.datetime(2026, 3, 2, 16, 30, tzinfo=dt.UTC)

    assert clock.local_date("Asia/Atlantis", at) == dt.date(2026, 3, 3)
    assert clock.local_to_utc(dt.date(2026, 3, 3), dt.time(8), "") == dt.datetime(
        2026, 3, 3, 0, tzinfo=dt.UTC
    )
    assert "Asia/Atlantis" in caplog.text


@pytest.mark.parametrize("text", ["2d", "+", "+2x", "tomorrow", "+1d-2h", "+ 1d"])
def test_an_offset_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="is no clock offset"):
        clock.parse_offset(text)
