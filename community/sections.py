"""Community's own blocks of ``/today/``, of a space's home and of a member's digest, and what it
exports and erases of a member's introduction; the apps above add theirs alike."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models import Greeting, HelpRequest, Introduction, Member, Membership, Run, Space
from community.models.written import written
from community.registry import (
    DigestSection,
    SpaceSection,
    TodaySection,
    digest_sections,
    erasure_parts,
    export_parts,
    space_sections,
    today_sections,
)
from community.services import (
    digest_due,  # noqa: F401  registers when a camp's digest is due
    digest_readers,  # noqa: F401  registers who is mailed it without a name
    greetings,
    help_requests,
    highlights,
    inbox,
    intro_data,
    late_desk,
    meeting,
)
from community.services.personal_digest import letter, telling  # noqa: F401  registers its mail
from community.services.watch import staffed

# So long a new introduction stands on top of a space's home; then the newest follow.
ON_TOP = dt.timedelta(hours=24)
NEW_FOR = dt.timedelta(days=14)


def write_yours(viewer: Member) -> list[dict[str, Any]]:
    """An invitation to introduce oneself, while nothing is published. One query."""
    rows = _her_own(member=viewer.pk)
    if rows and rows[0].is_published:
        return []
    return [{"begun": bool(rows) and rows[0].draft_saved_at is not None}]


@written
def _her_own(*, member: Any) -> QuerySet[Introduction]:
    return Introduction.objects.filter(member=member).only("published_at", "draft_saved_at")


def waiting_for_answers(viewer: Member) -> list[Greeting]:
    """For staff: who waits for a first answer, the oldest first. One query; none for others."""
    return list(greetings.queue(viewer)[:6]) if staffed(viewer) else []


def waiting_for_company(viewer: Member) -> list[HelpRequest]:
    """For staff: who wants to write together with somebody. One query; none for others."""
    return list(help_requests.queue(viewer)[:6]) if staffed(viewer) else []


def new_friends(viewer: Member, space: Space) -> list[Introduction]:
    """Who has introduced herself in ``space`` of late: those of the last day on top, then the
    newest. One query, with what each shows to ``viewer``."""
    if viewer.is_minor:
        return []
    now = clock.now()
    rows = _new_friends(viewer=viewer.pk, space=space.pk, since=now - NEW_FOR)
    found = [row for row in rows if row.is_readable_at(row.level)]
    for row in found:
        row.is_fresh = row.published_at > now - ON_TOP
        row.show(row.level)
    return found


@written
def _new_friends(*, viewer: Any, space: Any, since: Any) -> QuerySet[Introduction]:
    return (
        Introduction.objects.in_spaces_of(viewer, own=True)
        .filter(
            member__memberships__space=space,
            member__memberships__state=Membership.State.ACTIVE,
            published_at__gte=since,
        )
        .read_by(viewer)
        .select_related("member")
        .order_by("-published_at")[:12]
    )


def somebody_to_meet(viewer: Member) -> list[Introduction]:
    """The people of the day. Two queries: whose turn it is, and those."""
    found = meeting.people_of_today(viewer)
    for row in found:
        row.show(row.level)
    return found


def missed(viewer: Member) -> list[Run]:
    """For whoever runs a room: what did not go out by itself. One query; none for others."""
    if not viewer.has_perm("community.decide_what_is_late"):
        return []
    found = list(late_desk.waiting(viewer).order_by("-pk")[:6])
    for run in found:
        run.line = inbox.line(run)
    return found


today_sections.register(
    "missed-and-late",
    TodaySection(
        title=_("Missed and late"),
        template="community/_today_late.html",
        rows=missed,
        order=12,
    ),
)
today_sections.register(
    "introductions-waiting",
    TodaySection(
        title=_("Introductions to answer"),
        template="community/_today_greetings.html",
        rows=waiting_for_answers,
        order=20,
    ),
)
today_sections.register(
    "help-requests",
    TodaySection(
        title=_("Who wants to write together"),
        template="community/_today_help_requests.html",
        rows=waiting_for_company,
        order=21,
    ),
)
today_sections.register(
    "introduce-yourself",
    TodaySection(
        title=_("Introduce yourself"),
        template="community/_today_write.html",
        rows=write_yours,
        order=40,
    ),
)
today_sections.register(
    "meet-somebody",
    TodaySection(
        title=_("Meet somebody today"),
        template="community/_people_rows.html",
        rows=somebody_to_meet,
        order=60,
    ),
)
space_sections.register(
    "new-friends",
    SpaceSection(
        title=_("New friends"),
        template="community/_people_rows.html",
        rows=new_friends,
        order=20,
        limit=6,
    ),
)
digest_sections.register(
    "answers",
    DigestSection(title=_("To you"), rows=telling.answers, order=10, covers=("praise",)),
)
digest_sections.register(
    "announcements",
    DigestSection(title=_("Announcements you have not read"), rows=telling.announcements, order=20),
)
digest_sections.register(
    "highlights",
    DigestSection(title=_("Highlights"), rows=telling.highlights, order=30),
)
digest_sections.register(
    "others",
    DigestSection(title=_("Also new"), rows=telling.others, order=90),
)
export_parts.register("introductions", intro_data.export)
erasure_parts.register("introductions", intro_data.erase)
export_parts.register("highlights", highlights.export)
erasure_parts.register("highlights", highlights.erase)
