"""The four slots of a course day in one text: which are there, and taking them apart. Pure.

A text is one piece to who writes it; what it announces, the lesson's link, the check-in's link and
the word to go on are found by what stands in them, never by where.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from community.models.announcement import SLOTS
from community.services.linting import links, shape

LESSON = re.compile(r"\{\{\s*lesson\.link\s*\}\}")
CHECK_IN = re.compile(r"\{\{\s*check_in\.link\s*\}\}")
LESSON_URL = re.compile(r"lesson|course|/kecheng|/ke/", re.IGNORECASE)
CHECK_IN_URL = re.compile(r"check-?_?in|daka|punch", re.IGNORECASE)
LESSON_WORD = re.compile(r"听课|课程|课时|[今本]课|课[：:《]|上课|\blesson\b", re.IGNORECASE)
CHECK_IN_WORD = re.compile(r"打卡|交作业|\bcheck[ -]?in\b|\bhand in\b", re.IGNORECASE)
TODAY = re.compile(r"预告|今天|今日|今晚|\btoday\b|\btonight\b|\{\{\s*lesson\.title", re.IGNORECASE)
LETTER = re.compile(r"\w")
# What is too short to say what the day is about: a greeting.
A_GREETING = 8


@dataclass(frozen=True)
class Parts:
    """Where each slot was found: the number of its line, from 1, or 0."""

    preview: int = 0
    lesson: int = 0
    check_in: int = 0
    encouragement: int = 0

    def missing(self) -> list[str]:
        return [slot for slot in SLOTS if not getattr(self, slot)]


def kind_of_link(line: str, before: str, own: Mapping[str, str]) -> str:
    """lesson, check_in, other or "" of a line; ``before`` is the line above, which may say what
    the link is for, and ``own`` the links of the day by slot."""
    if CHECK_IN.search(line):
        return "check_in"
    if LESSON.search(line):
        return "lesson"
    urls = [link for link, _rest in links.found(line)]
    if not urls:
        return ""
    for slot in ("check_in", "lesson"):
        if own.get(slot) and own[slot] in urls:
            return slot
    # What the link itself says counts more than the words before it.
    for words in (" ".join(urls), line, before):
        if (CHECK_IN_URL if words == " ".join(urls) else CHECK_IN_WORD).search(words):
            return "check_in"
        if (LESSON_URL if words == " ".join(urls) else LESSON_WORD).search(words):
            return "lesson"
    return "other"


def parts(text: str, own: Mapping[str, str] | None = None) -> Parts:
    """Which slots the text has."""
    lines = text.split("\n")
    kinds = _kinds(lines, own or {})
    found = {slot: kinds.index(slot) + 1 if slot in kinds else 0 for slot in ("lesson", "check_in")}
    linked = [number for number, kind in enumerate(kinds) if kind]
    return Parts(
        preview=_preview(lines, kinds),
        encouragement=_encouragement(lines, linked[-1] if linked else -1),
        **found,
    )


def _kinds(lines: list[str], own: Mapping[str, str]) -> list[str]:
    return [
        kind_of_link(line, lines[number - 1] if number else "", own)
        for number, line in enumerate(lines)
    ]


def _preview(lines: list[str], kinds: list[str]) -> int:
    """The line that says what today is about, before the first link; 0 for a greeting alone."""
    first_link = next((n for n, kind in enumerate(kinds) if kind), len(lines))
    before = list(enumerate(lines[:first_link], start=1))
    for number, line in before:
        if "预告" in line or line.lower().startswith("today:"):
            return number
    for number, line in before:
        said = TODAY.search(line)
        if said and shape.width(line) >= A_GREETING:
            return number
    longer = [n for n, line in before if shape.width(line) >= A_GREETING and LETTER.search(line)]
    return longer[0] if longer else 0


def _encouragement(lines: list[str], last_link: int) -> int:
    """The words after the last link; in a text without any, its last paragraph if it has two."""
    if last_link >= 0:
        rest = enumerate(lines[last_link + 1 :], start=last_link + 2)
        return next((number for number, line in rest if LETTER.search(line)), 0)
    paragraphs = [n for n, line in enumerate(lines, start=1)
                  if LETTER.search(line) and (n == 1 or not lines[n - 2].strip())]  # fmt: skip
    return paragraphs[-1] if len(paragraphs) > 1 else 0


def split(text: str, own: Mapping[str, str] | None = None) -> dict[str, str] | None:
    """The text by slot, when putting them together again gives exactly it; else None."""
    paragraphs = text.split("\n\n")
    kinds = [_kind_of_paragraph(one, own or {}) for one in paragraphs]
    if kinds.count("lesson") != 1 or kinds.count("check_in") != 1:
        return None
    lesson, check_in = kinds.index("lesson"), kinds.index("check_in")
    if not 0 < lesson < check_in < len(paragraphs) - 1 or any(k == "both" for k in kinds):
        return None
    pieces = (
        paragraphs[:lesson],
        paragraphs[lesson:check_in],
        paragraphs[check_in : check_in + 1],
        paragraphs[check_in + 1 :],
    )
    found = {slot: "\n\n".join(piece) for slot, piece in zip(SLOTS, pieces, strict=True)}
    whole = all(value and value == value.strip() for value in found.values())
    return found if whole and "\n\n".join(found.values()) == text else None


def _kind_of_paragraph(paragraph: str, own: Mapping[str, str]) -> str:
    kinds = {kind for kind in _kinds(paragraph.split("\n"), own) if kind in ("lesson", "check_in")}
    return "both" if len(kinds) == 2 else next(iter(kinds), "")


def place_for(slot: str, text: str, own: Mapping[str, str] | None = None) -> int:
    """Where in ``text`` a missing slot is put: the place of the sign before which it goes."""
    found = parts(text, own)
    lines = text.split("\n")
    starts = [0]
    for line in lines[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    if slot == "preview":
        return starts[found.lesson - 1] if found.lesson else 0
    if slot == "lesson" and found.check_in:
        return _start_of_block(lines, starts, found.check_in)
    if slot in ("lesson", "check_in") and found.encouragement:
        return _start_of_block(lines, starts, found.encouragement)
    return len(text)


def _start_of_block(lines: list[str], starts: list[int], number: int) -> int:
    """Of the paragraph that holds line ``number``, unless it began with a link before it."""
    at = number - 1
    while at > 0 and lines[at - 1].strip() and not links.found(lines[at - 1]):
        if LESSON.search(lines[at - 1]) or CHECK_IN.search(lines[at - 1]):
            break
        at -= 1
    return starts[at]
