"""Is the day's announcement in all chat groups?"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.db.models import CharField, Count, DateField, Value
from django.utils.translation import gettext_lazy as _

from cohorts.models import Evidence, SopTask
from cohorts.registry import Ask, Fact, Figures
from cohorts.services.facts import counted
from community.models import Announcement, ChatGroup, Member, Posting
from community.services import announcements, postings

NAME = "announcement_delivered"


def figures(asks: Sequence[Ask]) -> Figures:
    """Chat groups in which it stands, of those that are open; a room without any counts one
    posting. One query: the groups, and the postings in and without them, below each other."""
    if not asks:
        return {}
    rooms = counted.rooms(asks)
    no_day = Value(dt.date.min, DateField())
    groups = (
        ChatGroup.objects.filter(room__in=rooms, closed_at=None)
        .order_by()
        .values_list(Value("groups", CharField()), "room", no_day, no_day)
        .annotate(count=Count("pk"))
    )
    posted = (
        Posting.objects.filter(
            announcement__room__in=rooms,
            announcement__day__lte=max(ask.date for ask in asks),
            announcement__last_day__gte=min(ask.date for ask in asks),
            withdrawn_at=None,
        )
        .exclude(announcement__kind=Announcement.Kind.CORRECTION)
        .order_by()
    )
    days = ("announcement__room", "announcement__day", "announcement__last_day")
    in_groups = posted.filter(chat_group__isnull=False, chat_group__closed_at=None).values_list(
        Value("in groups", CharField()), *days
    )
    without = posted.filter(chat_group=None).values_list(Value("without", CharField()), *days)
    rows = groups.union(
        in_groups.annotate(count=Count("pk")), without.annotate(count=Count("pk")), all=True
    )
    need: Counter[int] = Counter()
    have: Counter[tuple[str, int, dt.date]] = Counter()
    wanted = {(ask.room, ask.date) for ask in asks}
    for what, room, first, last, count in rows:
        if what == "groups":
            need[room] = count
            continue
        for offset in range((last - first).days + 1):
            day = first + dt.timedelta(days=offset)
            if (room, day) in wanted:
                have[what, room, day] += count
    return {
        ask: (have["in groups", ask.room, ask.date], need[ask.room])
        if need[ask.room]
        else (min(1, have["without", ask.room, ask.date]), 1)
        for ask in asks
    }


def record(task: SopTask, evidence: Evidence, by: Member) -> None:
    """What shows on a task that the day's announcement was posted says so for each chat group that
    it names; in a room without groups for the room. Where somebody has posted it first, that
    stands. Five queries, in the caller's transaction. The task comes with its run."""
    run = task.run
    announcement = announcements.of_day(run.room_id, run.calendar.date_of(task.day))
    if announcement is None:
        return
    open_groups = ChatGroup.objects.filter(room=run.room_id, closed_at=None)
    named = list(open_groups.filter(pk__in=evidence.chat_groups.values("pk")))
    if named or not open_groups.exists():
        postings.mark_posted_in(
            announcement=announcement,
            chat_groups=named or [None],
            by=by,
            url=evidence.url,
            upload=evidence.upload,
        )


def withdraw(task: SopTask, evidence: Evidence, by: Member) -> None:
    """The task is taken back, and with it what its evidence said: that whoever gave it had posted
    the announcement. What others have posted stands. In the caller's transaction."""
    run = task.run
    announcement = announcements.of_day(run.room_id, run.calendar.date_of(task.day))
    if announcement is None:
        return
    named: set[int | None] = set(evidence.chat_groups.values_list("pk", flat=True))
    groups = named or {None}
    for posting in postings.standing(announcement).filter(by=evidence.by_id):
        if posting.chat_group_id in groups:
            postings.withdraw_posting(posting=posting, by=by)


FACT = Fact(
    label=_("chat groups have the announcement"),
    figures=figures,
    record=record,
    withdraw=withdraw,
    order=60,
)
