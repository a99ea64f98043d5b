"""What the camps in which somebody learns have for her today, as rows of ``/today/``."""

import datetime as dt
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cohorts.models import Camp, CheckIn, Enrolment
from cohorts.models.calendar import RunCalendar, Span
from cohorts.services.check_ins import PRACTICE
from community.models import Member, Membership, RoomMembership
from community.models.written import written

GOING = [state for state, nexts in Camp.NEXT.items() if nexts]


def rows(viewer: Member) -> list[dict[str, Any]]:
    """Today's lesson and check-in of each camp she learns in, the one that opened first on top. One
    query; none for who learns nowhere."""
    if not may_learn_somewhere(viewer):
        return []
    found: dict[int, dict[str, Any]] = {}
    for row in _lessons(member=viewer.pk):
        calendar = RunCalendar(
            row["opens_on"],
            Span(row["preparation_days"], row["days"], row["closing_days"]),
            row["timezone"],
        )
        today = calendar.today()
        said = found.setdefault(row["camp_id"], _about(row, calendar, today))
        if row["lesson_day"] == today:
            said["title"] = f"{today}. {row['title']}"
            said["end"] = _("Done for today") if row["is_done"] else said["end"]
    return list(found.values())


def may_learn_somewhere(viewer: Member) -> bool:
    """From her standing alone. A plain member is a learner in the room of each of her spaces, too;
    whoever learns in a camp or a group is so in more rooms than that."""
    rooms, spaces = viewer.standing.rooms, viewer.standing.spaces
    plain = sum(role == Membership.Role.MEMBER for role in spaces.values())
    return sum(role == RoomMembership.Role.LEARNER for role in rooms.values()) > plain


def _about(row: dict[str, Any], calendar: RunCalendar, today: int) -> dict[str, Any]:
    """The row before its lesson is known: where the camp is, and what it asks."""
    phase = calendar.phase_on(calendar.date_of(today))
    opens = _("Opens on %(date)s") % {"date": date_format(row["opens_on"], "MONTH_DAY_FORMAT")}
    until: dt.time = row["check_in_until"]
    end = {
        "before": opens,
        "preparation": opens,
        "course": _("Check in by %(time)s") % {"time": f"{until:%H:%M}"},
    }
    return {
        "title": row["camp_name"],
        "sub": row["camp_name"] if phase == "course" else "",
        "end": end.get(phase, _("Look back")),
        "url": reverse("cohorts:camp", args=[row["space_slug"], row["camp_slug"]]),
    }


@written
def _lessons(*, member: Any) -> QuerySet[Enrolment, Any]:
    """A row for each lesson of each camp that is under way, or one without a lesson."""
    done = CheckIn.objects.filter(
        enrolment=OuterRef("pk"), day=OuterRef("camp__lessons__day"), taken_back_at=None
    ).exclude(day=PRACTICE)
    return (
        Enrolment.objects.active()
        .filter(member=member, camp__state__in=GOING)
        .order_by("camp__run__opens_on", "camp", "camp__lessons__day")
        .values(
            "camp_id",
            camp_name=F("camp__name"),
            camp_slug=F("camp__slug"),
            space_slug=F("camp__space__slug"),
            check_in_until=F("camp__check_in_until"),
            opens_on=F("camp__run__opens_on"),
            timezone=F("camp__run__timezone"),
            days=F("camp__run__days"),
            preparation_days=F("camp__run__preparation_days"),
            closing_days=F("camp__run__closing_days"),
            lesson_day=F("camp__lessons__day"),
            title=F("camp__lessons__title"),
            is_done=Exists(done),
        )
    )
