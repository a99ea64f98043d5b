"""Who and what counts, alike in all facts, and how the rows of one query become figures."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F, QuerySet

from cohorts.models import Enrolment
from cohorts.registry import Ask, Figures
from community.models import Member, Membership

# Who is paused or has left is asked for nothing; who has graduated was asked for all of it.
STATES = (Enrolment.State.ACTIVE, Enrolment.State.GRADUATED)
NOTHING = (0, 0)


def runs(asks: Sequence[Ask]) -> set[int]:
    return {ask.run for ask in asks}


def rooms(asks: Sequence[Ask]) -> set[int]:
    return {ask.room for ask in asks}


def days(asks: Sequence[Ask]) -> set[int]:
    return {ask.day for ask in asks}


def learners(asks: Sequence[Ask]) -> QuerySet[Enrolment]:
    """The places of those who learn in the runs asked about and are still in the space."""
    return Enrolment.objects.order_by().filter(
        camp__run__in=runs(asks),
        state__in=STATES,
        member__state=Member.State.ACTIVE,
        member__memberships__space=F("camp__space"),
        member__memberships__state=Membership.State.ACTIVE,
    )


def by_run(asks: Sequence[Ask], rows: Iterable[tuple[int, int, int]]) -> Figures:
    """Of rows (run, have, need): the figures of each ask; a run without a row has 0 of 0."""
    found = {run: (have, need) for run, have, need in rows}
    return {ask: found.get(ask.run, NOTHING) for ask in asks}


def by_day(asks: Sequence[Ask], found: Mapping[tuple[int, int], tuple[int, int]]) -> Figures:
    """Of figures by run and day: those of each ask; a day without any has 0 of 0."""
    return {ask: found.get((ask.run, ask.day), NOTHING) for ask in asks}
