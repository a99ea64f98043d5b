"""Personal digests: how long it takes to plan and to compose those of many members."""

import datetime as dt
import time
import tracemalloc
from collections.abc import Iterator, Sequence

from django.urls import reverse

from bench import camps
from bench.harness import Result, bench, statements, within
from community import clock
from community.models import (
    InboxItem,
    Introduction,
    Member,
    NotificationSettings,
    OutboxMessage,
    Praise,
    Room,
    RoomMembership,
    Run,
    Space,
)
from community.registry import Personal
from community.services.personal_digest import composing, letter, planning
from community.services.personal_digest.readers import Readers
from community.services.personal_digest.writing import Writer

READERS = 1_000
# 100,000 of them within 27 s, all else included, leave this for finding and writing their own part.
US_A_READER = 150
ROUNDS = 5


@bench(us=1, queries=1, s=1, kB=1, share=0.1)
def digests() -> Iterator[Result]:
    """1,000 digests of people of four spaces: what each costs, and how much of that is writing down
    rows that are at hand already."""
    fill()
    yield from _planning()
    whole = min(_seconds(_compose(_rows())) for _ in range(ROUNDS))
    floor = min(_seconds(_floor(_rows())) for _ in range(ROUNDS))
    yield within("digests.compose", _each(whole), "us", US_A_READER)
    share = round(floor / whole, 3)
    yield Result("digests.writing_alone", _each(floor), "share", _each(whole), share)
    with statements() as asked:
        letter.compose(_rows(), clock.now())
    yield within("digests.queries_per_1000", len(asked) - 1, "queries", 7)
    yield within("digests.memory_of_a_batch", _memory(_rows()), "kB", 20_000)


def fill() -> None:
    """Each reader has unread announcements of her space and of a camp, highlights, a line of her own,
    and every third has been praised. Some 10,000 rows."""
    camps.assistant()
    now = clock.now()
    people = _people()
    for space in Space.objects.filter(slug__startswith="bench-").order_by("slug"):
        room = Room.objects.create(space=space, kind="group", name="读书小组")
        members = [m for m in people if m.pk in set(_in_space(space))]
        RoomMembership.objects.bulk_create(
            RoomMembership(room=room, member=member) for member in members
        )
        for number in range(4):
            _tell(room, members, number, now)
    for number, member in enumerate(people):
        if number % 20 == 0:
            _tell(None, [member], number, now)
    by = people[0]
    found = Introduction.objects.filter(member__in=people[1::3])
    Praise.objects.bulk_create(
        Praise(introduction=row, by=by, text="第 9 个月还记得数，没有白停。", given_at=now - HOUR)
        for row in found
    )


HOUR = dt.timedelta(hours=1)


def _people() -> list[Member]:
    return list(Member.objects.filter(email__startswith="bench-").order_by("pk")[:READERS])


def _in_space(space: Space) -> Sequence[int]:
    return space.memberships.active().values_list("member_id", flat=True)


def _tell(room: Room | None, members: list[Member], number: int, now: dt.datetime) -> None:
    run = Run.objects.create(
        what="bench", subject=f"{room.pk if room else 'own'}:{number}", local_date=now.date(),
        kind=("announcement", "announcement", "digest", "")[number % 4] if room else "answer",
        room=room, template="community/note", path="/today/", state="done", finished_at=now,
        context={"text": "今天读第三章，写一段你自己的清晨，二百字就够。"},
    )  # fmt: skip
    InboxItem.objects.bulk_create(
        InboxItem(run=run, member=member, created_at=now - HOUR) for member in members
    )


def _rows() -> list[OutboxMessage]:
    return [OutboxMessage(pk=member.pk, member=member) for member in _people()]


def _compose(rows: Sequence[OutboxMessage]):
    """As the sender asks: members are fetched with the batch, their settings are not."""
    return lambda: letter.compose(rows, clock.now())


def _floor(rows: Sequence[OutboxMessage]):
    """Writing the same digests, found beforehand."""
    readers = Readers([row.member for row in rows if row.member], clock.now())
    digests = composing.compose(readers)

    def write() -> list[Personal]:
        writer = Writer("zh-hans")
        return [
            writer.write(readers.members[key], digest, readers.since[key])
            for key, digest in digests.items()
        ]

    return write


def _planning() -> Iterator[Result]:
    """The hour of all members of the world has come at once."""
    people = Member.objects.filter(email__startswith="bench-")
    reverse("community:my_digest")  # reading all addresses is the process's start, not the planning
    NotificationSettings.objects.all().delete()
    began = time.perf_counter()
    planning.plan()  # everybody gets her row
    begun = time.perf_counter() - began
    NotificationSettings.objects.update(next_digest_at=clock.now() - HOUR, digest="daily")
    began = time.perf_counter()
    queued = planning.plan()
    planned = time.perf_counter() - began
    assert queued == people.count(), queued
    per = 1_000 / queued
    yield within("digests.begin_1000", round(begun * per, 3), "s", 0.5)
    yield within("digests.plan_1000", round(planned * per, 3), "s", 0.25)


def _seconds(deed) -> float:
    began = time.process_time()
    deed()
    return time.process_time() - began


def _each(seconds: float) -> float:
    return round(seconds * 1_000_000 / READERS, 1)


def _memory(rows: Sequence[OutboxMessage]) -> int:
    """The most that one batch holds at once, in kB; the next one begins where this began."""
    tracemalloc.start()
    try:
        letter.compose(rows, clock.now())
        return tracemalloc.get_traced_memory()[1] // 1_000
    finally:
        tracemalloc.stop()
