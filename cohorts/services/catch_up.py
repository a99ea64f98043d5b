"""What somebody does first who comes into a camp that is under way: three things, not three weeks."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cohorts.models import Enrolment, Lesson
from community import clock
from community.models import Introduction


@dataclass(frozen=True)
class Thing:
    """One thing to do: what, where, and on which day by the camp's calendar."""

    title: str
    text: str
    url: str
    date: dt.date


@dataclass(frozen=True)
class CatchUp:
    """``before`` are the days that nothing is asked of, as "D1–D3"; "" on the first day."""

    things: list[Thing]
    before: str


def catch_up(enrolment: Enrolment) -> CatchUp | None:
    """The card of a late joiner, until she puts it away or the course is over; None for everybody
    else. Two queries. Needs the enrolment with ``camp__space`` and ``camp__run``."""
    camp = enrolment.camp
    today = camp.calendar.today()
    if (
        enrolment.from_day <= 1
        or enrolment.welcomed_at is not None
        or enrolment.state != Enrolment.State.ACTIVE
        or not enrolment.from_day <= today <= camp.run.days
    ):
        return None
    things = [*_introduction(enrolment, today), *_learning(enrolment, today)]
    last = enrolment.from_day - 1
    before = "D1" if last == 1 else f"D1–D{last}"
    return CatchUp(things[:3], before)


def put_away(enrolment: Enrolment) -> None:
    """She has read the card. One UPDATE; twice is fine."""
    unread = Enrolment.objects.filter(pk=enrolment.pk, welcomed_at=None)
    unread.update(welcomed_at=clock.now())


def _introduction(enrolment: Enrolment, today: int) -> list[Thing]:
    written = Introduction.objects.filter(
        member=enrolment.member_id, published_at__isnull=False
    ).exists()
    if written:
        return []
    return [
        Thing(
            _("Introduce yourself"),
            _("A few sentences, so that the others know who has come."),
            reverse("community:intro"),
            enrolment.camp.calendar.date_of(today),
        )
    ]


def _learning(enrolment: Enrolment, today: int) -> list[Thing]:
    camp = enrolment.camp
    at = [camp.space.slug, camp.slug]
    wanted = Q(day=today) | Q(day=today + 1)
    lessons = {row.day: row for row in Lesson.objects.filter(wanted, camp=camp).defer(*HEAVY)}
    date = camp.calendar.date_of(today)
    things = []
    if lesson := lessons.get(today):
        minutes = _("%(minutes)d minutes to read") % {"minutes": lesson.minutes}
        things.append(
            Thing(lesson.title, minutes, reverse("cohorts:lesson", args=[*at, today]), date)
        )
    until = _("Until %(time)s today; a line is enough.") % {"time": f"{camp.check_in_until:%H:%M}"}
    things.append(Thing(_("Check in for today"), until, reverse("cohorts:check_in", args=at), date))
    if following := lessons.get(today + 1):
        tomorrow = date + dt.timedelta(days=1)
        text = _("The next lesson, on %(date)s") % {
            "date": date_format(tomorrow, "MONTH_DAY_FORMAT")
        }
        url = reverse("cohorts:lesson", args=[*at, today + 1])
        things.append(Thing(following.title, text, url, tomorrow))
    things.append(
        Thing(
            _("See the whole camp"),
            _("All days with their lessons."),
            reverse("cohorts:calendar", args=at),
            date,
        )
    )
    return things


HEAVY = [
    f"{name}{ending}"
    for name in ("body", "example", "exercise", "model_answer")
    for ending in ("", "_html")
]
