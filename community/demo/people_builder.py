"""Invented people and what they say of themselves: for the demo, for tests, for measuring and for
filling a database to its full size.

``told`` is somebody whose words were written by hand. ``People`` draws as many as one likes, the
same for the same seed; person ``n`` does not depend on the others, so any can be made alone.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from community import places
from community.demo.people_words import (
    CITIES,
    FIRST,
    LEARNING,
    LINES,
    NEEDS,
    OCCUPATIONS,
    OFFERS,
    PROUD,
    PROUD_END,
    REASON_OWN,
    SECOND,
    SKILLS,
)
from community.models import Tag
from community.models.audience import Audience
from community.models.ids import ALPHABET
from community.models.tag import DIRECTIONS, REASONS
from community.services.answers import Answers, words_of
from community.services.intro_drafts import NARROW

_CODES, _WEIGHTS = list(CITIES), list(CITIES.values())
_ALL_CODES = list(places.PLACES)


def told(
    nickname: str,
    *,
    place: str = "",
    reasons: Iterable[str] = (),
    offers: str = "",
    needs: str = "",
    **more: Any,
) -> Answers:
    """Answers as a person would type them: a place by its name, reasons by their keys, offers and
    needs in words with commas between. ``more`` are other fields of ``Answers``."""
    known = places.find(place) if place else None
    fields = {
        "place_code": known.code if known else "",
        "place_text": "" if known else place,
        "reasons": words_of(Tag.Kind.REASON, list(reasons)),
        "offers": words_of(Tag.Kind.SKILL, (), offers),
        "needs": words_of(Tag.Kind.SKILL, (), needs),
        "visibility": dict(NARROW),
    }
    return Answers(nickname=nickname, **(fields | more))


@dataclass(frozen=True)
class Someone:
    """An invented person: who she is, and what she says of herself."""

    number: int
    handle: str
    public_id: str
    introduction_id: str
    email: str
    answers: Answers
    joined_days_ago: float
    wrote_days_ago: float
    turn: int

    @property
    def nickname(self) -> str:
        return self.answers.nickname


class People:
    """The people of one ``seed``, by number from 0."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def person(self, number: int) -> Someone:
        chance = random.Random(f"{self.seed}:{number}")
        joined = round(chance.random() ** 1.6 * 720, 4)
        return Someone(
            number=number,
            handle=f"p{self.seed}_{number}",
            public_id="".join(chance.choices(ALPHABET, k=16)),
            introduction_id="".join(chance.choices(ALPHABET, k=16)),
            email=f"p{self.seed}.{number}@people.example",
            answers=_answers(chance, number),
            joined_days_ago=joined,
            wrote_days_ago=round(joined * chance.random(), 4),
            turn=chance.randrange(2**31 - 1),
        )

    def people(self, first: int, count: int) -> list[Someone]:
        return [self.person(number) for number in range(first, first + count)]


def _answers(chance: random.Random, number: int) -> Answers:
    """Some say much and some say little, as people do: about one in six stays very short."""
    code = (
        chance.choices(_CODES, _WEIGHTS)[0] if chance.random() < 0.8 else chance.choice(_ALL_CODES)
    )
    job = chance.choice(OCCUPATIONS)
    facts = {
        "city": places.PLACES[code].short,
        "job": job.split("，")[0],
        "n": chance.randint(2, 14),
        "m": chance.randint(2, 11),
        "k": chance.choice((21, 30, 42, 60, 88, 100, 130, 200, 365, 480)),
        "skill": chance.choice(SKILLS),
        "learn": chance.choice(LEARNING),
    }
    nickname = chance.choice(FIRST) + chance.choice(SECOND)
    short = chance.random() < 0.17
    return Answers(
        # Many share a name in a crowd; a number tells some of them apart, as it does in chat groups.
        nickname=nickname if chance.random() < 0.7 else f"{nickname}{number % 97}",
        occupation=job,
        place_code=code,
        line=chance.choice(LINES).format(**facts),
        reasons=() if short else _some(chance, Tag.Kind.REASON, REASONS, 1, 3),
        reason_own="" if short else chance.choice(REASON_OWN),
        proud=_proud(chance, facts) if not short and chance.random() < 0.6 else "",
        offers=_words(chance, OFFERS, 0 if short else 1, 1 if short else 4),
        needs=_words(chance, NEEDS, 0, 1 if short else 3),
        directions=() if short else _some(chance, Tag.Kind.DIRECTION, DIRECTIONS, 0, 2),
        audience=Audience.PUBLIC if chance.random() < 0.1 else Audience.SPACES,
    )


def _proud(chance: random.Random, facts: dict[str, object]) -> str:
    return chance.choice(PROUD).format(**facts) + chance.choice(PROUD_END)


def _some(
    chance: random.Random, kind: str, words: tuple, least: int, most: int
) -> tuple[tuple[str, str], ...]:
    return words_of(kind, [word.key for word in chance.sample(words, chance.randint(least, most))])


_KEYED = {word: words_of(Tag.Kind.SKILL, [], word) for word in (*OFFERS, *NEEDS)}


def _words(
    chance: random.Random, words: tuple[str, ...], least: int, most: int
) -> tuple[tuple[str, str], ...]:
    found = (_KEYED[word] for word in chance.sample(words, chance.randint(least, most)))
    return tuple(dict.fromkeys(pair for pairs in found for pair in pairs))
