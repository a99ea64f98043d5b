"""Many days in one block of text, as a course's author keeps them: told apart by their headings. Pure.

A heading stands alone at the beginning or after an empty line, and its number is higher than that of
the heading before it: "D1", "Ｄ７", "d11：", "第3天", "Day 4". With a title behind it ("D13 写结尾") it must
be the very next day, and the title must be no sentence: "D1 的作业还可以补" is what somebody writes.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from community.services.linting.words import number_of

HEADING = re.compile(
    r"(?:D\s*(?P<d>\d{1,3})|day\s*(?P<day>\d{1,3})|第\s*(?P<zh>\d{1,3}|[一二三四五六七八九十百]{1,5})\s*天)"
    r"(?P<rest>(?:\s*[:.、·|—–-]+\s*|\s+|$).*)$",
    re.IGNORECASE,
)
LEADING = re.compile(r"^[\s#*【\[（(=-]+|[\s#*】\])）=-]+$")
LONGEST_TITLE = 20
# What a title never begins with, and never holds.
NO_TITLE = re.compile(r"^(?:的|是|了|之|以|前|后|见|要|会|再|也|和|到|is\b|was\b|will\b|'s|and\b|to\b|has\b)",
                      re.IGNORECASE)  # fmt: skip
SENTENCE = re.compile(r"[,，。!！?？;；]|\.\s|\.$")


@dataclass(frozen=True)
class Pasted:
    """One day of the block: its number, its heading as written and in which line, and its text."""

    day: int
    heading: str
    line: int
    text: str

    @property
    def as_pasted(self) -> str:
        """Heading and text, to be pasted again."""
        return f"{self.heading}\n{self.text}"


@dataclass(frozen=True)
class Block:
    """What was found: the days, what stood before the first heading, and (line, heading) of lines
    that look like headings out of order and were left where they stood."""

    days: list[Pasted] = field(default_factory=list)
    before: str = ""
    astray: list[tuple[int, str]] = field(default_factory=list)


def parse(block: str) -> Block:
    """The days of a block, in their order."""
    lines = block.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").split("\n")
    headings: list[tuple[int, int]] = []  # (place of the line, number)
    astray: list[tuple[int, str]] = []
    last = 0
    for place, line in enumerate(lines):
        if place and lines[place - 1].strip():
            continue
        found = _heading(line)
        if found is None:
            continue
        number, has_title = found
        fits = number > last and (not has_title or not headings or number == last + 1)
        if fits:
            headings.append((place, number))
            last = number
        elif not has_title:
            astray.append((place + 1, line.strip()))
    return Block(
        days=list(_days(lines, headings)),
        before="\n".join(lines[: headings[0][0] if headings else len(lines)]).strip(),
        astray=astray,
    )


def _heading(line: str) -> tuple[int, bool] | None:
    """(number, whether a title follows) of a line that may be a heading."""
    plain = LEADING.sub("", unicodedata.normalize("NFKC", line))
    match = HEADING.match(plain)
    if match is None:
        return None
    title = match["rest"].strip(" :.、·|—–-")
    if title and (len(title) > LONGEST_TITLE or NO_TITLE.match(title) or SENTENCE.search(title)):
        return None
    return number_of(match["d"] or match["day"] or match["zh"]), bool(title)


def _days(lines: list[str], headings: list[tuple[int, int]]) -> Iterator[Pasted]:
    ends = [place for place, _number in headings[1:]] + [len(lines)]
    for (place, number), end in zip(headings, ends, strict=False):
        body = "\n".join(line.rstrip() for line in lines[place + 1 : end]).strip("\n")
        yield Pasted(number, lines[place].strip(), place + 1, body)
