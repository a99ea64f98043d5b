"""Queues of community that stand beside the steps of the board: who waits for a first answer, and
who wants to write together. They are shown, never copied: each row leads to where it is answered.

The same rows as on ``/today/``, asked by a text that is written once.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from community.models import Greeting, HelpRequest, Member, Membership
from community.models.written import written
from community.registry import TodaySection, today_sections
from community.rules import STAFF
from community.services.watch import staffed

MOST = 5


def queues(viewer: Member) -> list[tuple[TodaySection, list[Any]]]:
    """(section, rows) of each queue in which somebody waits for her. Two queries for who helps to
    run a space, none for others."""
    if not staffed(viewer):
        return []
    asked = [(today_sections[name], rows(viewer=viewer.pk)) for name, rows in QUEUES.items()]
    return [(section, rows) for section, rows in asked if rows]


def _her_spaces(viewer: Any) -> QuerySet:
    return Membership.objects.active().filter(member=viewer, role__in=STAFF).values("space")


@written
def _greetings(*, viewer: Any) -> QuerySet[Greeting]:
    return (
        Greeting.objects.waiting()
        .filter(space__in=_her_spaces(viewer))
        .exclude(introduction__member=viewer)
        .select_related("introduction")
        .only("public_id", "asked_at", "introduction__nickname", "introduction__line")[:MOST]
    )


@written
def _help_requests(*, viewer: Any) -> QuerySet[HelpRequest]:
    return (
        HelpRequest.objects.pending()
        .filter(space__in=_her_spaces(viewer), member__state=Member.State.ACTIVE)
        .exclude(member=viewer)
        .select_related("member")
        .only("state", "note", "member__display_name", "member__handle")[:MOST]
    )


QUEUES: dict[str, Callable[..., list[Any]]] = {
    "introductions-waiting": _greetings,
    "help-requests": _help_requests,
}
