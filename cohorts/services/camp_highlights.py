"""The highlights of a camp's days: where they stand, their drafts of the morning, and what the pages
of learners and staff say of them."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from cohorts.models import Camp, CheckIn
from cohorts.services import learning_today, starring
from cohorts.services.learners import HERE
from community import clock
from community.models import Digest, Highlight, Member, Membership, RoomMembership, Run
from community.models.written import written
from community.registry import LookPart, look_parts
from community.rules import MANAGERS, ROOM_STAFF
from community.services import digests, inbox, robots
from community.services.digests import Place

DRAFT_AT = dt.time(7)
# Who has not sent anything by then is not told any more that there is nothing.
SENT_BY = dt.time(12)
FRESH = dt.timedelta(hours=36)
AT_HOME = dt.timedelta(days=3)
NONE = "digest_none"
A_DAY, TWO_DAYS = dt.timedelta(days=1), dt.timedelta(days=2)


def place(camp: Camp, date: dt.date) -> Place:
    """Where the readers of ``date`` find its highlights, what the day is called, in which language."""
    day = camp.calendar.day_on(date)
    return Place(
        path=reverse("cohorts:highlights", args=[camp.space.slug, camp.slug, date]),
        label=f"D{day}",
        locale=camp.run.language,
    )


# The morning ----------------------------------------------------------------


def morning(now: dt.datetime | None = None) -> int:
    """From seven by each camp's clock: the draft of yesterday from its stars; without any, its staff
    are told once why nothing goes out. Four queries, and for each camp that is begun some more. Safe
    to repeat: a draft is one by its key, and so is what is told."""
    now = now or clock.now()
    due = {camp: clock.local_date(camp.run.timezone, now) - dt.timedelta(days=1)
           for camp in _going() if _is_morning(camp, now)}  # fmt: skip
    if not due:
        return 0
    stars, begun, told = _stars(due), _begun(due), _told_why_not(due)
    done = 0
    for camp, date in due.items():
        key = (camp.run.room_id, date)
        if key in begun or camp.calendar.phase_on(date) != "course":
            continue
        if stars[key]:
            done += _begin(camp, date)
        elif (camp.room.public_id, date) not in told:
            done += _say_why_not(camp, date)
    return done


def _going() -> list[Camp]:
    return list(
        Camp.objects.in_progress()
        .filter(state__in=[Camp.State.RUNNING, Camp.State.CLOSING])
        .select_related("space", "run__room")
    )


def _is_morning(camp: Camp, now: dt.datetime) -> bool:
    today = clock.local_date(camp.run.timezone, now)
    begin = clock.local_to_utc(today, DRAFT_AT, camp.run.timezone)
    return begin <= now < clock.local_to_utc(today, SENT_BY, camp.run.timezone)


def _stars(due: dict[Camp, dt.date]) -> Counter[tuple[int, dt.date]]:
    rows = Highlight.objects.tellable().filter(
        room__in=[camp.run.room_id for camp in due], day__in=set(due.values())
    )
    sums = rows.order_by().values_list("room", "day").annotate(Count("pk"))
    return Counter({(room, day): count for room, day, count in sums})


def _begun(due: dict[Camp, dt.date]) -> set[tuple[int, dt.date]]:
    rows = Digest.objects.filter(
        room__in=[camp.run.room_id for camp in due], day__in=set(due.values())
    )
    return set(rows.values_list("room", "day"))


def _told_why_not(due: dict[Camp, dt.date]) -> set[tuple[str, dt.date]]:
    rooms = [camp.room.public_id for camp in due]
    rows = Run.objects.filter(what=NONE, subject__in=rooms, local_date__in=set(due.values()))
    return set(rows.values_list("subject", "local_date"))


@transaction.atomic
def _begin(camp: Camp, date: dt.date) -> int:
    starred = list(Highlight.objects.tellable().filter(room=camp.room, day=date))
    texts = starring.known(starring.of_day(camp, date), starred)
    digest = digests.draft(room=camp.room, day=date, place=place(camp, date), known=texts)
    robots.draft_ready(
        camp.room,
        key=digest.public_id,
        day=date,
        items=len(starred),
        path=reverse("cohorts:highlights_edit", args=[camp.slug, date]),
    )
    return 1


def _say_why_not(camp: Camp, date: dt.date) -> int:
    """Once a day, under the bell of who runs the camp."""
    handed_in = (
        CheckIn.objects.standing()
        .filter(enrolment__camp=camp, day=camp.calendar.day_on(date), enrolment__state__in=HERE)
        .exclude(kind=CheckIn.Kind.REST)
        .count()
    )
    inbox.notify(
        NONE,
        subject=camp.room.public_id,
        local_date=date,
        members=_staff(camp),
        template="cohorts/no_highlights",
        context={"day": camp.calendar.day_on(date), "handed_in": handed_in},
        path=reverse("cohorts:highlights_edit", args=[camp.slug, date]),
    )
    return 1


def _staff(camp: Camp) -> Any:
    return Member.objects.active().filter(
        room_memberships__room=camp.run.room_id,
        room_memberships__until=None,
        room_memberships__role__in=RoomMembership.STAFF_ROLES,
    )


# Reading --------------------------------------------------------------------


def camp_of(reader: Member, space: str, slug: str) -> Camp | None:
    """The camp of that address, if she is in its room or manages its space. One query."""
    found = _camp_of(reader=reader.pk, space=space, slug=slug)
    return found[0] if found else None


@written
def _camp_of(*, reader: Any, space: Any, slug: Any) -> QuerySet[Camp]:
    inside = RoomMembership.objects.in_force(reader).filter(room=OuterRef("run__room"))
    manages = Membership.objects.active().filter(
        member=reader, role__in=list(MANAGERS), space=OuterRef("space")
    )
    return Camp.objects.filter(
        Exists(inside) | Exists(manages), slug=slug, space__slug=space
    ).select_related("space", "run__room")


def out_on(camp: Camp, date: dt.date) -> Digest | None:
    """The highlights of ``date``, once they have gone out. One query."""
    found = _out_on(room=camp.run.room_id, day=date.isoformat(), now=clock.now())
    for digest in found:
        digest.room = camp.room
        return digest
    return None


@written
def _out_on(*, room: Any, day: Any, now: Any) -> QuerySet[Digest]:
    return Digest.objects.out(now).filter(room=room, day=day)


# On other pages -------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line that leads to highlights."""

    label: str
    room: str
    url: str
    count: int


def newest(viewer: Member) -> list[Line]:
    """For who learns in camps: what went out there of late. One query; none for others."""
    if not learning_today.may_learn_somewhere(viewer):
        return []
    now = clock.now()
    rows = _newest(member=viewer.pk, now=now, since=now - FRESH)
    return [Line(row.label, row.room.name, row.path, row.count) for row in rows]  # type: ignore[attr-defined]


@written
def _newest(*, member: Any, now: Any, since: Any) -> QuerySet[Digest]:
    hers = RoomMembership.objects.active().filter(
        member=member, role=RoomMembership.Role.LEARNER, room=OuterRef("room")
    )
    return _with_count(Digest.objects.out(now).filter(Exists(hers), due_at__gt=since))[:5]


def with_newest(camps: QuerySet[Camp]) -> QuerySet[Camp]:
    """``camps``, each with ``highlights_of``: the date of the newest highlights that went out there
    in the last three days, or None. No query of its own."""
    now = clock.now()
    told = Highlight.objects.tellable().filter(digest=OuterRef("pk"))
    rows = Digest.objects.out(now).filter(
        Exists(told), room=OuterRef("run__room"), due_at__gt=now - AT_HOME
    )
    return camps.annotate(highlights_of=Subquery(rows.order_by("-due_at").values("day")[:1]))


def newest_of(camp: Camp) -> tuple[str, str] | None:
    """Of a camp of ``with_newest``: ("D2", where they are read). No query."""
    date: dt.date | None = getattr(camp, "highlights_of", None)
    if date is None:
        return None
    found = place(camp, date)
    return found.label, found.path


def waiting(viewer: Member) -> list[dict[str, Any]]:
    """For the staff of camps: how many stars of yesterday wait, where no person has said yes to that
    day's highlights. One query; none for others."""
    rooms = [key for key, role in viewer.standing.rooms.items() if role in ROOM_STAFF]
    if not rooms:
        return []
    camp = Camp.objects.filter(run__room=OuterRef("room")).values
    said_yes = Digest.objects.filter(
        room=OuterRef("room"), day=OuterRef("day"), state=Digest.State.APPROVED
    )
    rows = (
        Highlight.objects.tellable()
        .filter(~Exists(said_yes), room__in=rooms, day__gte=clock.now().date() - TWO_DAYS)
        .values("day", "room__timezone")
        .annotate(
            stars=Count("pk"), camp=Subquery(camp("name")[:1]), slug=Subquery(camp("slug")[:1])
        )
        .order_by("day", "slug")
    )
    return [
        row | {"url": reverse("cohorts:highlights_edit", args=[row["slug"], row["day"]])}
        for row in rows
        if row["slug"] and row["day"] == clock.local_date(row["room__timezone"]) - A_DAY
    ]


def _with_count(rows: Any) -> Any:
    told = Q(items__unstarred_at=None) & ~Q(items__consent=Highlight.Consent.NO)
    return (
        rows.annotate(count=Count("items", filter=told))
        .filter(count__gt=0)
        .select_related("room")
        .order_by("-due_at", "-pk")
    )


look_parts.register("digest-drafts", LookPart(run=morning, order=60))
