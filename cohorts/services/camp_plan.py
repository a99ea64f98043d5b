"""What a template becomes on given dates: which step is due on which day, and whether all of it can
be. Pure, so that a form can show it before anything is made."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cohorts.models import SopRun, SopStep, SopTask, TemplateVersion
from cohorts.models.calendar import ImpossibleDay, RunCalendar, parse_clock
from community import clock
from community.errors import DomainError

# A date that lies further away is a slip of the finger.
FURTHEST = dt.timedelta(days=730)
SHOWN = 5


class ImpossibleDates(DomainError):
    """The template cannot run on these dates; ``problems`` are the sentences, one for each."""

    def __init__(self, problems: Sequence[str], field: str = "opens_on") -> None:
        self.problems = list(problems)
        more = len(self.problems) - SHOWN
        shown = self.problems[:SHOWN]
        if more > 0:
            shown.append(_("And %(count)d more of this kind.") % {"count": more})
        super().__init__(" ".join(shown), field=field)


@dataclass(frozen=True)
class Plan:
    """``dated`` is each step with each of its days, in the order of the template."""

    calendar: RunCalendar
    dated: list[tuple[SopStep, int]]

    @property
    def first_date(self) -> dt.date:
        return self.calendar.opens_on + dt.timedelta(days=self.calendar.span.first)

    @property
    def last_date(self) -> dt.date:
        return self.calendar.opens_on + dt.timedelta(days=self.calendar.span.last)


def plan(
    version: TemplateVersion,
    steps: Sequence[SopStep],
    *,
    opens_on: dt.date,
    timezone: str,
    today: dt.date | None = None,
) -> Plan:
    """The plan of ``version`` from ``opens_on`` on, or ImpossibleDates with every reason: the camp
    would be over already, a step names a day that does not exist or a time that the clock skips on
    that date, or steps wait for each other for ever. No query."""
    calendar = RunCalendar(opens_on, version.span, timezone)
    today = today or clock.local_date(timezone)
    _refuse_far_dates(calendar, today)
    dated: list[tuple[SopStep, int]] = []
    problems = list(_circle(steps))
    for step in steps:
        try:
            days = [
                calendar.day_on(opens_on + dt.timedelta(days=offset))
                for offset in step.due.offsets(calendar.span)
            ]
        except ImpossibleDay as error:
            problems.append(
                _("Step “%(step)s”: %(reason)s") % {"step": step.title, "reason": error}
            )
            continue
        dated.extend((step, day) for day in days)
        problems.extend(
            _skipped(calendar, day, step.time, step.title)
            for day in days
            if calendar.skips(day, step.time)
        )
    problems.extend(_skipped_by_texts(version, calendar))
    if problems:
        raise ImpossibleDates(problems)
    return Plan(calendar, dated)


def tasks_of(run: SopRun, found: Plan) -> list[SopTask]:
    """Unsaved tasks of ``run``. No query."""
    calendar = found.calendar
    opens = {day: calendar.moment(day, dt.time(0)) for day in {day for _step, day in found.dated}}
    return [
        SopTask(
            run=run,
            step=step,
            day=day,
            role=step.role,
            fact=step.fact,
            opens_at=opens[day],
            due_at=calendar.moment(day, step.time),
        )
        for step, day in found.dated
    ]


def _refuse_far_dates(calendar: RunCalendar, today: dt.date) -> None:
    if calendar.opens_on > today + FURTHEST:
        raise ImpossibleDates(
            [_("The opening lies more than two years ahead. Choose a nearer day.")]
        )
    if calendar.opens_on < today - FURTHEST or calendar.phase_on(today) == "after":
        last = calendar.opens_on + dt.timedelta(days=calendar.span.last)
        raise ImpossibleDates(
            [
                _("With this opening the camp was over on %(date)s. Choose a later day.")
                % {"date": date_format(last, "DATE_FORMAT")}
            ]
        )


def _circle(steps: Sequence[SopStep]) -> Iterator[str]:
    titles = {step.key: step.title for step in steps}
    try:
        TopologicalSorter({step.key: step.needs for step in steps}).prepare()
    except CycleError as error:
        circle = " → ".join(titles.get(key, key) for key in reversed(error.args[1]))
        yield (
            _("These steps wait for each other for ever: %s. The template has to be changed.")
            % circle
        )


def _skipped(calendar: RunCalendar, day: int, time: dt.time, title: str) -> str:
    return _(
        "Step “%(step)s” is due on %(date)s at %(time)s, but the clock skips that time there on "
        "that day. Choose another opening day or time zone."
    ) % {
        "step": title,
        "date": date_format(calendar.date_of(day), "DATE_FORMAT"),
        "time": f"{time:%H:%M}",
    }


def _skipped_by_texts(version: TemplateVersion, calendar: RunCalendar) -> Iterator[str]:
    """Announcements and the end of a day's check-in have a time of day, too."""
    for draft in version.content.get("announcements", []):
        time = parse_clock(draft["at"])
        for day in days_of(draft["day"], calendar):
            if calendar.skips(day, time):
                yield _skipped(calendar, day, time, _("Announcement"))
    until = parse_clock(version.content.get("check_in_until", "23:00"))
    for day in range(1, calendar.span.days + 1):
        if calendar.skips(day, until):
            yield _skipped(calendar, day, until, _("End of the check-in"))


def days_of(name: str, calendar: RunCalendar) -> list[int]:
    """The days on which a draft stands: ``preparation`` is all of them, ``closing`` the first."""
    span = calendar.span
    if name == "preparation":
        return [day for day in span.all_days() if day < 0]
    return [span.days + 1] if name == "closing" else [int(name)]
