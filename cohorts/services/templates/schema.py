"""What a template file may hold, field by field and in the order in which it is written.

One table serves both ways: ``document`` reads by it and ``dump`` writes by it, so that a file that
was exported comes back to the byte.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cohorts.models import EvidenceKind, Moment, Phase, StepRole
from cohorts.services.templates import values

# Where a resource may lead inside the house; the board turns each into the camp's own address.
PAGES = (
    *("announcement", "lesson", "check-in", "camp", "template"),
    *("greetings", "praise", "contacts", "learners", "staff-room"),
    *("scripts", "games", "run-sheet-opening", "run-sheet-closing"),
)


@dataclass(frozen=True)
class Field:
    """``read(text)`` gives the value of a scalar or raises ValueError with the reason. ``items`` is
    for a list of mappings or, with ``one`` set, a single mapping; ``many`` for a list of scalars.
    A value that equals ``default`` is not written."""

    name: str
    read: Callable[[str], Any] = values.text
    needed: bool = False
    default: Any = ""
    items: "tuple[Field, ...] | None" = None
    one: bool = False
    many: bool = False


def _choice(kind: Any) -> Callable[[str], str]:
    return values.choice([str(value) for value in kind.values])


PHASES = (
    Field("key", _choice(Phase), needed=True),
    Field("name", values.line(20), needed=True),
    Field("text", values.text),
)
AWARDS = (
    Field("key", values.key, needed=True),
    Field("title", values.line(40), needed=True),
    Field("criteria", values.text, needed=True),
)
RESOURCES = (
    Field("label", values.line(60), needed=True),
    Field("page", values.choice(PAGES)),
    Field("url", values.link),
)
WATCH = (
    Field("fact", values.line(40), needed=True),
    Field("percent", values.number(1, 100), default=None),
    Field("at_least", values.number(1, 100_000), default=None),
    Field("gate", values.truth, default=False),
)
STEPS = (
    Field("key", values.key, needed=True),
    Field("title", values.line(80), needed=True),
    Field("phase", _choice(Phase), needed=True),
    Field("role", _choice(StepRole), needed=True),
    Field("due", values.due, needed=True),
    Field("from", values.line(12)),
    Field("to", values.line(12)),
    Field("every", values.number(1, 60), default=1),
    Field("minutes", values.number(1, 600), default=5),
    Field("how_to", values.text),
    Field("cautions", values.text),
    Field("requirement", values.text),
    Field("done_when", values.text),
    Field("resources", items=RESOURCES, default=[]),
    Field("scripts", values.key, many=True, default=[]),
    Field("evidence", _choice(EvidenceKind), default="none"),
    Field("per_chat_group", values.truth, default=False),
    Field("needs", values.key, many=True, default=[]),
    Field("watch", items=WATCH, one=True, default={}),
)
LESSONS = (
    Field("day", values.number(1, 366), needed=True),
    Field("title", values.line(80), needed=True),
    Field("minutes", values.number(1, 240), default=10),
    Field("link", values.link),
    Field("body", values.text, needed=True),
    Field("example", values.text),
    Field("exercise", values.text),
    Field("model_answer", values.text),
    Field("homework", values.line(300)),
)
ANNOUNCEMENTS = (
    Field("day", values.announced, needed=True),
    Field("at", values.clock, needed=True),
    Field("preview", values.filled),
    Field("lesson", values.filled),
    Field("check_in", values.filled),
    Field("encouragement", values.filled),
    Field("text", values.filled),
)
SCRIPTS = (
    Field("key", values.key, needed=True),
    Field("moment", _choice(Moment), needed=True),
    Field("title", values.line(60), needed=True),
    Field("text", values.filled, needed=True),
)
GAMES = (
    Field("key", values.key, needed=True),
    Field("title", values.line(60), needed=True),
    Field("minutes", values.number(1, 240), default=15),
    Field("people", values.line(20)),
    Field("needs", values.text),
    Field("how", values.text, needed=True),
    Field("say", values.text),
    Field("when", values.text),
)
SHEET_ROWS = (
    Field("minute", values.number(0, 600), needed=True),
    Field("minutes", values.number(0, 240), needed=True),
    Field("who", _choice(StepRole), needed=True),
    Field("what", values.text, needed=True),
    Field("say", values.text),
    Field("fallback", values.text),
)
RUN_SHEETS = (
    Field("key", values.key, needed=True),
    Field("title", values.line(60), needed=True),
    Field("rows", items=SHEET_ROWS, needed=True, default=[]),
)
TEMPLATE = (
    Field("template", values.key, needed=True),
    Field("language", values.language, needed=True),
    Field("title", values.line(80), needed=True),
    Field("summary", values.text),
    Field("days", values.number(1, 366), needed=True),
    Field("preparation_days", values.number(0, 60), default=0),
    Field("closing_days", values.number(0, 60), default=0),
    Field("check_in_until", values.clock, default="23:00"),
    Field("make_up_days", values.number(0, 60), default=2),
    Field("cost", values.text),
    Field("first_result_day", values.number(1, 366), default=None),
    Field("first_result", values.text),
    Field("expectations", values.text),
    Field("phases", items=PHASES, default=[]),
    Field("awards", items=AWARDS, default=[]),
    Field("steps", items=STEPS, default=[]),
    Field("lessons", items=LESSONS, default=[]),
    Field("announcements", items=ANNOUNCEMENTS, default=[]),
    Field("scripts", items=SCRIPTS, default=[]),
    Field("games", items=GAMES, default=[]),
    Field("run_sheets", items=RUN_SHEETS, default=[]),
)
