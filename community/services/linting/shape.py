"""How a text looks in a chat on a phone: its lines, where the screen ends, its emoji. Pure."""

import math
import re
import unicodedata
from dataclasses import dataclass

from django.conf import settings

# A letter of the Latin alphabet takes about so much of the room of a Chinese sign.
NARROW = 0.55
LINK, LINK_LINES = re.compile(r"https?://\S+"), 2


@dataclass(frozen=True)
class Limits:
    """What a phone holds: signs in a line of a chat bubble, lines on its screen, signs in a line of
    the group's announcement page. ``emoji`` is how many are enough."""

    line: int = 15
    screen: int = 22
    page_line: int = 21
    emoji: int = 6


def limits() -> Limits:
    """Those of this installation."""
    return Limits(
        settings.ANNOUNCEMENT_LINE, settings.ANNOUNCEMENT_SCREEN, settings.ANNOUNCEMENT_PAGE_LINE
    )


def width(line: str) -> float:
    """Of a line, in Chinese signs."""
    if line.isascii():
        return len(line) * NARROW
    wide = sum(unicodedata.east_asian_width(sign) in "WFA" for sign in line)
    return wide + (len(line) - wide) * NARROW


def lines_of(line: str, signs: int) -> int:
    """How many lines of a phone one written line takes; an empty one takes one. A link that stands
    alone counts as two at most: how long a site's name is, is not the writer's to shorten."""
    takes = max(1, math.ceil(width(line) / signs))
    return min(takes, LINK_LINES) if LINK.fullmatch(line) else takes


def lines(text: str, signs: int) -> int:
    """How many lines of ``signs`` Chinese signs the text takes."""
    return sum(lines_of(line, signs) for line in text.split("\n"))


def at_the_fold(text: str, *, signs: int, screen: int) -> tuple[str, str]:
    """What stands on the first screen, and what lies below it; the second is "" if all fits."""
    written = text.split("\n")
    used = 0
    for number, line in enumerate(written):
        takes = lines_of(line, signs)
        if used + takes > screen:
            upper, lower = _cut(line, (screen - used) * signs)
            begin = "\n".join([*written[:number], *([upper] if upper else [])])
            return begin, "\n".join([lower, *written[number + 1 :]])
        used += takes
    return text, ""


def _cut(line: str, room: float) -> tuple[str, str]:
    if room <= 0:
        return "", line
    taken = 0.0
    for place, sign in enumerate(line):
        taken += width(sign)
        if taken > room:
            return line[:place], line[place:]
    return line, ""


# Emoji ----------------------------------------------------------------------

# Signs that are pictures by themselves; others become one by the selector U+FE0F after them.
_SHOWN = (
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1"
    "\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705"
    "\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50"
    "\u2b55\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f201\U0001f21a\U0001f22f"
    "\U0001f232-\U0001f236\U0001f238-\U0001f23a\U0001f250\U0001f251\U0001f300-\U0001f64f"
    "\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7eb\U0001f90c-\U0001f9ff\U0001fa70-\U0001faff"
)
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_KEYCAP = "[0-9#*]\ufe0f?\u20e3"
_TONE = "[\U0001f3fb-\U0001f3ff]"
_TAGS = "[\U000e0020-\U000e007f]+"
_ONE = f"(?:[{_SHOWN}]\ufe0f?|[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]\ufe0f)(?:{_TONE})?(?:{_TAGS})?"
# Joined by U+200D it is one picture: a family, a woman at a computer. What is joined on needs no
# selector of its own (a heart, the sign of a woman).
_JOINED = f"{_ONE}(?:\u200d(?:{_ONE}|[\u2640\u2642\u2695\u2696\u2708\u2764\u26a7]))*"
EMOJI = re.compile(f"{_FLAG}|{_KEYCAP}|{_JOINED}|[\u261d\u26f9\u270c\u270d]{_TONE}")


def emoji(text: str) -> list[str]:
    """Its emoji as one sees them: a flag, a family, a hand with a skin tone are one each."""
    return [] if text.isascii() else EMOJI.findall(text)
