"""With whom has nobody spoken for days?"""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cohorts.models import ContactNote
from cohorts.registry import Ask, Fact, Figures
from cohorts.services.facts import counted
from community import clock

NAME = "learners_spoken_with"
WITHIN = dt.timedelta(days=3)


def figures(asks: Sequence[Ask]) -> Figures:
    """Learners with whom somebody has spoken within three days of now, of all. One query."""
    lately = ContactNote.objects.filter(enrolment=OuterRef("pk"), at__gte=clock.now() - WITHIN)
    rows = (
        counted.learners(asks)
        .annotate(is_spoken_with=Exists(lately))
        .values_list("camp__run")
        .annotate(have=Count("pk", filter=Q(is_spoken_with=True)), need=Count("pk"))
    )
    return counted.by_run(asks, rows)


FACT = Fact(label=_("spoken with in three days"), figures=figures, order=50)
