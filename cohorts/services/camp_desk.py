"""What the desk of a camp shows at a glance: sums, and where the camp stands in its dates."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from cohorts.models import Camp, CheckIn, Enrolment, Phase
from cohorts.models.calendar import day_of
from community import clock
from community.models import Introduction


@dataclass(frozen=True)
class Counts:
    """Of those who learn now; ``checked_in`` is for today, and None when nothing is asked today."""

    learning: int
    paused: int
    introduced: int
    checked_in: int | None


def counts(camp: Camp) -> Counts:
    """One query."""
    today = camp.calendar.today()
    introduced = Introduction.objects.filter(member=OuterRef("member"), published_at__isnull=False)
    handed_in = CheckIn.objects.standing().filter(enrolment=OuterRef("pk"), day=today)
    active = Q(state=Enrolment.State.ACTIVE)
    found = Enrolment.objects.filter(camp=camp).aggregate(
        learning=Count("pk", filter=active),
        paused=Count("pk", filter=Q(state=Enrolment.State.PAUSED)),
        introduced=Count("pk", filter=active & Q(Exists(introduced))),
        checked_in=Count("pk", filter=active & Q(Exists(handed_in))),
    )
    if not 1 <= today <= camp.run.days:
        found["checked_in"] = None
    return Counts(**found)


def phases(camp: Camp, at: dt.datetime | None = None) -> list[tuple[str, str]]:
    """(name, done | current | "") of each phase that the camp has, by its dates. No query."""
    now = camp.calendar.phase_on(clock.local_date(camp.run.timezone, at))
    span = camp.calendar.span
    has = {"preparation": span.preparation_days, "course": span.days, "closing": span.closing_days}
    order = ["before", *has, "after"]
    found = []
    for phase in Phase:
        if not has[phase]:
            continue
        place = order.index(phase) - order.index(now)
        found.append((str(phase.label), "done" if place < 0 else "current" if not place else ""))
    return found


def first_date(camp: Camp) -> dt.date:
    return camp.calendar.date_of(day_of(camp.calendar.span.first))


def last_date(camp: Camp) -> dt.date:
    return camp.calendar.date_of(day_of(camp.calendar.span.last))


def day_label(camp: Camp) -> str:
    """D3 while the camp is on; "" before and after. No query."""
    day = camp.calendar.today()
    return f"D{day}" if first_date(camp) <= camp.calendar.date_of(day) <= last_date(camp) else ""


def with_sums(camps: Sequence[Camp]) -> list[dict[str, Any]]:
    """Rows of a list of camps. No query: seats are counted on the camp itself."""
    return [
        {
            "camp": camp,
            "day": day_label(camp),
            "first": first_date(camp),
            "last": last_date(camp),
        }
        for camp in camps
    ]
