"""The linter of announcements: one pure function, ``lint``, over a table of rules.

An error keeps a text from being scheduled, a warning does not. Each finding names the line, says
what is so and what to do, and where a piece of text would mend it, carries that piece.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community.services import placeholders
from community.services.linting import links, shape, slots, words
from community.services.linting.shape import Limits

ERROR, WARNING = "error", "warning"
LIST_ITEM = re.compile(
    r"\s*(?:[-*•·–]|\d{1,2}[.、)）．]|[一二三四五六七八九十]{1,2}[、，,.]|[①-⑳]|[（(]?\d{1,2}[)）])"
)
# So many lines under each other, with no list among them, are a wall.
A_WALL = 4
# What may be missing on a day and leaves a hole: without these names the sentence means nothing.
NEEDED = ("lesson.title", "lesson.link", "lesson.minutes", "check_in.link", "next_lesson.title")
INSERTS = {
    "lesson": "{{ lesson.title }}\n{{ lesson.link }}",
    "check_in": "{{ check_in.link }}",
}


@dataclass(frozen=True)
class Draft:
    """A text as it is written, and the day that it is for. ``rendered`` is what would be sent,
    ``values`` what its placeholders become; ``day`` is 0 where the day has no number. What is put into
    it is in its own ``language``."""

    text: str
    rendered: str
    date: dt.date
    kind: str = "daily"
    day: int = 0
    several: bool = False
    language: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_course_day(self) -> bool:
        return self.kind == "daily"

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @property
    def own_links(self) -> dict[str, str]:
        """The links of the day as they are filled in, by slot."""
        found = {slot: str(self.values.get(f"{slot}.link", "")) for slot in ("lesson", "check_in")}
        return {slot: link for slot, link in found.items() if link}


@dataclass(frozen=True)
class Remedy:
    """``text`` put in at the sign ``at`` mends it."""

    slot: str
    text: str
    at: int


@dataclass(frozen=True)
class Finding:
    """``line`` is the number of the line in the text as written, 0 for the whole text."""

    rule: str
    severity: str
    line: int
    text: str
    remedy: Remedy | None = None

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR


@dataclass(frozen=True)
class Rule:
    """``passed`` says that there is nothing to mend; "" says nothing."""

    check: Callable[[Draft, Limits], Iterator[Finding]]
    passed: object = ""


def lint(draft: Draft, limits: Limits | None = None) -> list[Finding]:
    """All that is wrong with ``draft``, in the order of the rules. Pure, some milliseconds."""
    limits = limits or shape.limits()
    if not draft.text.strip():
        return [
            Finding("empty", ERROR, 0, _("There is no text yet. Write what everybody shall read."))
        ]
    return [finding for rule in RULES.values() for finding in rule.check(draft, limits)]


def errors(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.is_error]


def passed(draft: Draft, findings: list[Finding]) -> list[object]:
    """What is said of the rules that found nothing."""
    if not draft.text.strip():
        return []
    broken = {finding.rule for finding in findings}
    skipped = {"slots", "days"} if not draft.is_course_day else set()
    return [
        rule.passed
        for name, rule in RULES.items()
        if rule.passed and name not in broken and name not in skipped
    ]


# The rules ------------------------------------------------------------------


def _screen(draft: Draft, limits: Limits) -> Iterator[Finding]:
    """① One screen in the bubble; where it fits there, on the page of the group's announcement too,
    whose lines may be set shorter."""
    over = shape.lines(draft.rendered, limits.line) - limits.screen
    on_page = shape.lines(draft.rendered, limits.page_line) - limits.screen
    if over > 0:
        said = ngettext(
            "%(n)d line over one screen. Take a paragraph out, or put it into the lesson.",
            "%(n)d lines over one screen. Take a paragraph out, or put it into the lesson.",
            over,
        ) % {"n": over}
    elif on_page > 0:
        said = ngettext(
            "%(n)d line over one screen on the page of the group's announcement.",
            "%(n)d lines over one screen on the page of the group's announcement.",
            on_page,
        ) % {"n": on_page}
    else:
        return
    yield Finding("screen", ERROR, _line_of_the_fold(draft, limits), said)


def _line_of_the_fold(draft: Draft, limits: Limits) -> int:
    """The written line at which the screen of the bubble ends."""
    used = 0
    for number, line in enumerate(draft.lines, start=1):
        used += shape.lines_of(placeholders.fill(line, draft.values), limits.line)
        if used > limits.screen:
            return number
    return len(draft.lines)


def _paragraphs(draft: Draft, _limits: Limits) -> Iterator[Finding]:
    """② A blank line between paragraphs: no wall of lines, no two links in one block."""
    for number, block in _blocks(draft.lines):
        plain = [line for line in block if not LIST_ITEM.match(line)]
        kinds = [kind for line in plain if (kind := slots.kind_of_link(line, "", draft.own_links))]
        if len(plain) > A_WALL or len(kinds) > 1:
            yield Finding(
                "paragraphs", ERROR, number + 1,
                _("These lines stand close together. Put an empty line between the paragraphs."),
            )  # fmt: skip
            return


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, its lines) of each piece between empty lines."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _slots(draft: Draft, _limits: Limits) -> Iterator[Finding]:
    """③ What a course day has: what it is about, its lesson, its check-in, a word to go on."""
    if not draft.is_course_day:
        return
    for slot in slots.parts(draft.text, draft.own_links).missing():
        yield Finding("slots", ERROR, 0, str(MISSING[slot]), _remedy(slot, draft))


MISSING = {
    "preview": gettext_lazy("It does not say what today is about. Put a line before the links."),
    "lesson": gettext_lazy("The link to the lesson is missing. A course day has one."),
    "check_in": gettext_lazy("The link to the check-in is missing. A course day has one."),
    "encouragement": gettext_lazy("A word to go on is missing. Put a line under the links."),
}


def _remedy(slot: str, draft: Draft) -> Remedy:
    """The piece for a slot with its empty lines, and the place for it."""
    with translation.override(draft.language or translation.get_language()):
        pieces = INSERTS | {
            "preview": _("Today: {{ lesson.title }}"),
            "encouragement": _("One line is enough for today."),
        }
    piece = pieces[slot]
    if slot == "lesson" and "{{ lesson.title }}" in draft.text:
        piece = "{{ lesson.link }}"
    at = slots.place_for(slot, draft.text, draft.own_links)
    before, after = draft.text[:at], draft.text[at:]
    head = (
        "" if not before or before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"
    )
    tail = "" if not after.strip() else "\n\n"
    return Remedy(slot, f"{head}{piece}{tail}", at)


def _days(draft: Draft, _limits: Limits) -> Iterator[Finding]:
    """④ Words for the day fit the day that it is sent on."""
    if draft.several or draft.kind == "correction":
        return
    first = next((n for n, line in enumerate(draft.lines, start=1) if line.strip()), 1)
    for number, line in enumerate(draft.lines, start=1):
        for slip in words.slips(line, date=draft.date, day=draft.day, is_first=number == first):
            said = _("“%(written)s” is another day. Here it should be %(should)s.")
            yield Finding(
                "days", ERROR, number, said % {"written": slip.written, "should": slip.should}
            )


def _links(draft: Draft, _limits: Limits) -> Iterator[Finding]:
    """⑤ Links are whole, and stand alone on their line."""
    for number, line in enumerate(draft.lines, start=1):
        pairs = links.found(line)
        for link, rest in pairs:
            if not links.is_whole(link):
                said = _("“%(link)s” is no whole link. It begins with https:// and names a page.")
                yield Finding("links", ERROR, number, said % {"link": link[:60]})
            elif rest:
                said = _(
                    "“%(sign)s” sticks to the link and breaks it. Put it on a line of its own."
                )
                yield Finding("links", ERROR, number, said % {"sign": rest[:1]})
        alone = [link for link, _rest in pairs] == [line.strip()]
        named = slots.LESSON.search(line) or slots.CHECK_IN.search(line)
        if (pairs and not alone) or (named and named[0] != line.strip()):
            yield Finding(
                "links", WARNING, number,
                _("A link is tapped easily when it stands alone. Put it on a line of its own."),
            )  # fmt: skip


def _emoji(draft: Draft, limits: Limits) -> Iterator[Finding]:
    """⑥ A few emoji."""
    count = len(shape.emoji(draft.text))
    if count > limits.emoji:
        said = _("It has %(count)d emoji; %(most)d are enough. Take some out.")
        yield Finding("emoji", ERROR, 0, said % {"count": count, "most": limits.emoji})


def _risky(draft: Draft, _limits: Limits) -> Iterator[Finding]:
    """⑦ Words that a chat platform takes amiss."""
    for number, line in enumerate(draft.lines, start=1):
        for word in words.risky(line):
            said = _("“%(word)s” may get a message stopped in the chat. Say it another way.")
            yield Finding("risky", WARNING, number, said % {"word": word})


def _placeholders(draft: Draft, _limits: Limits) -> Iterator[Finding]:
    """⑧ and ⑨ Only placeholders of the list, none about one reader, and in a text for several days
    none of a single day; each has something to stand for."""
    wrong = placeholders.problems(draft.text, several_days=draft.several)
    for number, reason in wrong:
        yield Finding("placeholders", ERROR, number, reason)
    if draft.several:
        return
    for number, line in enumerate(draft.lines, start=1):
        for match in placeholders.PLACEHOLDER.finditer(line):
            if match[1] in NEEDED and not str(draft.values.get(match[1], "")):
                said = _("“%(name)s” has nothing to name on this day. Take it out.")
                yield Finding("placeholders", ERROR, number, said % {"name": match[1]})


RULES = {
    "screen": Rule(_screen, gettext_lazy("It fits on one screen.")),
    "paragraphs": Rule(_paragraphs, gettext_lazy("There is air between the paragraphs.")),
    "slots": Rule(
        _slots, gettext_lazy("It has a preview, the lesson, the check-in and a word to go on.")
    ),
    "days": Rule(_days, gettext_lazy("Words for the day fit the day.")),
    "links": Rule(_links, gettext_lazy("Links are whole and stand alone.")),
    "emoji": Rule(_emoji),
    "risky": Rule(_risky),
    "placeholders": Rule(_placeholders, gettext_lazy("Everything in it can be filled in.")),
}
