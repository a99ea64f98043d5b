"""A database at its full size: many spaces, each person with a published introduction.

In bulk and in chunks: memory does not grow with the number of people, and every chunk is one
transaction, so that a run that was stopped goes on where it stood.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from community import clock
from community.demo.people_builder import People, Someone
from community.demo.people_words import SPACE_NAMES
from community.errors import DomainError
from community.models import (
    Greeting,
    Introduction,
    IntroductionTag,
    IntroductionVersion,
    Member,
    Membership,
    Room,
    RoomMembership,
    Space,
)
from community.services import spaces
from community.services.answers import KIND_OF_SIDE, content_of
from community.services.introductions import tags_for
from community.services.strength import strength_of

CHUNK = 2_000
# Of the newest introductions, those that nobody has answered yet.
WAITING_DAYS = 1.0


@dataclass(frozen=True)
class Size:
    """How much there is to make."""

    members: int
    spaces: int
    seed: int = 0

    def slug(self, number: int) -> str:
        return f"scale-{self.seed}-{number + 1}"


def fill(
    size: Size, *, yes_really: bool = False, say: Callable[[str], object] = lambda line: None
) -> int:
    """Make what is missing of ``size``; how many members were made.

    Person ``n`` lives in space ``n mod spaces``, every tenth in the next one too. The same seed
    makes the same people; again adds nothing. Raises DomainError outside demo and test unless
    ``yes_really``, and for a size that makes no sense.
    """
    if settings.MODE not in ("demo", "test") and not yes_really:
        raise DomainError(
            "This fills the database with invented people, and they cannot be told from real ones "
            "later. If this is no installation that people use, add --yes-really."
        )
    if not 1 <= size.spaces <= size.members or size.seed < 0:
        raise DomainError("It takes at least one space, a member for each, and no negative seed.")
    people = People(size.seed)
    homes = _open_spaces(size, people)
    made = 0
    for first in range(0, size.members, CHUNK):
        made += _chunk(people.people(first, min(CHUNK, size.members - first)), homes)
        say(f"{min(first + CHUNK, size.members)} of {size.members}")
    return made


@dataclass(frozen=True)
class Home:
    """A space and its room of all, by their keys, with its owner."""

    space: int
    room: int
    owner: Member


def _open_spaces(size: Size, people: People) -> list[Home]:
    """The spaces; the owner of each has an account of its own kind and no introduction."""
    homes = []
    for number in range(size.spaces):
        slug = size.slug(number)
        space = Space.objects.filter(slug=slug).first()
        owner, _new = Member.objects.get_or_create(
            handle=f"owner{size.seed}_{number}",
            defaults={
                "display_name": people.person(number).nickname,
                "email": f"owner{size.seed}.{number}@people.example",
                "password": make_password(None),
            },
        )
        if space is None:
            name = SPACE_NAMES[number % len(SPACE_NAMES)]
            space = spaces.open_space(
                owner=owner,
                name=name if number < len(SPACE_NAMES) else f"{name} {number + 1}",
                slug=slug,
                purpose="一群普通人，互相认识，一起做点事。",
            )
        room = Room.objects.get(space=space, kind=Room.Kind.SPACE)
        homes.append(Home(space.pk, room.pk, owner))
    return homes


@transaction.atomic
def _chunk(people: list[Someone], homes: list[Home]) -> int:
    handles = [someone.handle for someone in people]
    there: set[str] = set()
    for start in range(0, len(handles), 500):
        some = Member.objects.filter(handle__in=handles[start : start + 500])
        there |= set(some.values_list("handle", flat=True))
    people = [someone for someone in people if someone.handle not in there]
    if not people:
        return 0
    now = clock.now()
    members = _members(people, now)
    where = {someone.number: _homes_of(someone.number, homes) for someone in people}
    _memberships(people, members, where, now)
    _introductions(people, members, where, now)
    return len(people)


def _members(people: list[Someone], now: dt.datetime) -> dict[int, int]:
    nobody_signs_in_with_it = make_password(None)
    rows = Member.objects.bulk_create(
        [
            Member(
                public_id=someone.public_id,
                handle=someone.handle,
                display_name=someone.nickname,
                email=someone.email,
                password=nobody_signs_in_with_it,
                created_at=_ago(now, someone.joined_days_ago),
            )
            for someone in people
        ]
    )
    return {someone.number: row.pk for someone, row in zip(people, rows, strict=True)}


def _homes_of(number: int, homes: list[Home]) -> list[Home]:
    own = number % len(homes)
    if number % 10 == 0 and len(homes) > 1:
        return [homes[own], homes[(own + 1) % len(homes)]]
    return [homes[own]]


def _memberships(
    people: list[Someone], members: dict[int, int], where: dict[int, list[Home]], now: dt.datetime
) -> None:
    places = [
        (home, members[someone.number], _ago(now, someone.joined_days_ago))
        for someone in people
        for home in where[someone.number]
    ]
    Membership.objects.bulk_create(
        Membership(space_id=home.space, member_id=member, joined_at=joined)
        for home, member, joined in places
    )
    RoomMembership.objects.bulk_create(
        RoomMembership(
            room_id=home.room,
            member_id=member,
            role=RoomMembership.Role.LEARNER,
            since=joined,
        )
        for home, member, joined in places
    )


def _introductions(
    people: list[Someone], members: dict[int, int], where: dict[int, list[Home]], now: dt.datetime
) -> None:
    rows = Introduction.objects.bulk_create(
        [_introduction(someone, members[someone.number], now) for someone in people]
    )
    written = list(zip(people, rows, strict=True))
    IntroductionVersion.objects.bulk_create(
        IntroductionVersion(
            introduction=row,
            number=1,
            content=content_of(someone.answers),
            strength=row.strength,
            published_at=row.published_at,
        )
        for someone, row in written
    )
    _tags(written)
    Greeting.objects.bulk_create(_greetings(written, where))


def _introduction(someone: Someone, member: int, now: dt.datetime) -> Introduction:
    says, at = someone.answers, _ago(now, someone.wrote_days_ago)
    return Introduction(
        public_id=someone.introduction_id,
        member_id=member,
        nickname=says.nickname,
        occupation=says.occupation,
        place_code=says.place_code,
        place_text=says.place_text,
        line=says.line,
        reason_own=says.reason_own,
        proud=says.proud,
        audience=says.audience,
        strength=strength_of(says),
        turn=someone.turn,
        version=1,
        published_at=at,
        changed_at=at,
        created_at=at,
    )


def _tags(written: list[tuple[Someone, Introduction]]) -> None:
    words = {
        (str(KIND_OF_SIDE[side]), key): label
        for someone, _row in written
        for side, pairs in someone.answers.words().items()
        for key, label in pairs
    }
    tags = tags_for(words)
    IntroductionTag.objects.bulk_create(
        IntroductionTag(introduction=row, tag_id=tags[str(KIND_OF_SIDE[side]), key], side=side)
        for someone, row in written
        for side, pairs in someone.answers.words().items()
        for key, _label in pairs
    )


def _greetings(
    written: list[tuple[Someone, Introduction]], where: dict[int, list[Home]]
) -> Iterable[Greeting]:
    for someone, row in written:
        for home in where[someone.number]:
            waiting = someone.wrote_days_ago < WAITING_DAYS
            yield Greeting(
                space_id=home.space,
                introduction=row,
                state=Greeting.State.WAITING if waiting else Greeting.State.ANSWERED,
                asked_at=row.published_at,
                answered_at=None if waiting else row.published_at + dt.timedelta(hours=9),
                answered_by=None if waiting else home.owner,
            )


def _ago(now: dt.datetime, days: float) -> dt.datetime:
    return now - dt.timedelta(days=days)
