"""What the form for a new camp proposes, so that most people only press the button."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Value, When
from django.utils import translation
from django.utils.translation import gettext as _

from cohorts.models import Camp, TemplateVersion
from cohorts.services import camp_plan
from community import clock
from community.models import Member, Membership, RoomMembership, Space

FAVOURITE = "writing-14"
Role = RoomMembership.Role
# What somebody is in the space, she is proposed to be in its camps.
ROLES = {
    Membership.Role.ASSISTANT: Role.ASSISTANT,
    Membership.Role.ATMOSPHERE: Role.ATMOSPHERE,
}


@dataclass(frozen=True)
class Preview:
    """What would be made, in numbers and dates."""

    days: int
    steps: int
    tasks: int
    lessons: int
    first_date: dt.date
    last_date: dt.date


def versions_for(space: Space, member: Member) -> list[TemplateVersion]:
    """The newest version of each template that she may use in ``space``; those in its language
    first, and of these the favourite. One query."""
    newest = TemplateVersion.objects.visible_to(member).newest().select_related("template")
    offered = newest.filter(template__space__isnull=True) | newest.filter(template__space=space)
    ranked = offered.annotate(
        foreign=Case(
            When(template__language=space.default_locale, then=Value(0)), default=Value(1)
        ),
        other=Case(When(template__key=FAVOURITE, then=Value(0)), default=Value(1)),
    )
    return list(ranked.order_by("foreign", "other", "title", "pk"))


def opening_for(version: TemplateVersion, timezone: str) -> dt.date:
    """The first Monday that leaves the whole preparation. Pure."""
    earliest = clock.local_date(timezone) + dt.timedelta(days=version.preparation_days)
    return earliest + dt.timedelta(days=-earliest.weekday() % 7)


def names_for(space: Space, versions: Iterable[TemplateVersion]) -> dict[int, str]:
    """For each version, by its key: the template's title with the number of the camp, in the
    language of the space. One query."""
    held = list(
        Camp.objects.filter(space=space)
        .exclude(state=Camp.State.CANCELLED)
        .values_list("run__version__template", flat=True)
    )
    with translation.override(space.default_locale):
        return {
            version.pk: (
                _("%(title)s, no. %(number)d")
                % {"title": version.title[:48], "number": held.count(version.template_id) + 1}
            )
            for version in versions
        }


def staff_of(space: Space) -> list[Membership]:
    """Who helps to run the space and has an account. One query."""
    staff = space.memberships.staff().filter(member__state=Member.State.ACTIVE)
    return list(staff.select_related("member").order_by("joined_at", "pk"))


def preview(version: TemplateVersion, *, opens_on: dt.date, timezone: str) -> Preview:
    """Raises ImpossibleDates as ``camp_plan.plan`` does. One query."""
    steps = list(version.steps.all())
    found = camp_plan.plan(version, steps, opens_on=opens_on, timezone=timezone)
    return Preview(
        days=len(found.calendar.span.all_days()),
        steps=len(steps),
        tasks=len(found.dated),
        lessons=len(version.content.get("lessons", [])),
        first_date=found.first_date,
        last_date=found.last_date,
    )
