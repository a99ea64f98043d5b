"""Is every introduction in the camp answered?"""

from collections.abc import Sequence

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from cohorts.registry import Ask, Fact, Figures
from cohorts.services.facts import counted
from community.models import Greeting

NAME = "introductions_answered"


def figures(asks: Sequence[Ask]) -> Figures:
    """Answered in the camp's space, of those that can be answered there: published, and neither
    held back nor hidden. Who has not written yet blocks nobody. One query."""
    published = counted.learners(asks).filter(
        member__hidden_at=None,
        member__introduction__published_at__isnull=False,
        member__introduction__held_at=None,
        member__introduction__greetings__space=F("camp__space"),
    )
    answered = Q(member__introduction__greetings__state=Greeting.State.ANSWERED)
    rows = published.values_list("camp__run").annotate(
        have=Count("pk", filter=answered), need=Count("pk")
    )
    return counted.by_run(asks, rows)


FACT = Fact(label=_("introductions answered"), figures=figures, order=10)
