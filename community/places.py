"""Provinces and prefectures of China: one place under each of its many writings.

The table is ``data/places.tsv`` (codes of GB/T 2260): 34 provinces and what is like them, 333
prefectures, leagues and cities, and the 32 cities and counties that a province governs directly.
Introductions name a place no finer than this.

A bare name that is both a province and a prefecture means the province (吉林, 海南). A bare name
that is several prefectures, or a city and a better known district, means none of them: it is never
guessed. ``AMBIGUOUS`` lists these; with the province in front they are found.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).parent / "data" / "places.tsv"
# One place each: their districts are finer than an introduction goes.
WHOLE = frozenset({"110000", "120000", "310000", "500000", "710000", "810000", "820000"})
# Also the name of a well-known district or county elsewhere, so that alone it says too little.
SAID_OF_OTHERS = frozenset({"朝阳", "东方", "白沙", "新星", "双河"})
FINER = re.compile(r".*(?:区|县|市|旗|镇|乡|村|街道|古城|路)")

# Zero-width characters, soft hyphens and marks of direction, which copying leaves behind.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_BETWEEN = re.compile(r"[\s,.;:'’‘`\"|/\\·・•_()\[\]<>、。，\-–—]+")


@dataclass(frozen=True)
class Place:
    """A province, or a prefecture within one. ``code`` has six digits and never changes."""

    code: str
    name: str
    short: str
    province: str
    pinyin: str
    own_english: str
    province_english: str

    @property
    def province_code(self) -> str:
        return f"{self.code[:2]}0000"

    @property
    def is_province(self) -> bool:
        return self.code == self.province_code

    @property
    def label(self) -> str:
        """How it is said: 云南大理, 北京, 云南."""
        return self.short if self.is_province else f"{self.province}{self.short}"

    @property
    def english(self) -> str:
        if self.is_province:
            return self.own_english
        return f"{self.own_english}, {self.province_english}"


def normalise(text: str) -> str:
    """``text`` as it is looked up: NFKC, small letters, nothing invisible, no space or point."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _BETWEEN.sub("", _INVISIBLE.sub("", folded))


def get(code: str) -> Place | None:
    return PLACES.get(code)


def find(text: str) -> Place | None:
    """The place that ``text`` names, or None when it is unknown or could be several.

    What is finer than a prefecture is dropped (浙江省杭州市西湖区 is 杭州). Keep the text itself
    where this gives None.
    """
    key = normalise(text)
    if key.startswith("中国"):
        key = key.removeprefix("中国")
    code = ALIASES.get(key) or _code_of_the_whole(key)
    return PLACES[code] if code else None


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """For a select with a group for each province, the province itself first."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for place in PLACES.values():
        groups.setdefault(place.province, []).append((place.code, place.short))
    return list(groups.items())


def _code_of_the_whole(key: str) -> str | None:
    """The code of the place that ``key`` is a part of: the longest known name it begins with."""
    for end in range(min(len(key) - 1, LONGEST), 1, -1):
        code = ALIASES.get(key[:end])
        if code is None:
            continue
        rest = key[end:]
        if _names_another(rest, code):
            return None  # two places in one cell
        if rest.isascii():
            return None
        if code in WHOLE:
            return code
        if not PLACES[code].is_province and FINER.fullmatch(rest):
            return code
        return None
    return None


def _names_another(text: str, code: str) -> bool:
    """Whether some other place is named inside ``text``: then the cell holds two."""
    pieces = (
        text[start:end] for start in range(len(text)) for end in range(start + 2, len(text) + 1)
    )
    return any(ALIASES.get(piece, code) != code for piece in pieces)


def _read() -> tuple[dict[str, Place], dict[str, list[str]]]:
    """(places by code, further names by code)."""
    places: dict[str, Place] = {}
    also: dict[str, list[str]] = {}
    provinces: dict[str, tuple[str, str]] = {}
    with TABLE.open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            code, name, short, pinyin, english, more = line.rstrip("\n").split("\t")
            english = english or pinyin.capitalize()
            if code.endswith("0000"):
                provinces[code[:2]] = (short, english)
            places[code] = Place(
                code, name, short, provinces[code[:2]][0], pinyin, english, provinces[code[:2]][1]
            )
            also[code] = more.split()
    return places, also


def _names(place: Place, more: list[str]) -> set[str]:
    """Every way to write ``place`` without its province."""
    names = {place.name, place.short, *more}
    for ending in ("自治州", "自治县", "自治区"):
        if place.name.endswith(ending):
            names |= {place.short + ending, place.short + ending[-1]}
    for ending in ("地区", "林区", "盟"):
        if place.name.endswith(ending):
            names.add(place.short.removesuffix(ending) + ending)
    names |= {place.pinyin, place.own_english}
    if place.name.endswith("市"):
        names |= {f"{place.pinyin}city", f"{place.pinyin}shi"}
    return {normalise(name) for name in names}


def _index() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """(code by every writing that means one place, codes by every writing that means several)."""
    provinces: dict[str, set[str]] = {}
    meant: dict[str, set[str]] = defaultdict(set)
    for place in PLACES.values():
        names = _names(place, _MORE[place.code])
        if place.is_province:
            provinces[place.code] = names
            continue
        for name in names:
            meant[name].add(place.code)
    whole = {name: code for code, names in provinces.items() for name in names}
    unsure = {
        name: frozenset(codes)
        for name, codes in meant.items()
        if name not in whole and (len(codes) > 1 or name in SAID_OF_OTHERS)
    }
    index = {name: min(codes) for name, codes in meant.items() if name not in unsure}
    for place in PLACES.values():
        if place.is_province:
            continue
        for name in _names(place, _MORE[place.code]):
            for province in provinces[place.province_code]:
                index[province + name] = index[name + province] = place.code
    for code, names in provinces.items():
        index |= {first + second: code for first in names for second in names if code in WHOLE}
    return index | whole, unsure


PLACES, _MORE = _read()
ALIASES, AMBIGUOUS = _index()
LONGEST = max(map(len, ALIASES))
