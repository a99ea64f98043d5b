"""What a cell says, whatever way it was typed. Pure functions; nothing is ever guessed."""

import datetime as dt
import re
import unicodedata
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from community.models.contact import normalise_phone

MAX_TAGS = 20
MAX_TAG = 40
# The zero-width joiner is missing here on purpose: it holds 👩‍🌾 together.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_JOINER = "\u200d"
_NOTHING = {
    "",
    "无",
    "没有",
    "暂无",
    "无。",
    "-",
    "--",
    "—",
    "/",
    "\\",
    "n/a",
    "na",
    "none",
    "null",
    "nil",
    "空",
    "未填",
    "不详",
    "保密",
    ".",
}
_MANGLED = re.compile(r"(\d)(?:\.(\d+))?E\+?(\d{1,2})", re.IGNORECASE)
_STRONG = re.compile(r"[、,，;；/／|｜\n\r\t]+|(?<=\S)[·•](?=\S)")
_CJK = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_DATE = re.compile(
    r"(?:(?P<year>\d{4})\s*[年/.\-]\s*)?(?P<month>\d{1,2})\s*[月/.\-]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[T\s]*(?P<hour>\d{1,2})[:：时](?P<minute>\d{1,2})?(?:[:：分](?P<second>\d{1,2})?)?秒?"
    r"(?:\.\d+)?)?"
)
_SERIAL = re.compile(r"(\d{5})(?:\.(\d+))?")
# A sheet counts days, and knows no zone.
_EXCEL_EPOCH = dt.datetime(1899, 12, 30, tzinfo=dt.UTC)
_FORMULA_LIKE = re.compile(r"\s*[=@]|[+\-]|[\t\r]")


def visible(text: str) -> str:
    """``text`` without what nobody sees and without space around it; joined emoji stay whole.

    A line break stays: people write introductions in paragraphs. Full-width spaces become plain.
    """
    plain = _INVISIBLE.sub("", text).replace("\u3000", " ").replace("\u00a0", " ")
    lines = (" ".join(line.split()) for line in plain.replace("\r\n", "\n").split("\n"))
    return "\n".join(lines).strip().strip(_JOINER).strip()


def one_line(text: str) -> str:
    return " ".join(visible(text).split())


def folded(text: str) -> str:
    """What two writings have in common: NFKC, small letters, no space, nothing unseen."""
    narrow = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return "".join(narrow.casefold().split())


def is_blank(text: str) -> bool:
    """Whether a cell says nothing, or says in words that there is nothing."""
    # Most cells are longer than any word for nothing, and need not be folded to see it.
    return len(text) < 12 and folded(text) in _NOTHING


def email(text: str) -> str:
    """The address in small letters, or "" when it is none."""
    address = folded(text).removeprefix("mailto:").strip("<>'\"“”，,。;；、")
    if len(address) > 254:
        return ""
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address


def phone(text: str) -> str:
    """A complete phone number in digits, or ""."""
    number = unicodedata.normalize("NFKC", text).strip().strip("'\"=")
    return normalise_phone(
        number.removesuffix(".0") if "E" not in number.upper() else _whole(number)
    )


def is_mangled(text: str) -> bool:
    """Whether a spreadsheet rounded the number: 1.90E+10 has lost eight of its digits."""
    number = unicodedata.normalize("NFKC", text).strip().strip("'\"=")
    return bool(_MANGLED.fullmatch(number)) and not _whole(number)


def _whole(text: str) -> str:
    """The number that 1.9000000012E+10 writes with all its digits; "" when some are lost."""
    match = _MANGLED.fullmatch(text)
    if match is None:
        return ""
    digits, places = match[1] + (match[2] or ""), int(match[3])
    return digits if len(digits) == places + 1 else ""


def digits_in(text: str) -> int:
    """How many digits a cell has, its country code aside: what to say of an incomplete number."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    return len(digits.removeprefix("86") if len(digits) > 11 else digits)


def tags(text: str) -> tuple[str, ...]:
    """A list, separated by 、 ， , / ； | or line breaks, else by spaces if it is Chinese."""
    if is_blank(text):
        return ()
    plain = visible(text)
    pieces = _STRONG.split(plain)
    if len(pieces) == 1 and _CJK.search(plain):
        pieces = plain.split()
    found: dict[str, str] = {}
    for piece in pieces:
        word = one_line(piece).strip("。.")
        if word and not is_blank(word):
            found.setdefault(folded(word), word[:MAX_TAG])
    return tuple(found.values())[:MAX_TAGS]


def moment(text: str, *, year: int, zone: ZoneInfo) -> dt.datetime | None:
    """The moment that a cell names in ``zone``, or None. ``year`` is for dates without one."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).strip()
    if match := _SERIAL.fullmatch(plain):
        days = float(plain)
        return (_EXCEL_EPOCH + dt.timedelta(days=days)).replace(tzinfo=zone, microsecond=0)
    match = _DATE.fullmatch(plain)
    if match is None:
        return None
    part = {name: int(value) for name, value in match.groupdict().items() if value}
    try:
        return dt.datetime(
            part.get("year", year),
            part["month"],
            part["day"],
            part.get("hour", 0),
            part.get("minute", 0),
            part.get("second", 0),
            tzinfo=zone,
        )
    except ValueError:
        return None


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula."""
    return bool(_FORMULA_LIKE.match(unicodedata.normalize("NFKC", text)))


def neutral(text: str) -> str:
    """``text`` for an export: what a spreadsheet would run gets an apostrophe in front."""
    return f"'{text}" if looks_like_formula(text) else text
