"""When things happened in a camp of the demo, told from now."""

import datetime as dt
from dataclasses import dataclass

from cohorts.models import SopRun
from cohorts.models.calendar import RunCalendar, offset_of, parse_clock
from community import clock

A_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Timeline:
    """The days of one run, as they look at ``now``."""

    calendar: RunCalendar
    now: dt.datetime

    @classmethod
    def of(cls, run: SopRun, now: dt.datetime) -> "Timeline":
        return cls(run.calendar, now)

    @property
    def today(self) -> int:
        return self.calendar.today(self.now)

    def at(self, day: int, time: str, *, before: int = 0) -> dt.datetime:
        """``time`` on ``day`` by the camp's clock, or so many days ``before`` it."""
        date = self.calendar.date_of(day) - dt.timedelta(days=before)
        return clock.local_to_utc(date, parse_clock(time), self.calendar.timezone)

    def is_over(self, day: int) -> bool:
        return offset_of(day) < offset_of(self.today)

    def since_midnight(self, part: float) -> dt.datetime:
        """When that part of today's time so far had passed: at any hour a moment of today."""
        midnight = self.at(self.today, "00:00")
        return midnight + (self.now - midnight) * part

    def just_before(self, moment: dt.datetime) -> dt.datetime:
        """``moment``, or a minute ago if that is still to come."""
        return min(moment, self.now - A_MINUTE)
