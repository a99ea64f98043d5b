"""Jump phrases (爬楼密码): a few signs that one types into the search of a chat to land where
something was said. They must occur there once.

Pure. Texts are compared after NFKC, because a full-width １００ and 100 are the same to who reads,
and without regard to case.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHORTEST, LONGEST = 6, 15
# What somebody types herself may be shorter ("先听再看") or longer.
SHORTEST_TYPED, LONGEST_TYPED = 2, 30
# So far into a text a phrase is looked for; nobody quotes from further down.
FAR = 600
# Between two texts: no phrase reaches from one into the next.
_BORDER = "\x1e"
_PLACEHOLDER = re.compile(r"\[[^\[\]\n]{1,14}\]|https?://\S+")
_START = re.compile(r"(?:\A|[\s，。！？；：、,.!?;:「」“”\"'（）()…—-]+)")


@dataclass(frozen=True)
class Haystack:
    """Everything a search would look through, ready to be searched."""

    text: str

    def count(self, phrase: str) -> int:
        """How often ``phrase`` occurs."""
        needle = folded(phrase)
        return self.text.count(needle) if needle.strip() else 0


def folded(text: str) -> str:
    """How texts are compared."""
    return unicodedata.normalize("NFKC", text).casefold()


def haystack(texts: Iterable[str]) -> Haystack:
    """All ``texts``; one that was pasted twice must be given once."""
    return Haystack(_BORDER.join(folded(text) for text in texts))


def suggest(text: str, among: Haystack) -> str:
    """The shortest piece of ``text`` of 6 to 15 signs that occurs once ``among`` all (``text`` is
    one of them); of several as short, one that begins where a clause begins. "" if there is none."""
    text = text[:FAR]
    starts = {match.end() for match in _START.finditer(text)}
    hidden = _hidden(text)
    for length in range(SHORTEST, LONGEST + 1):
        found = [
            place
            for place in range(len(text) - length + 1)
            if _reads_well(text, place, length, hidden)
            and among.count(text[place : place + length]) == 1
        ]
        if found:
            place = min(found, key=lambda one: (one not in starts, one))
            return text[place : place + length]
    return ""


def spots(text: str, among: Haystack) -> list[int]:
    """For each sign of the folded ``text``: how many signs from there on occur once ``among`` all;
    0 where even 30 do not. With it a phrase can be judged when the chat is no longer at hand: a
    longer piece around a unique one is unique."""
    own = folded(text)[:FAR]
    found: list[int] = []
    for place in range(len(own)):
        most = min(LONGEST_TYPED, len(own) - place)
        # From one place to the next the length that is needed shrinks by one at most.
        length = max(1, found[-1] - 1) if found and found[-1] else 1
        while length <= most and among.text.count(own[place : place + length]) != 1:
            length += 1
        found.append(length if length <= most else 0)
    return found


def found_by_spots(phrase: str, text: str, unique_from: Sequence[int]) -> int | None:
    """1 if ``phrase`` occurs once in the chat that ``text`` is from, 2 for more than once, 0 if it
    does not occur in ``text``; None if nothing is known about the chat."""
    own, needle = folded(text), folded(phrase)
    place = own.find(needle)
    if not needle.strip() or place < 0:
        return 0
    if place >= len(unique_from):
        return None
    return 1 if unique_from[place] and len(needle) >= unique_from[place] else 2


def _hidden(text: str) -> set[int]:
    """Places of signs that are no words: [图片], addresses."""
    return {
        place
        for match in _PLACEHOLDER.finditer(text)
        for place in range(match.start(), match.end())
    }


def _reads_well(text: str, place: int, length: int, hidden: set[int]) -> bool:
    """No break or punctuation in it, no half of a Latin word at its ends, enough letters."""
    piece = text[place : place + length]
    if any(spot in hidden for spot in range(place, place + length)):
        return False
    if (
        piece[0].isspace()
        or piece[-1].isspace()
        or _cuts_a_word(text, place)
        or _cuts_a_word(text, place + length)
    ):
        return False
    kinds = [unicodedata.category(sign)[0] for sign in piece]
    if any(kind in "PSCM" for kind in kinds) or any(sign in "\n\u2005" for sign in piece):
        return False
    return sum(kind in "LN" for kind in kinds) >= SHORTEST - 1


def _cuts_a_word(text: str, place: int) -> bool:
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    return before.isascii() and after.isascii() and before.isalnum() and after.isalnum()
