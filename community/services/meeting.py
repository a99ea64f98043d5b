"""Meeting somebody every day: a fair rotation, never by popularity and never by mere activity."""

import datetime as dt

from django.db.models import Case, Count, F, IntegerField, Value, When, Window
from django.db.models.functions import Mod, RowNumber

from community import clock
from community.models import Introduction, Member

# Far apart, so that people who joined one after the other do not meet the same person on one day.
SPREAD = 7_919


def people_of_today(viewer: Member, day: dt.date | None = None) -> list[Introduction]:
    """Whom she may meet on ``day`` (her own date unless told): one whom nobody has answered yet, if
    there is one, and one of those who have been answered.

    Each of the two groups stands in an order that was drawn once, and she is led through it one a
    day: with N introductions to read, each comes up within N days, and the same day gives the same
    people. One query, whatever the number.
    """
    if viewer.is_minor or not viewer.standing.spaces:
        return []
    day = day or clock.local_date(viewer.timezone)
    step = day.toordinal() + viewer.pk * SPREAD
    is_answered = Case(
        When(first_praised_at=None, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    # The numbering knows nothing but keys: what the page shows is fetched for those two alone.
    todays = (
        Introduction.objects.in_spaces_of(viewer)
        .annotate(answered=is_answered)
        .annotate(
            rank=Window(
                RowNumber(), partition_by=[F("answered")], order_by=[F("turn").asc(), F("pk").asc()]
            ),
            total=Window(Count("pk"), partition_by=[F("answered")]),
        )
        .filter(rank=Mod(Value(step, IntegerField()), F("total")) + 1)
        .values("pk")
    )
    rows = (
        Introduction.objects.filter(pk__in=todays)
        .read_by(viewer)
        .select_related("member")
        .order_by(F("first_praised_at").asc(nulls_first=True))
    )
    return [row for row in rows if row.is_readable_at(row.level)]  # type: ignore[attr-defined]
