"""Has the staff answered what was handed in on a day?"""

from collections.abc import Sequence

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cohorts.models import CheckIn, CheckInPraise
from cohorts.registry import Ask, Fact, Figures
from cohorts.services.facts import counted

NAME = "check_ins_praised"


def figures(asks: Sequence[Ask]) -> Figures:
    """Those with a word from the staff, of the day's check-ins that hold something; a rest asks
    for none. One query."""
    praised = Exists(CheckInPraise.objects.filter(check_in=OuterRef("pk")))
    rows = (
        CheckIn.objects.standing()
        .order_by()
        .filter(enrolment__in=counted.learners(asks), day__in=counted.days(asks))
        .exclude(kind=CheckIn.Kind.REST)
        .annotate(is_praised=praised)
        .values_list("enrolment__camp__run", "day")
        .annotate(have=Count("pk", filter=Q(is_praised=True)), need=Count("pk"))
    )
    return counted.by_day(asks, {(run, day): (have, need) for run, day, have, need in rows})


FACT = Fact(label=_("check-ins praised"), figures=figures, grows=True, order=40)
