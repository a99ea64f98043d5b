"""What somebody has answered about herself, tidied: the same shape for the strength, the preview,
the text that is published, an import and the demo.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from community import places
from community.models import ContactPreference, Introduction, IntroductionTag, Tag
from community.models.audience import Audience
from community.models.introduction import LIMITS, PARTS
from community.models.tag import CURATED, LONGEST, key_of, label_of

Side = IntroductionTag.Side

KIND_OF_SIDE = {
    Side.OFFER: Tag.Kind.SKILL,
    Side.NEED: Tag.Kind.SKILL,
    Side.DIRECTION: Tag.Kind.DIRECTION,
    Side.REASON: Tag.Kind.REASON,
}
MOST_WORDS = 12
MOST_LINKS = 5
LONGEST_LINK = 300
_SEPARATORS = re.compile(r"[、,，;；/\n\r|]+")
_LINK = re.compile(r"https?://[^\s<>\"'\\]+\Z", re.IGNORECASE)
# A sign of direction or of nothing at all; in a name it only deceives. The joiner of emoji stays.
_DECEIVING = re.compile("[\u0000-\u001f\u007f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True)
class Answers:
    """Tidied answers. Words are (key, label) pairs; ``place_code`` is empty for a place that is
    not known, which keeps its own words."""

    nickname: str = ""
    occupation: str = ""
    place_code: str = ""
    place_text: str = ""
    line: str = ""
    reasons: tuple[tuple[str, str], ...] = ()
    reason_own: str = ""
    proud: str = ""
    offers: tuple[tuple[str, str], ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    directions: tuple[tuple[str, str], ...] = ()
    links: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    hours: str = ""
    audience: str = Audience.SPACES
    visibility: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        known = places.get(self.place_code) if self.place_code else None
        return known.label if known else self.place_text

    def words(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """All words, by the side on which they stand."""
        return {
            Side.OFFER: self.offers,
            Side.NEED: self.needs,
            Side.DIRECTION: self.directions,
            Side.REASON: self.reasons,
        }

    def labels(self, side: str) -> list[str]:
        """The words of one side as the reader reads them."""
        kind = KIND_OF_SIDE[Side(side)]
        return [str(label_of(kind, key) or label) for key, label in self.words()[Side(side)]]


def one_line(text: str) -> str:
    """Without line breaks, doubled blanks and characters that only deceive the eye."""
    return " ".join(_DECEIVING.sub(" ", unicodedata.normalize("NFC", text)).split())


def split_words(text: str) -> list[str]:
    """What was typed between commas, slashes or on lines of its own."""
    return [word for part in _SEPARATORS.split(text) if (word := one_line(part))]


def words_of(kind: str, keys: Iterable[str], own: str = "") -> tuple[tuple[str, str], ...]:
    """(key, label) for chosen curated ``keys`` and for words of her own, each once, at most
    ``MOST_WORDS``. A word of her own that names a curated one becomes that one."""
    known = {word.key for word in CURATED[kind]}
    found = {key: key for key in keys if key in known}
    for word in split_words(own):
        key = key_of(kind, word)
        if key:
            found.setdefault(key, key if key in known else word[:LONGEST])
    return tuple(list(found.items())[:MOST_WORDS])


def links_of(text: str) -> tuple[str, ...]:
    """The web addresses in ``text``, one a line; what is none is left out."""
    lines = [line.strip() for line in text.splitlines()]
    good = [line for line in lines if len(line) <= LONGEST_LINK and _LINK.match(line)]
    return tuple(dict.fromkeys(good))[:MOST_LINKS]


def bad_links(text: str) -> list[str]:
    """The lines of ``text`` that are no web address that fits."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [line for line in lines if len(line) > LONGEST_LINK or not _LINK.match(line)]


def answers_of(draft: Mapping[str, Any]) -> Answers:
    """A draft, tidied. Never fails: what cannot be understood is left out or kept as words. No
    query."""
    fields = draft.get("fields") or {}
    place = one_line(_text(fields, "place"))
    known = places.find(place) if place else None
    choice = draft.get("audience")
    return Answers(
        nickname=one_line(_text(fields, "nickname")),
        occupation=one_line(_text(fields, "occupation")),
        place_code=known.code if known else "",
        place_text="" if known else place,
        line=one_line(_text(fields, "line")),
        reasons=words_of(Tag.Kind.REASON, _keys(fields, "reasons")),
        reason_own=one_line(_text(fields, "reason_own")),
        proud=_text(fields, "proud").replace("\r\n", "\n").strip(),
        offers=words_of(Tag.Kind.SKILL, _keys(fields, "offers"), _text(fields, "offers_own")),
        needs=words_of(Tag.Kind.SKILL, _keys(fields, "needs"), _text(fields, "needs_own")),
        directions=words_of(Tag.Kind.DIRECTION, _keys(fields, "directions")),
        links=links_of(_text(fields, "links")),
        ways=tuple(way for way in ContactPreference.Way.values if way in _keys(fields, "ways")),
        hours=one_line(_text(fields, "hours")),
        audience=choice if choice in Audience.values else Audience.SPACES,
        visibility=_visibility(draft.get("visibility")),
    )


def too_long(answers: Answers) -> dict[str, int]:
    """By how many characters which answer is too long to be published."""
    lengths = {
        "nickname": answers.nickname,
        "occupation": answers.occupation,
        "place": answers.place_text,
        "line": answers.line,
        "reason_own": answers.reason_own,
        "proud": answers.proud,
        "hours": answers.hours,
    }
    return {
        name: len(text) - LIMITS[name] for name, text in lengths.items() if len(text) > LIMITS[name]
    }


def content_of(answers: Answers) -> dict[str, Any]:
    """What a version keeps: everything others could read."""
    return {
        "nickname": answers.nickname,
        "occupation": answers.occupation,
        "place_code": answers.place_code,
        "place_text": answers.place_text,
        "line": answers.line,
        "reason_own": answers.reason_own,
        "proud": answers.proud,
        "links": list(answers.links),
        "words": {
            str(side): [list(word) for word in words] for side, words in answers.words().items()
        },
    }


def draft_of(answers: Answers) -> dict[str, Any]:
    """A draft that says what ``answers`` say, to go on from."""
    return {
        "fields": {
            "nickname": answers.nickname,
            "occupation": answers.occupation,
            "place": answers.place,
            "line": answers.line,
            "reasons": [key for key, _ in answers.reasons],
            "reason_own": answers.reason_own,
            "proud": answers.proud,
            **_chosen_and_own("offers", answers.offers),
            **_chosen_and_own("needs", answers.needs),
            "directions": [key for key, _ in answers.directions],
            "links": "\n".join(answers.links),
            "ways": list(answers.ways),
            "hours": answers.hours,
        },
        "audience": str(answers.audience),
        "visibility": dict(answers.visibility),
    }


def _chosen_and_own(name: str, words: Iterable[tuple[str, str]]) -> dict[str, Any]:
    known = {word.key for word in CURATED[Tag.Kind.SKILL]}
    words = list(words)
    return {
        name: [key for key, _ in words if key in known],
        f"{name}_own": "、".join(label for key, label in words if key not in known),
    }


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _keys(fields: Mapping[str, Any], name: str) -> list[str]:
    value = fields.get(name)
    return [key for key in value if isinstance(key, str)] if isinstance(value, list) else []


def _visibility(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {
        part: circle
        for part, circle in value.items()
        if part in PARTS and circle in Audience.values
    }


def published_answers(introduction: Introduction) -> Answers:
    """What ``introduction`` says now, as answers. Two queries: its words, how to reach her."""
    sides: dict[str, list[tuple[str, str]]] = {side: [] for side in Side.values}
    for use in introduction.tags.select_related("tag"):
        sides[use.side].append((use.tag.key, use.tag.label))
    contact = ContactPreference.objects.filter(member=introduction.member_id).first()
    return Answers(
        nickname=introduction.nickname,
        occupation=introduction.occupation,
        place_code=introduction.place_code,
        place_text=introduction.place_text,
        line=introduction.line,
        reasons=tuple(sides[Side.REASON]),
        reason_own=introduction.reason_own,
        proud=introduction.proud,
        offers=tuple(sides[Side.OFFER]),
        needs=tuple(sides[Side.NEED]),
        directions=tuple(sides[Side.DIRECTION]),
        links=tuple(introduction.links),
        ways=tuple(contact.ways) if contact else (),
        hours=contact.hours if contact else "",
        audience=introduction.audience,
        visibility=introduction.visibility,
    )
