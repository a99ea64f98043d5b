"""How far an introduction has come: one table of published rules.

It measures the text and never the person, and only its writer sees the number. The help page shows
this very table. What it opens is opened as well by somebody who says with her name that she knows
who this is: a person who does not write well is not worth less.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from community.services.answers import Answers

CLEAR = 80
VISIBLE = 40


@dataclass(frozen=True)
class Part:
    """One rule: how many points, when they are given, what they open, at which step one writes."""

    key: str
    label: Any
    points: int
    step: int
    is_met: Callable[[Answers], bool]
    rule: Any
    opens: Any


def telling_characters(text: str) -> list[str]:
    """The letters and Chinese characters in ``text``: digits, marks and blanks tell nothing."""
    return [char for char in text.casefold() if unicodedata.category(char) in ("Lo", "Ll", "Lm")]


def says_something(text: str, least: int, different: int) -> bool:
    """At least ``least`` letters or characters, ``different`` of them different: neither a long
    row of one character nor a row of digits says anything."""
    telling = telling_characters(text)
    return len(telling) >= least and len(set(telling)) >= different


PARTS = (
    Part(
        "nickname", _("What people call you"), 10, 1,
        lambda answers: bool(answers.nickname),
        _("There is a name."),
        _("People can speak to you."),
    ),
    Part(
        "occupation", _("What you do"), 10, 1,
        lambda answers: bool(answers.occupation),
        _("It says what you do, or what you did before."),
        _("Somebody from your trade recognises you."),
    ),
    Part(
        "place", _("Where you are"), 10, 1,
        lambda answers: bool(answers.place_code or answers.place_text),
        _("A province or a city. Never an address."),
        _("People near you find you."),
    ),
    Part(
        "line", _("One sentence"), 15, 2,
        lambda answers: says_something(answers.line, 10, 6),
        _("10 characters or more that say something; digits and repetitions do not count."),
        _("It stands under your name wherever you are met."),
    ),
    Part(
        "reasons", _("Why you are here"), 10, 2,
        lambda answers: bool(answers.reasons or answers.reason_own),
        _("At least one reason, chosen or in your own words."),
        _("Those who came for the same thing find you."),
    ),
    Part(
        "proud", _("What you are proud of"), 20, 3,
        lambda answers: says_something(answers.proud, 40, 12),
        _("40 characters or more that tell one thing; digits and repetitions do not count."),
        _("It gives others something to answer, and you stand among the new friends with it."),
    ),
    Part(
        "offers", _("What you can give"), 15, 4,
        lambda answers: bool(answers.offers),
        _("At least one word."),
        _("Whoever needs it finds you."),
    ),
    Part(
        "needs", _("What you look for"), 10, 4,
        lambda answers: bool(answers.needs),
        _("At least one word."),
        _("Others know how to help you."),
    ),
)  # fmt: skip

BANDS = (
    (CLEAR, _("quite clear")),
    (VISIBLE, _("one begins to see you")),
    (0, _("just begun")),
)


def strength_of(answers: Answers) -> int:
    """0–100: the points of the rules that are met."""
    return sum(part.points for part in PARTS if part.is_met(answers))


def missing(answers: Answers) -> list[Part]:
    """The rules that are not met yet, the most points first."""
    return sorted(
        (part for part in PARTS if not part.is_met(answers)), key=lambda part: -part.points
    )


def word_for(strength: int) -> Any:
    """What the number means, in words."""
    return next(word for least, word in BANDS if strength >= least)
