"""People in a room, and what goes out to them by the clock: what the processes of a run work on."""

import datetime as dt
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import QuerySet

from community import clock
from community.models import Member, Membership, OutboxMessage, Room, RoomMembership, Run, Space
from community.registry import Due, DueSource, due_sources
from community.services import mail
from tests.chaos.oracle import name_of


def make_members(number: int) -> list[Member]:
    """The first ``number`` members of a run, made now if they are not there yet."""
    names = [name_of(each) for each in range(number)]
    Member.objects.bulk_create(
        (Member(handle=name, email=f"{name}@example.org", locale="en") for name in names),
        ignore_conflicts=True,
        batch_size=500,
    )
    found = Member.objects.filter(handle__startswith="chaos").order_by("pk")
    return [member for member in found if member.handle in set(names)]


def make_room(name: str, number: int, *, timezone: str = "Asia/Shanghai") -> Room:
    """A room of the first ``number`` members, in a space of its own."""
    members = make_members(number)
    space = Space.objects.create(name=name, slug=name)
    room = Room.objects.create(space=space, kind="camp", name=name, timezone=timezone)
    Membership.objects.bulk_create(
        (Membership(space=space, member=member) for member in members), batch_size=500
    )
    RoomMembership.objects.bulk_create(
        (RoomMembership(room=room, member=member) for member in members), batch_size=500
    )
    return room


def let_fall_due(room: Room, words: Callable[[], Iterable[tuple[str, dt.date]]]) -> None:
    """Register a source that gives ``words()`` (subject, day) that have no run, due a minute ago."""

    def rows(now: dt.datetime) -> list[Due]:
        made = set(Run.objects.filter(what="chaos").values_list("subject", flat=True))
        return [
            Due(
                what="chaos",
                subject=subject,
                local_date=day,
                due_at=clock.now() - dt.timedelta(minutes=1),
                room=room.pk,
                timezone=room.timezone,
                kind="",
                template="community/note",
                context={"text": subject},
            )
            for subject, day in words()
            if subject not in made
        ]

    due_sources.register("chaos", DueSource(rows=rows))


def letter(label: str, word: str, member: Member, run: Run | None = None) -> mail.Letter:
    """A mail whose subject begins with ``label-word``, by which the oracle knows it."""
    return mail.Letter(
        "community/sign_in_code",
        key=f"{label}:{word}:{member.handle}",
        to=member,
        sealed={"code": f"{label}-{word}"},
        context={"minutes": 10},
        run=run,
    )


def queue(label: str, word: str, members: list[Member], *, at_once: int = 500) -> None:
    """A mail for each of ``members``, ``at_once`` in a transaction; what is queued already stays."""
    for start in range(0, len(members), at_once):
        with transaction.atomic():
            mail.queue_many(letter(label, word, each) for each in members[start : start + at_once])


def is_queued(label: str, word: str, number: int) -> bool:
    """Whether all ``number`` mails of ``queue`` are there."""
    return OutboxMessage.objects.filter(key__startswith=f"{label}:{word}:").count() == number


def unsettled(label: str) -> QuerySet[OutboxMessage]:
    """The mails of ``label`` of which nobody knows yet what becomes of them."""
    return OutboxMessage.objects.filter(key__startswith=f"{label}:", settled_at=None)
