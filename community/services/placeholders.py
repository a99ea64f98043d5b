"""Placeholders in texts for many: ``{{ lesson.title }}``, from a closed list, filled at the end.

Nothing about one reader is in the list: a text for a group says the same to everybody. What is not
in the list, and a bracket that is not closed, is an error when the text is saved, not a gap when it
is sent.
"""

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NAMES = {
    "camp.name": gettext_lazy("the name of the camp"),
    "camp.opening_date": gettext_lazy("the date of the opening"),
    "day": gettext_lazy("the number of the day"),
    "date": gettext_lazy("today's date"),
    "weekday": gettext_lazy("the day of the week"),
    "lesson.title": gettext_lazy("the title of today's lesson"),
    "lesson.minutes": gettext_lazy("how many minutes it takes"),
    "lesson.link": gettext_lazy("the link to today's lesson"),
    "next_lesson.title": gettext_lazy("the title of tomorrow's lesson"),
    "homework": gettext_lazy("what is handed in today"),
    "check_in.link": gettext_lazy("the link to today's check-in"),
    "check_in.until": gettext_lazy("until when one checks in"),
    "sender": gettext_lazy("who writes"),
    "reply_to": gettext_lazy("where to answer"),
}

# What differs from one day to the next; a text that stands for several may not name it.
OF_ONE_DAY = {
    *("day", "date", "weekday", "homework"),
    *("lesson.title", "lesson.minutes", "lesson.link", "next_lesson.title"),
}

PLACEHOLDER = re.compile(r"\{\{[ \t\u3000]*([a-z_.]+)[ \t\u3000]*\}\}")
# Whatever somebody may have meant as one, so that she is told its name and not only its brackets.
MEANT = re.compile(r"\{\{([^{}]*)\}\}")
BRACKETS = re.compile(r"\{\{|\}\}")
WIDE = re.compile(r"｛｛|｝｝|\{｛|｛\{|\}｝|｝\}")


def problems(text: str, *, several_days: bool = False) -> list[tuple[int, str]]:
    """(line, what is wrong) of every placeholder that cannot be filled; [] if all can. With
    ``several_days`` what is of one day only cannot. Single brackets are signs like any other. Pure.
    """
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        found += [(number, reason) for reason in _wrong_in(line, several_days)]
    return found


def _wrong_in(line: str, several_days: bool) -> Iterator[str]:
    for match in MEANT.finditer(line):
        name = match[1].strip()
        if not PLACEHOLDER.fullmatch(match[0]) or name not in NAMES:
            yield _unknown(name)
        elif several_days and name in OF_ONE_DAY:
            yield _(
                "“%(name)s” changes every day, and this text stands for several. Take it out."
            ) % {"name": name}
    if loose := BRACKETS.search(MEANT.sub("", line)):
        yield _("“%(sign)s” stands alone. Write a placeholder like {{ lesson.title }}.") % {
            "sign": loose.group()
        }
    elif wide := WIDE.search(line):
        yield _("“%(sign)s” is too wide. Write a placeholder with {{ and }}.") % {
            "sign": wide.group()
        }


def _unknown(name: str) -> str:
    if name.split(".")[0].lower() in ("member", "learner", "user", "nickname", "name"):
        return _(
            "“%(name)s” is about one reader, and this text goes to everybody. Take it out."
        ) % {"name": name}
    return _("“%(name)s” is not known. These are: %(known)s.") % {
        "name": name,
        "known": ", ".join(NAMES),
    }


def fill(text: str, values: Mapping[str, object]) -> str:
    """``text`` with every placeholder replaced; one without a value becomes "" and a line that held
    nothing else goes, with the empty line after it. What a value holds is not filled again. Pure.
    """
    lines: list[str] = []
    is_gap = False  # a line went, and nothing has followed yet
    for line in text.split("\n"):
        filled = PLACEHOLDER.sub(lambda match: str(values.get(match[1], "")), line).rstrip()
        if not filled and line.strip():
            is_gap = True
        elif filled or not is_gap or (lines and lines[-1]):
            lines.append(filled)
            is_gap = False
    return "\n".join(lines)
