"""A database at its full size: many spaces, each person with a published introduction.

In bulk and in chunks: memory does not grow with the number of people, and every chunk is one
transaction, so that a run that was stopped goes on where it stood.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import models, transaction

from community import clock
from community.demo import bulk
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
from community.trust.markup import render_markdown

CHUNK = 2_000
# Of the newest introductions, those that nobody has answered yet.
WAITING_DAYS = 0.5


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
    """Their keys in the database, by their numbers."""
    nobody_signs_in_with_it = make_password(None)
    bulk.insert(
        Member,
        ("public_id", "handle", "display_name", "email", "password", "created_at"),
        (
            (
                someone.public_id,
                someone.handle,
                someone.nickname,
                someone.email,
                nobody_signs_in_with_it,
                _ago(now, someone.joined_days_ago),
            )
            for someone in people
        ),
    )
    keys = _keys(Member, "handle", [someone.handle for someone in people])
    return {someone.number: keys[someone.handle] for someone in people}


def _keys(model: type[models.Model], name: str, values: list) -> dict[Any, int]:
    """The key of each row by the value of its field ``name``. One query for each 500."""
    found: dict[Any, int] = {}
    for start in range(0, len(values), 500):
        rows = model._default_manager.filter(**{f"{name}__in": values[start : start + 500]})
        found |= dict(rows.order_by().values_list(name, "pk"))
    return found


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
    bulk.insert(
        Membership,
        ("space_id", "member_id", "joined_at"),
        ((home.space, member, joined) for home, member, joined in places),
    )
    bulk.insert(
        RoomMembership,
        ("room_id", "member_id", "role", "since"),
        (
            (home.room, member, RoomMembership.Role.LEARNER.value, joined)
            for home, member, joined in places
        ),
    )


@dataclass(frozen=True)
class Written:
    """An introduction that is in the database: its key, whose it is, and when it was published."""

    key: int
    someone: Someone
    at: dt.datetime
    strength: int


def _introductions(
    people: list[Someone], members: dict[int, int], where: dict[int, list[Home]], now: dt.datetime
) -> None:
    strength = {someone.number: strength_of(someone.answers) for someone in people}
    bulk.insert(
        Introduction,
        (
            "public_id", "member_id", "nickname", "occupation", "place_code", "line", "reason_own",
            "proud", "proud_html", "audience", "strength", "turn", "version", "published_at",
            "changed_at", "created_at",
        ),
        (
            _introduction(someone, members[someone.number], strength[someone.number], now)
            for someone in people
        ),
    )  # fmt: skip
    keys = _keys(Introduction, "member_id", list(members.values()))
    written = [
        Written(
            keys[members[someone.number]],
            someone,
            _ago(now, someone.wrote_days_ago),
            strength[someone.number],
        )
        for someone in people
    ]
    bulk.insert(
        IntroductionVersion,
        ("introduction_id", "number", "content", "strength", "published_at"),
        ((row.key, 1, content_of(row.someone.answers), row.strength, row.at) for row in written),
    )
    _tags(written)
    bulk.insert(
        Greeting,
        (
            "public_id", "space_id", "introduction_id", "state", "asked_at", "answered_at",
            "answered_by_id",
        ),
        _greetings(written, where),
    )  # fmt: skip


def _introduction(someone: Someone, member: int, strength: int, now: dt.datetime) -> tuple:
    says, at = someone.answers, _ago(now, someone.wrote_days_ago)
    return (
        someone.introduction_id, member, says.nickname, says.occupation, says.place_code, says.line,
        says.reason_own, says.proud, _html(says.proud), str(says.audience), strength, someone.turn,
        1, at, at, at,
    )  # fmt: skip


@lru_cache(maxsize=5_000)
def _html(text: str) -> str:
    """What the model would render; few different texts, so few are rendered."""
    return str(render_markdown(text)) if text else ""


def _tags(written: list[Written]) -> None:
    named = [
        (row.key, str(side), str(KIND_OF_SIDE[side]), key, label)
        for row in written
        for side, pairs in row.someone.answers.words().items()
        for key, label in pairs
    ]
    tags = tags_for({(kind, key): label for _row, _side, kind, key, label in named})
    bulk.insert(
        IntroductionTag,
        ("introduction_id", "tag_id", "side"),
        ((row, tags[kind, key], side) for row, side, kind, key, _label in named),
    )


def _greetings(written: list[Written], where: dict[int, list[Home]]) -> Iterator[tuple]:
    for row in written:
        waiting = row.someone.wrote_days_ago < WAITING_DAYS
        state = Greeting.State.WAITING if waiting else Greeting.State.ANSWERED
        answered_at = None if waiting else row.at + dt.timedelta(hours=9)
        for home in where[row.someone.number]:
            answered_by = None if waiting else home.owner.pk
            yield (
                f"{home.space:03}{row.someone.introduction_id}"[:16],
                home.space, row.key, state.value, row.at, answered_at, answered_by,
            )  # fmt: skip


def _ago(now: dt.datetime, days: float) -> dt.datetime:
    return now - dt.timedelta(days=days)
