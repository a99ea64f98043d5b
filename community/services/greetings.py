"""Who waits for a first answer, in which space, and since when."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from community import clock
from community.models import Greeting, Introduction, Member, Praise, Space
from community.services.watch import staffed

DUE_AFTER = dt.timedelta(hours=24)


@dataclass(frozen=True)
class Overview:
    """The numbers over the queue: how many wait, how many for more than a day, and for how many
    minutes the oldest has waited."""

    waiting: int
    overdue: int
    oldest_minutes: int

    @property
    def hours(self) -> int:
        return self.oldest_minutes // 60

    @property
    def minutes(self) -> int:
        return self.oldest_minutes % 60


def expect(*, introduction: Introduction, spaces: Iterable[int]) -> None:
    """Let ``introduction`` wait for an answer in each of ``spaces`` where it has not done so yet.
    One INSERT; twice is fine."""
    Greeting.objects.bulk_create(
        [Greeting(space_id=space, introduction=introduction) for space in spaces],
        ignore_conflicts=True,
    )


def expect_in(*, space: Space, member: Member) -> None:
    """She has come into a space: if she has introduced herself already, staff there answer too."""
    row = Introduction.objects.filter(member=member, published_at__isnull=False).first()
    if row is not None:
        expect(introduction=row, spaces=[space.pk])


def wait_anew(member: Member) -> None:
    """She was out of sight: nobody could answer, so the day begins now. One UPDATE."""
    Greeting.objects.filter(introduction__member=member, state=Greeting.State.WAITING).update(
        asked_at=clock.now()
    )


def queue(viewer: Member) -> QuerySet[Greeting]:
    """What waits in the spaces she runs, the oldest first, without herself. One query."""
    return (
        Greeting.objects.waiting()
        .in_spaces(staffed(viewer))
        .exclude(introduction__member=viewer)
        .select_related("space", "introduction__member")
    )


def overview(waiting: Iterable[Greeting]) -> Overview:
    """The numbers of rows that were fetched already; to the minute, by the one clock."""
    now = clock.now()
    ages = [now - greeting.asked_at for greeting in waiting]
    oldest = max(ages, default=dt.timedelta())
    return Overview(
        waiting=len(ages),
        overdue=sum(age > DUE_AFTER for age in ages),
        oldest_minutes=max(0, int(oldest.total_seconds() // 60)),
    )


def answer(*, praise: Praise, by: Member, spaces: list[int]) -> int:
    """Mark as answered what waits in ``spaces``; how many were still waiting. One UPDATE, which
    repeats its condition: of two at the same moment, one answers."""
    return Greeting.objects.filter(
        introduction=praise.introduction_id, space__in=spaces, state=Greeting.State.WAITING
    ).update(state=Greeting.State.ANSWERED, answered_at=clock.now(), answered_by=by, praise=praise)
