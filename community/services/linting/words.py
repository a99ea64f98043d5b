"""Words that do not fit: a day of another date, and words that a chat platform takes amiss. Pure."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

# Words that are taken amiss, unless what stands beside them shows that they are not meant: the first
# day, 人民币, lately. "第一" is refused only as a rank.
RISKY = re.compile(
    r"理财|炒币|稳赚|躺赚|包赚|保本|返利|暴富"
    r"|(?<![硬纸钱港民一外炒])币(?![值种])"
    r"|最(?![近后初多少迟晚早终低前里外])"
    r"|第一(?![天课次步个句行段页周日晚期件条篇遍位轮部章组批节样只张封声口眼时问道、，,.：:])"
    r"|\b(?:get rich|guaranteed|risk[- ]free|crypto|number one|the best)\b",
    re.IGNORECASE,
)


def risky(line: str) -> list[str]:
    """Such words of a line, each once, in their order."""
    return list(dict.fromkeys(match[0].strip() for match in RISKY.finditer(line)))


# Days -----------------------------------------------------------------------

REFERENCES = {
    "今天": 0, "今日": 0, "今早": 0, "今晚": 0, "today": 0, "tonight": 0, "this morning": 0, "this is": 0,
    "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "tomorrow": 1,
    "昨天": -1, "昨日": -1, "昨晚": -1, "yesterday": -1,
    "后天": 2, "前天": -2,
}  # fmt: skip
REFERENCE = re.compile("|".join(sorted(REFERENCES, key=len, reverse=True)), re.IGNORECASE)
# So near it has to stand to be about the day: "今天是第 3 天", "today is Wednesday".
NEAR = 6
TITLE = 22  # a first line so short names the day that the text is for
SENTENCE = re.compile(r"[^。！？；，,;!?\n]+")
NUMBERS = {sign: n for n, sign in enumerate("零一二三四五六七八九")}
WEEKDAYS_ZH = "一二三四五六日天"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
DAY = re.compile(
    r"第\s*(?P<zh>[0-9０-９]{1,3}|[一二三四五六七八九十百]{1,5})\s*天"
    r"|(?<![A-Za-z0-9])[DＤ]\s?(?P<d>[0-9０-９]{1,3})(?![0-9A-Za-z])"
    r"|\bday\s+(?P<en>\d{1,3})\b"
    r"|(?:周|星期|礼拜)(?P<week>[一二三四五六日天])(?![天月])"
    rf"|\b(?P<weekday>{'|'.join(WEEKDAYS)})\b"
    r"|(?P<month>\d{1,2})\s*月\s*(?P<date>\d{1,2})\s*[日号]"
    rf"|\b(?P<name>{'|'.join(MONTHS)})\s+(?P<of>\d{{1,2}})(?:st|nd|rd|th)?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Slip:
    """A word for a day that is another one: what is written, and what it should be."""

    written: str
    should: str


def slips(line: str, *, date: dt.date, day: int, is_first: bool) -> Iterator[Slip]:
    """Words that say of today (or, with "tomorrow", of tomorrow) what it is not. A day that is only
    mentioned ("D1 的作业还可以补", "周五见") is none: it has to stand by 今天, or in a title. ``day`` 0
    has no number."""
    is_title = is_first and len(line) <= TITLE
    for sentence in SENTENCE.finditer(line):
        for match in DAY.finditer(sentence[0]):
            offset = _offset(sentence[0], match, is_title=is_title)
            if offset is not None and (should := _otherwise(match, date, day, offset)):
                yield Slip(match[0].strip(), should)


def _offset(sentence: str, match: re.Match[str], *, is_title: bool) -> int | None:
    """How many days from today the word is about; None when it claims nothing."""
    before = list(REFERENCE.finditer(sentence, 0, match.start()))
    if before and match.start() - before[-1].end() <= NEAR:
        return REFERENCES[before[-1][0].lower()]
    if is_title and REFERENCE.search(sentence) is None:
        after = sentence[match.end() :].strip()
        return 0 if not after[:2].strip("的 ").startswith(("作业", "见", "前", "后")) else None
    return None


def _otherwise(match: re.Match[str], date: dt.date, day: int, offset: int) -> str:
    """What the word should be, "" if it fits."""
    other = date + dt.timedelta(days=offset)
    number = match["zh"] or match["d"] or match["en"]
    if number is not None:
        wanted = day + offset
        if day <= 0 or wanted <= 0 or number_of(number) == wanted:
            return ""
        if match["zh"]:
            return f"第 {wanted} 天"
        return f"D{wanted}" if match["d"] else f"day {wanted}"
    if match["week"] is not None:
        fits = min(WEEKDAYS_ZH.index(match["week"]), 6) == other.weekday()
        return "" if fits else match[0][: -len(match["week"])] + WEEKDAYS_ZH[other.weekday()]
    if match["weekday"] is not None:
        wanted_name = WEEKDAYS[other.weekday()]
        return "" if match["weekday"].lower() == wanted_name else wanted_name.capitalize()
    if match["month"] is not None:
        fits = (int(match["month"]), int(match["date"])) == (other.month, other.day)
        return "" if fits else f"{other.month}月{other.day}日"
    month = MONTHS.index(match["name"].lower()) + 1
    fits = (month, int(match["of"])) == (other.month, other.day)
    return "" if fits else f"{MONTHS[other.month - 1].capitalize()} {other.day}"


def number_of(text: str) -> int:
    """12 from "12", "１２" and "十二"."""
    if text.isdigit():
        return int(text)
    total, unit = 0, 0
    for sign in text:
        if sign in NUMBERS:
            unit = NUMBERS[sign]
        else:
            total += (unit or 1) * {"十": 10, "百": 100}[sign]
            unit = 0
    return total + unit
