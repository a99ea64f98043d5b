"""How many have checked in on a day?"""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import CharField, Count, F, Q, Value
from django.utils.translation import gettext_lazy as _

from cohorts.registry import Ask, Fact, Figures
from cohorts.services.facts import counted

NAME = "check_ins"


def figures(asks: Sequence[Ask]) -> Figures:
    """Learners with a standing check-in for the day, resting included, of those who were enrolled
    by then. One query: who came in when, and who handed in when, below each other."""
    learners = counted.learners(asks)
    came_in = _rows(learners.values_list(Value("in", CharField()), "camp__run", "from_day"))
    handed_in = _rows(
        learners.filter(
            Q(check_ins__day__in=counted.days(asks), check_ins__taken_back_at=None),
            from_day__lte=F("check_ins__day"),
        ).values_list(Value("done", CharField()), "camp__run", "check_ins__day")
    )
    enrolled: dict[int, list[tuple[int, int]]] = defaultdict(list)
    done: dict[tuple[int, int], int] = {}
    for what, run, day, count in came_in.union(handed_in, all=True):
        if what == "in":
            enrolled[run].append((day, count))
        else:
            done[run, day] = count
    return {
        ask: (
            done.get((ask.run, ask.day), 0),
            sum(count for day, count in enrolled[ask.run] if day <= ask.day),
        )
        for ask in asks
    }


def _rows(queryset):
    return queryset.annotate(count=Count("pk"))


FACT = Fact(label=_("checked in"), figures=figures, order=30)
