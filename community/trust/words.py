"""Finding a word whatever it is dressed in: full width, capitals, spaces and invisible characters
between its letters. Knows no model."""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# Format characters (zero-width spaces and joiners, direction marks) and every kind of blank.
_UNSEEN = {"Cf", "Cc", "Zs", "Zl", "Zp", "Mn", "Me"}
# What people put between the letters of a word they do not want to be found.
_BETWEEN = frozenset(".·•*_-|/\\~`'\"。、,，﹒ー")


@dataclass(frozen=True)
class Folded:
    """A text without what hides words. ``at[i]`` is where character i of ``text`` came from."""

    text: str
    at: tuple[int, ...]


def fold_with_places(text: str) -> Folded:
    """``text`` after NFKC, in small letters, without blanks and invisible characters; with the
    place of each character in the original."""
    found, at = [], []
    for index, char in enumerate(text):
        for part in unicodedata.normalize("NFKC", char).casefold():
            if unicodedata.category(part) not in _UNSEEN:
                found.append(part)
                at.append(index)
    return Folded("".join(found), tuple(at))


def fold(text: str) -> str:
    """What two spellings of one word have in common."""
    return fold_with_places(text).text


def text_hash(text: str) -> str:
    """The same for texts that differ in spaces, width or invisible characters only."""
    return hashlib.sha256(fold(text).encode("utf-8", "surrogatepass")).hexdigest()


def found_words(text: str, words: Iterable[str]) -> list[str]:
    """Those of ``words`` (folded) that stand in ``text``, in their order. Marks put between letters
    do not hide a word: 理·财 is 理财. A word of Latin letters counts only where it stands alone:
    "ico" is not in "icon"."""
    whole = fold(text)
    joined = "".join(char for char in whole if char not in _BETWEEN)
    spaced = _latin_words(text)
    return [
        word
        for word in words
        if word and (word in spaced if _is_latin(word) else word in whole or word in joined)
    ]


def _is_latin(word: str) -> bool:
    return word.isascii() and word.isalnum()


def _latin_words(text: str) -> set[str]:
    """The runs of Latin letters and digits in ``text``, and single letters set apart by blanks or
    marks put together: "u s d t" is usdt."""
    plain = "".join(
        char
        for char in unicodedata.normalize("NFKC", text).casefold()
        if unicodedata.category(char) not in {"Cf", "Mn", "Me"}
    )
    runs = "".join(char if char.isascii() and char.isalnum() else " " for char in plain).split(" ")
    found, apart = set(runs), ""
    for run in runs:
        if len(run) == 1:
            apart += run
            found.add(apart)
        elif run:
            apart = ""
    return found
