"""When a line of a copied chat says that something was said.

Pure. Chat programs write dates in many ways, and a copy from last year looks like one from today:
what a stamp leaves out (the year, the date) is taken from the day that the reader asks about.
"""

import datetime as dt
import re

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAYS = {
    **{f"{word}{sign}": n for word in ("星期", "周", "礼拜") for n, sign in enumerate("一二三四五六日")},
    **{f"{word}天": 6 for word in ("星期", "周", "礼拜")},
    **dict(zip("monday tuesday wednesday thursday friday saturday sunday".split(), range(7), strict=True)),
    **dict(zip("mon tue wed thu fri sat sun".split(), range(7), strict=True)),
}  # fmt: skip
_DAYS_AGO = {"今天": 0, "昨天": 1, "前天": 2, "today": 0, "yesterday": 1}
_AFTERNOON = ("下午", "晚上", "傍晚", "pm", "p.m.")
_MORNING = ("上午", "早上", "凌晨", "清晨", "am", "a.m.")

# Longer forms first: "2026/11/19" is no 11/19 behind a number.
FULL_DATE = (
    r"(?P<y>\d{4})\s?[-/.年]\s?(?P<m>\d{1,2})\s?[-/.月]\s?(?P<d>\d{1,2})日?"
    r"|(?P<m_us>\d{1,2})/(?P<d_us>\d{1,2})/(?P<y_us>\d{4})"
    r"|(?P<m_name>(?:" + "|".join(_MONTHS) + r")[a-z]*)\.?\s(?P<d_name>\d{1,2})"
    r"(?:st|nd|rd|th)?(?:,?\s(?P<y_name>\d{4}))?"
)
SHORT_DATE = (
    r"(?P<m_zh>\d{1,2})月(?P<d_zh>\d{1,2})日"
    r"|(?P<m_md>\d{1,2})[-/](?P<d_md>\d{1,2})"
    r"|(?P<ago>今天|昨天|前天|today|yesterday)"
    r"|(?P<week>(?:星期|周|礼拜)[一二三四五六日天]"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)"
)
DATE = f"(?:{FULL_DATE}|{SHORT_DATE})"
TIME = (
    r"(?P<half>上午|下午|中午|凌晨|清晨|早上|晚上|傍晚)?\s?"
    r"(?P<H>[01]?\d|2[0-3])[:：](?P<M>[0-5]\d)(?:[:：](?P<S>[0-5]\d))?"
    r"(?:\s?(?P<half_en>[ap]\.?m\.?)(?![a-z]))?"
)


def read(found: re.Match[str], *, day: dt.date) -> dt.datetime | None:
    """The moment that a match of ``DATE`` and ``TIME`` names, or of ``TIME`` alone (then on
    ``day``); None for a date that no calendar has."""
    parts = {name: text for name, text in found.groupdict().items() if text}
    try:
        date = _date(parts, day)
        return dt.datetime.combine(date, _time(parts))
    except (ValueError, OverflowError):
        return None


def read_date(found: re.Match[str], *, day: dt.date) -> dt.date | None:
    """The same of a date without a time."""
    try:
        return _date({name: text for name, text in found.groupdict().items() if text}, day)
    except (ValueError, OverflowError):
        return None


def _date(parts: dict[str, str], day: dt.date) -> dt.date:
    for kind in ("", "_us"):
        if f"y{kind}" in parts:
            return dt.date(*(int(parts[f"{name}{kind}"]) for name in "ymd"))
    if "m_name" in parts:
        month = _MONTHS.index(parts["m_name"][:3].lower()) + 1
        if "y_name" in parts:
            return dt.date(int(parts["y_name"]), month, int(parts["d_name"]))
        return _nearest(month, int(parts["d_name"]), day)
    for kind in ("_zh", "_md"):
        if f"m{kind}" in parts:
            return _nearest(int(parts[f"m{kind}"]), int(parts[f"d{kind}"]), day)
    if "ago" in parts:
        return day - dt.timedelta(days=_DAYS_AGO[parts["ago"].lower()])
    if "week" in parts:
        word = parts["week"].lower()
        weekday = _WEEKDAYS.get(word, _WEEKDAYS.get(word[:3], 0))
        return day - dt.timedelta(days=(day.weekday() - weekday) % 7)
    return day


def _nearest(month: int, number: int, day: dt.date) -> dt.date:
    """That date in the year which brings it closest to ``day``: in January, December was last year."""
    tries = []
    for year in (day.year - 1, day.year, day.year + 1):
        try:
            tries.append(dt.date(year, month, number))
        except ValueError:  # the 29th of February
            continue
    return min(
        tries, key=lambda date: abs(date - day)
    )  # of none: ValueError, as for a 31st of June


def _time(parts: dict[str, str]) -> dt.time:
    hour, half = int(parts["H"]), (parts.get("half") or parts.get("half_en") or "").lower()
    if half == "中午":
        hour += 12 if hour < 4 else 0
    elif half.rstrip(".") in {word.rstrip(".") for word in _AFTERNOON}:
        hour += 12 if hour < 12 else 0
    elif half.rstrip(".") in {word.rstrip(".") for word in _MORNING}:
        hour = 0 if hour == 12 else hour
    return dt.time(hour, int(parts["M"]), int(parts.get("S", 0)))
