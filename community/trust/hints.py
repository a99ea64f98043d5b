"""What should perhaps not stand where many people read it: numbers to call, addresses, doors.

A hint is a question and never a refusal, so it may be wrong now and then; but one that is wrong
often is not read any more. Years, prices, amounts and dates must not hint.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from community.trust.words import Folded, fold_with_places

PHONE, WECHAT, EMAIL, DOOR, IDENTITY, QQ = "phone", "wechat", "email", "door", "identity", "qq"

_NUMERALS = str.maketrans(
    "〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺两", "00123456789123456789" + "12"
)
_GAP = r"[-.·•_~—–()/]*"
# Eleven digits that begin like a mobile phone, with marks between them, not within a longer number.
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)")
_LANDLINE = re.compile(rf"(?<!\d)(?:0\d{{2,3}}[-—–)]\d{{7,8}}|400{_GAP}\d{{3}}{_GAP}\d{{4}})(?!\d)")
_IDENTITY = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dx](?!\d)"
)
_EMAIL = re.compile(r"[a-z0-9][\w.+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.ASCII)
_CALLED = (
    r"(?:微信|v信|ⅴ信|薇信|威信|徽信|微❤|卫星号?|weixin|wechat|wx|vx|加我?v|\+v|➕v)"
    r"(?:号码?|id|同号|联系|加我|是|也是|[:：=\-+、,，>→]|→)*"
)
_WECHAT = re.compile(
    rf"{_CALLED}([a-z][-_a-z0-9]{{4,19}}|\d{{5,11}})|(?<![a-z0-9])wxid_[a-z0-9]{{6,}}"
)
_QQ = re.compile(r"(?:qq|扣扣|企鹅)(?:号码?|群|是|[:：=])*([1-9]\d{4,10})(?!\d)")
_FLOOR = r"(?:\d{1,3}单元|\d{1,2}楼|\d{1,2}层)?"
_DOOR = re.compile(
    "|".join(
        (
            rf"\d{{1,4}}(?:栋|幢|号楼|座|弄){_FLOOR}\d{{2,4}}(?:室|号|房)?(?![\d%米人年个条亩间天块元分])",
            r"\d{1,4}(?:栋|幢|号楼|弄|号院|座)(?:\d{1,3}单元|\d{1,4}(?:室|号))(?:\d{2,4}室?)?",
            r"\d{1,3}单元\d{2,4}(?:室|号|房)?",
            r"(?:路|街|大道|胡同|巷|村|弄|里|庄|屯|组|社|小区|苑|园)\d{1,5}号(?!线|车|公交|开|到|至|见|起|之前|以前)(?:院)?\d{0,4}",
            r"\d{1,4}号楼",
            r"(?<!\d)\d{3,4}室",
        )
    )
)
_DOOR_LATIN = re.compile(
    r"\b(?:apt|apartment|flat|room|unit)\.?\s*#?\d{1,4}[a-z]?\b"
    r"|\b(?:no\.?\s*)?\d{1,5}[a-z]?,?\s+(?:[a-z]+\s+){1,3}(?:street|st|road|rd|avenue|ave|lane|drive)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Hint:
    """``quote`` is the piece of the text as it was typed; ``kind`` what it looks like."""

    kind: str
    quote: str

    @property
    def key(self) -> str:
        """The same for the same piece wherever it stands, so that "keep it" is asked once."""
        return hashlib.sha256(f"{self.kind}:{self.quote}".encode("utf-8", "replace")).hexdigest()[
            :16
        ]


def find_hints(text: str) -> list[Hint]:
    """What in ``text`` looks like a way to find or call somebody, in the order of the text; a
    piece that looks like two things is named once."""
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, Hint]] = []
    for kind, start, end in _spans(text):
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            continue
        taken.append((start, end))
        found.append((start, Hint(kind, text[start:end])))
    return [hint for _, hint in sorted(found, key=lambda item: item[0])]


def _spans(text: str) -> Iterator[tuple[str, int, int]]:
    folded = fold_with_places(text)
    for kind, pattern in ((EMAIL, _EMAIL), (WECHAT, _WECHAT), (QQ, _QQ)):
        yield from _matches(kind, pattern, folded, folded.text)
    # Digits written as words count as digits for what is made of digits alone.
    digits = folded.text.translate(_NUMERALS)
    for kind, pattern in (
        (IDENTITY, _IDENTITY),
        (PHONE, _MOBILE),
        (PHONE, _LANDLINE),
        (DOOR, _DOOR),
    ):
        yield from _matches(kind, pattern, folded, digits)
    for match in _DOOR_LATIN.finditer(text):
        yield DOOR, match.start(), match.end()


def _matches(
    kind: str, pattern: re.Pattern[str], folded: Folded, text: str
) -> Iterator[tuple[str, int, int]]:
    for match in pattern.finditer(text):
        yield kind, folded.at[match.start()], folded.at[match.end() - 1] + 1
