"""People in a room, and what goes out to them by the clock: what the processes of a run work on."""

import datetime as dt
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.template import Context, Engine

from community import clock
from community.models import (
    InboxItem,
    Member,
    Membership,
    NotificationSettings,
    OutboxMessage,
    Preference,
    Room,
    RoomMembership,
    Run,
    Space,
)
from community.registry import Due, DueSource, due_sources
from community.services import delivery, mail
from community.services.look import look
from tests.chaos.oracle import name_of

KIND = "announcement"


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


def make_room(name: str, number: int, *, mailed: int = 0, timezone: str = "Asia/Shanghai") -> Room:
    """A room of the first ``number`` members, in a space of its own. The first ``mailed`` of them
    want announcements by mail as well."""
    members = make_members(number)
    space = Space.objects.create(name=name, slug=name)
    room = Room.objects.create(space=space, kind="camp", name=name, timezone=timezone)
    Membership.objects.bulk_create(
        (Membership(space=space, member=member) for member in members), batch_size=500
    )
    RoomMembership.objects.bulk_create(
        (RoomMembership(room=room, member=member) for member in members), batch_size=500
    )
    readers = {name_of(each) for each in range(mailed)}
    Preference.objects.bulk_create(
        (Preference(member=each, kind=KIND, on=True) for each in members if each.handle in readers),
        ignore_conflicts=True,
        batch_size=500,
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
                kind=KIND,
                template="chaos/note",
                context={"word": subject},
            )
            for subject, day in words()
            if subject not in made
        ]

    due_sources.register("chaos", DueSource(rows=rows))


def queue(label: str, word: str, members: list[Member]) -> None:
    """A mail of its own for each of ``members``, all or none, whose subject begins with
    ``label-word``; what is queued already stays."""
    with transaction.atomic():
        mail.queue_many(
            mail.Letter(
                "community/sign_in_code",
                key=f"{label}:{word}:{member.handle}",
                to=member,
                sealed={"code": f"{label}-{word}"},
                context={"minutes": 10},
            )
            for member in members
        )


def await_digest(name: str) -> None:
    """A member with that name whose own digest is due, and who has something to read in it."""
    member = Member.objects.create(handle=name, email=f"{name}@example.org", locale="en")
    run = Run.objects.create(
        what="told",
        subject=name,
        local_date=clock.now().date(),
        template="chaos/note",
        context={"word": name},
        path="/help/",
        state=Run.State.DONE,
        finished_at=clock.now(),
    )
    InboxItem.objects.create(run=run, member=member)
    NotificationSettings.objects.create(
        member=member,
        digest=NotificationSettings.Frequency.DAILY,
        next_digest_at=clock.now() - dt.timedelta(seconds=1),
    )
    Preference.objects.create(member=member, kind="personal_digest", on=True)


def warm_up() -> None:
    """Do once what every process would do first: whoever is forked later finds templates,
    translations and modules ready. Costs one mail that belongs to nobody's run."""
    queue("warm", "up", make_members(1))
    look()
    delivery.drain()
    for part in mail.PARTS:
        Engine.get_default().get_template(f"chaos/email/note.{part}").render(Context())


def mails_of(label: str) -> QuerySet[OutboxMessage]:
    """The mails of ``label``, of its runs and of their own."""
    of_runs = Q(run__what="chaos", run__subject__startswith=f"{label}-")
    return OutboxMessage.objects.filter(of_runs | Q(key__startswith=f"{label}:"))


def unsettled(label: str) -> QuerySet[OutboxMessage]:
    """Those of which nobody knows yet what becomes of them."""
    return mails_of(label).filter(settled_at=None)
