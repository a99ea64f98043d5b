"""Placeholders in texts for many: ``{{ lesson.title }}``, from a closed list, filled at the end.

Nothing about one reader is in the list: a text for a group says the same to everybody. What is not
in the list, and a bracket that is not closed, is an error when the text is saved, not a gap when it
is sent.
"""

import re
from collections.abc import Mapping

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

PLACEHOLDER = re.compile(r"\{\{ *([a-z_.]+) *\}\}")
BRACKETS = re.compile(r"\{\{|\}\}")


def problems(text: str) -> list[tuple[int, str]]:
    """(line, what is wrong) of every placeholder that cannot be filled; [] if all can. Pure."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        for name in PLACEHOLDER.findall(line):
            if name not in NAMES:
                found.append((number, _unknown(name)))
        if loose := BRACKETS.search(PLACEHOLDER.sub("", line)):
            found.append(
                (
                    number,
                    _("“%(sign)s” stands alone. Write a placeholder like {{ lesson.title }}.")
                    % {"sign": loose.group()},
                )
            )
    return found


def _unknown(name: str) -> str:
    if name.split(".")[0] in ("member", "learner", "user", "nickname"):
        return _(
            "“%(name)s” is about one reader, and this text goes to everybody. Take it out."
        ) % {"name": name}
    return _("“%(name)s” is not known. These are: %(known)s.") % {
        "name": name,
        "known": ", ".join(NAMES),
    }


def fill(text: str, values: Mapping[str, object]) -> str:
    """``text`` with every placeholder replaced; one without a value becomes "" and a line that held
    nothing else goes. Pure."""
    lines = []
    for line in text.splitlines():
        filled = PLACEHOLDER.sub(lambda match: str(values.get(match[1], "")), line)
        if filled.strip() or not line.strip():
            lines.append(filled.rstrip())
    return "\n".join(lines)
