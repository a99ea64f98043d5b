"""Which days of a camp a learner has done, rested, made up or still has open. Pure rules.

Nobody is measured by a chain that breaks: a day that was missed makes itself up (补卡) while the
camp's make-up days last, in the order of the days, the morning after. Who would rather choose
switches that off and hands in for the day she picks. What is left open stays open, without a word.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

DONE, REST, MADE_UP, OPEN, TODAY, AHEAD = "done", "rest", "made_up", "open", "today", "ahead"


@dataclass(frozen=True)
class Dot:
    """One day: its number and how it stands (``DONE`` … ``AHEAD``)."""

    day: int
    state: str


@dataclass(frozen=True)
class Days:
    """The days that are asked of one learner, and how many make-up days she has left."""

    dots: list[Dot]
    make_ups_left: int

    def with_state(self, *states: str) -> list[int]:
        return [dot.day for dot in self.dots if dot.state in states]

    @property
    def done(self) -> int:
        """How many days count as done: handed in, rested or made up."""
        return len(self.with_state(DONE, REST, MADE_UP))

    @property
    def open(self) -> list[int]:
        """Days that are over, and neither done nor made up."""
        return self.with_state(OPEN)

    @property
    def missed_in_a_row(self) -> int:
        """How many days right before today had nothing handed in, made up by themselves or not."""
        count = 0
        for dot in reversed([dot for dot in self.dots if dot.state not in (TODAY, AHEAD)]):
            if dot.state not in (OPEN, MADE_UP):
                break
            count += 1
        return count


@dataclass(frozen=True)
class HandedIn:
    """What the rules need to know of a check-in."""

    kind: str
    made_up: bool


def reckon(
    *,
    course_days: int,
    today: int,
    from_day: int,
    handed_in: Mapping[int, HandedIn],
    make_ups: int,
    by_itself: bool,
) -> Days:
    """The days of one learner from ``from_day`` to the last day of the course.

    ``today`` is the run's day (before the opening it is negative, after the course greater than
    ``course_days``). A day she made up herself uses a make-up day first; what is left of them
    covers missed days by itself if ``by_itself``.
    """
    asked = range(max(1, from_day), course_days + 1)
    chosen = sum(1 for day, given in handed_in.items() if given.made_up and day in asked)
    left = max(0, make_ups - chosen)
    dots = []
    for day in asked:
        given = handed_in.get(day)
        if given is not None:
            state = MADE_UP if given.made_up else REST if given.kind == "rest" else DONE
        elif day >= today:
            state = TODAY if day == today else AHEAD
        elif by_itself and left:
            state, left = MADE_UP, left - 1
        else:
            state = OPEN
        dots.append(Dot(day, state))
    return Days(dots, left)


def may_make_up(days: Days, day: int, *, by_itself: bool) -> bool:
    """Whether she can still hand in for ``day``, which is over: it is open, or has made itself up,
    and a make-up day is left or was used for it."""
    for dot in days.dots:
        if dot.day == day:
            if dot.state == OPEN:
                return days.make_ups_left > 0
            return by_itself and dot.state == MADE_UP
    return False


def make_up_days_for(course_days: int, per_fortnight: int = 2) -> int:
    """How many make-up days a course of that length has: two in fourteen days, in proportion for
    longer ones, at least that many."""
    return max(per_fortnight, course_days * per_fortnight // 14)


def given_by(rows: Iterable[tuple[int, str, bool]]) -> dict[int, HandedIn]:
    """(day, kind, made_up) as ``reckon`` wants them."""
    return {day: HandedIn(kind, made_up) for day, kind, made_up in rows}
