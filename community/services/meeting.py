"""Meeting somebody every day: a fair rotation, never by popularity and never by mere activity."""

import datetime as dt
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, When

from community import clock
from community.models import Introduction, Member
from community.models.written import written

# Far apart, so that people who joined one after the other do not meet the same person on one day.
SPREAD = 7_919


def people_of_today(viewer: Member, day: dt.date | None = None) -> list[Introduction]:
    """Whom she may meet on ``day`` (her own date unless told): one whom nobody has answered yet, if
    there is one, and one of those who have been answered.

    Each of the two groups stands in an order that was drawn once, and she is led through it one a
    day: with N introductions to read, each comes up within N days, and the same day gives the same
    people. Two queries, whatever the number: who there is, by keys, and those two.
    """
    if viewer.is_minor or not viewer.standing.spaces:
        return []
    day = day or clock.local_date(viewer.timezone)
    step = day.toordinal() + viewer.pk * SPREAD
    groups: tuple[list[int], list[int]] = ([], [])
    for key, is_answered in _in_turn.bare(viewer=viewer.pk):
        groups[is_answered].append(key)
    todays = [group[step % len(group)] for group in groups if group]
    if not todays:
        return []
    rows = _shown(viewer=viewer.pk, one=todays[0], other=todays[-1])
    return [row for row in rows if row.is_readable_at(row.level)]  # type: ignore[attr-defined]


@written
def _in_turn(*, viewer: Any) -> QuerySet[Introduction, tuple[int, int]]:
    """(key, 1 if somebody has answered, else 0) of all that she may meet, as their turn comes."""
    is_answered = Case(When(first_praised_at=None, then=0), default=1, output_field=IntegerField())
    rows = Introduction.objects.in_spaces_of(viewer).order_by("turn", "pk")
    return rows.values_list("pk", is_answered)


@written
def _shown(*, viewer: Any, one: Any, other: Any) -> QuerySet[Introduction]:
    """The two with what the page shows of them, who was never answered first."""
    return (
        Introduction.objects.filter(Q(pk=one) | Q(pk=other))
        .read_by(viewer)
        .select_related("member")
        .order_by(F("first_praised_at").asc(nulls_first=True))
    )
