"""What camps have to tell in a member's own digest: what is open today, what opens soon, and praise of
what she handed in."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    CharField,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from cohorts.models import Camp, CheckIn, CheckInPraise, Enrolment, Lesson
from cohorts.models.calendar import RunCalendar, Span
from cohorts.services.learners import HERE
from community.models import Flag, Member, Membership
from community.registry import DigestRow
from community.services.personal_digest.readers import Readers
from community.services.personal_digest.telling import Rows, apart, in_force

State = Camp.State
UNDER_WAY = [state for state, nexts in Camp.NEXT.items() if nexts]
# A camp that opens is told a week before, and once more on its eve.
AHEAD = (dt.timedelta(days=1), dt.timedelta(days=7))


@dataclass(frozen=True)
class Known:
    """A camp, as far as a digest speaks of it. ``day`` is the one of ``until`` by its own clock."""

    pk: int
    name: str
    path: str
    at: tuple[str, str]
    state: str
    state_changed_at: dt.datetime
    check_in_until: dt.time
    has_room: bool
    calendar: RunCalendar
    day: int

    @property
    def phase(self) -> str:
        return self.calendar.phase_on(self.calendar.date_of(self.day))

    def midnight(self, day: int) -> dt.datetime:
        """When ``day`` begins by the camp's own clock."""
        return self.calendar.moment(day, dt.time())


@dataclass(frozen=True)
class Place:
    """A member and a camp of one of her spaces. ``learns``: she has a place in it, and is in its
    room; ``stands`` is how her enrolment stands, "" without one."""

    member: int
    camp: int
    stands: str
    learns: bool
    from_day: int
    handed_in: int  # the last day for which there is something


# Today ------------------------------------------------------------------------


def due(readers: Readers, since: dt.datetime, until: dt.datetime) -> Rows:
    """Lesson and check-in of today in each camp that she learns in, if she has not handed in for it;
    and that her camp opens. Two queries, with those of ``openings``."""
    places, camps = _places(readers)
    titles = _titles(camp for camp in camps.values() if camp.phase == "course")
    today = {
        key: _today(camp, titles.get((key, camp.day))) for key, camp in camps.items()
        if camp.phase == "course"
    }  # fmt: skip
    soon = {
        key: _opens(camp, until) for key, camp in camps.items()
        if camp.phase in ("before", "preparation")
    }  # fmt: skip
    found: Rows = defaultdict(list)
    for place in places:
        if not place.learns or place.stands != Enrolment.State.ACTIVE:
            continue
        camp = camps[place.camp]
        is_open = place.from_day <= camp.day and place.handed_in < camp.day
        row = today.get(place.camp) if is_open else None
        if row := row or soon.get(place.camp):
            found[place.member].append(row)
    return found


def _today(camp: Known, title: str | None) -> DigestRow:
    path = reverse("cohorts:lesson", args=[*camp.at, camp.day]) if title else camp.path
    return DigestRow(
        title=f"{camp.day}. {title}" if title else camp.name,
        note=_lazy_check_in(camp.name, camp.check_in_until),
        path=path,
        at=camp.midnight(camp.day),
    )


def _opens(camp: Known, until: dt.datetime) -> DigestRow | None:
    """That it opens, since a week before or since its eve, whichever has come last."""
    opening = camp.midnight(1)
    for ahead in AHEAD:
        if opening - ahead <= until:
            title = _lazy_opens(camp.name, camp.calendar.opens_on)
            return DigestRow(title=title, path=camp.path, at=opening - ahead)
    return None


def _check_in(camp: str, until: dt.time) -> str:
    return _("%(camp)s · check in by %(time)s") % {"camp": camp, "time": f"{until:%H:%M}"}


def _opens_on(camp: str, date: dt.date) -> str:
    shown = date_format(date, "MONTH_DAY_FORMAT")
    return _("%(camp)s opens on %(date)s") % {"camp": camp, "date": shown}


def _from_to(first: dt.date, last: dt.date) -> str:
    return _("From %(first)s to %(last)s; there are places left.") % {
        "first": date_format(first, "MONTH_DAY_FORMAT"),
        "last": date_format(last, "MONTH_DAY_FORMAT"),
    }


_lazy_check_in, _lazy_opens = lazy(_check_in, str), lazy(_opens_on, str)
_lazy_from_to = lazy(_from_to, str)


# Openings ----------------------------------------------------------------------


def openings(readers: Readers, since: dt.datetime, until: dt.datetime) -> Rows:
    """Camps of her spaces for which one can enrol now, with places left, if she is in none of them
    yet. The query that ``due`` makes."""
    places, camps = _places(readers)
    rows = {
        key: DigestRow(
            title=camp.name,
            note=_lazy_from_to(
                camp.calendar.opens_on, camp.calendar.date_of(camp.calendar.span.days)
            ),
            path=reverse("community:space_detail", args=[camp.at[0]]),
            at=camp.state_changed_at,
        )
        for key, camp in camps.items()
        if camp.state == State.ENROLLING and camp.has_room and camp.phase != "course"
    }
    found: Rows = defaultdict(list)
    for place in places:
        if not place.stands and (row := rows.get(place.camp)):
            found[place.member].append(row)
    return found


# Praise ------------------------------------------------------------------------


def praise(readers: Readers, since: dt.datetime, until: dt.datetime) -> Rows:
    """What the staff of her camps said on what she handed in, while she is there. One query."""
    found: Rows = defaultdict(list)
    for member, day, space, camp, text, at, name in _praise(readers.keys, since, until):
        row = DigestRow(
            title=_lazy_said(name, day),
            note=text,
            path=reverse("cohorts:lesson", args=[space, camp, day])
            if day
            else reverse("cohorts:camp", args=[space, camp]),
            at=at,
        )
        found[member].append(row)
    return found


def _said(name: str, day: int) -> str:
    if day:
        return _("%(name)s on your check-in of day %(day)d") % {"name": name, "day": day}
    return _("%(name)s on your practice check-in") % {"name": name}


_lazy_said = lazy(_said, str)


def _praise(
    keys: Collection[int], since: dt.datetime, until: dt.datetime
) -> "QuerySet[CheckInPraise, Any]":
    """Of check-ins that stand, in camps in whose room she is; not of people whom she does not want to
    meet, who are gone, or whose words wait for staff."""
    held = Flag.objects.filter(
        what=Flag.What.PRAISE,
        subject=Concat(Value("d"), Cast(OuterRef("pk"), CharField()), output_field=CharField()),
        level="hold",
        state__in=[Flag.State.OPEN, Flag.State.UPHELD],
    )
    who, camp = "check_in__enrolment__member", "check_in__enrolment__camp"
    return (
        CheckInPraise.objects.filter(
            Exists(in_force(f"{camp}__run__room", who)),
            ~Exists(apart(who, "by")),
            ~Exists(held),
            check_in__taken_back_at=None,
            check_in__enrolment__state__in=HERE,
            check_in__enrolment__member__in=keys,
            by__state=Member.State.ACTIVE,
            given_at__gt=since,
            given_at__lte=until,
        )
        .order_by("given_at", "pk")
        .values_list(
            "check_in__enrolment__member_id", "check_in__day", f"{camp}__space__slug",
            f"{camp}__slug", "text", "given_at", "by__display_name",
        )
    )  # fmt: skip


# What both ask for ---------------------------------------------------------------


def _places(readers: Readers) -> tuple[list[Place], dict[int, Known]]:
    return readers.once("camps", lambda: _ask(readers))


def _ask(readers: Readers) -> tuple[list[Place], dict[int, Known]]:
    """Every camp under way in a space of each reader, with her place in it. One query."""
    places: list[Place] = []
    camps: dict[int, Known] = {}
    for row in _rows(readers.keys):
        member, stands, from_day, handed_in, is_in_room, camp = row[:6]
        places.append(Place(member, camp, stands or "", is_in_room, from_day or 1, handed_in or 0))
        if camp not in camps:
            camps[camp] = _known(row[5:], readers.until)
    return places, camps


def _rows(keys: Collection[int]) -> "QuerySet[Camp, Any]":
    member = "space__memberships__member"
    hers = Enrolment.objects.filter(camp=OuterRef("pk"), member=OuterRef(member)).order_by()
    days = (
        CheckIn.objects.standing()
        .filter(enrolment__camp=OuterRef("pk"), enrolment__member=OuterRef(member))
        .order_by()
        .values("enrolment")
        .annotate(last=Max("day"))
        .values("last")
    )
    return (
        Camp.objects.filter(
            space__memberships__member__in=keys,
            space__memberships__state=Membership.State.ACTIVE,
            state__in=UNDER_WAY,
        )
        .annotate(
            reader=F(member),
            stands=Subquery(hers.values("state")[:1]),
            from_day=Subquery(hers.values("from_day")[:1]),
            handed_in=Subquery(days[:1], output_field=IntegerField()),
            is_in_room=Exists(in_force("run__room", member)),
        )
        .order_by()
        .values_list(
            "reader", "stands", "from_day", "handed_in", "is_in_room",
            "pk", "name", "slug", "space__slug", "state", "state_changed_at", "check_in_until",
            "seats_taken", "capacity", "run__opens_on", "run__preparation_days", "run__days",
            "run__closing_days", "run__timezone",
        )
    )  # fmt: skip


def _known(row: tuple[Any, ...], until: dt.datetime) -> Known:
    (
        pk, name, slug, space, state, changed_at, check_in_until, taken, capacity,
        opens_on, preparation, days, closing, timezone,
    ) = row  # fmt: skip
    calendar = RunCalendar(opens_on, Span(preparation, days, closing), timezone)
    return Known(
        pk=pk,
        name=name,
        path=reverse("cohorts:camp", args=[space, slug]),
        at=(space, slug),
        state=state,
        state_changed_at=changed_at,
        check_in_until=check_in_until,
        has_room=taken < capacity,
        calendar=calendar,
        day=calendar.today(until),
    )


def _titles(camps: Iterable[Known]) -> dict[tuple[int, int], str]:
    """By camp and day: the title of the lesson of today. One query, none without a camp."""
    days = {camp.pk: camp.day for camp in camps}
    if not days:
        return {}
    rows = Lesson.objects.filter(camp__in=days, day__in=set(days.values())).order_by()
    return {
        (camp, day): title
        for camp, day, title in rows.values_list("camp_id", "day", "title")
    }  # fmt: skip
