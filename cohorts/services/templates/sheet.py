"""An SOP kept in a spreadsheet, read into steps: a verdict for every row, nothing written.

Sheets are written by people: the phase stands only in the first row of its block, times are
anything, and the roles have the names that a community gives them. Names of roles are asked once
and then remembered for the space (``RoleWord``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from cohorts.models import RoleWord, StepRole
from cohorts.models.calendar import Span
from cohorts.services.templates import relations, sheet_when, values
from cohorts.services.templates.document import Document, Problem, TemplateProblems
from cohorts.services.templates.schema import STEPS, TEMPLATE, Field
from community.models import Space
from community.services import placeholders
from community.services.roster import cells, reading, workbook
from community.services.roster.reading import Record, UnreadableFile

# What a column may be called, folded; the first word is ours.
COLUMNS = {
    "phase": ("阶段", "phase"),
    "title": ("步骤", "事项", "任务", "step", "title", "task"),
    "when": ("时间", "什么时候", "when", "time", "due"),
    "role": ("负责人角色", "负责人", "角色", "谁做", "role", "who"),
    "how_to": ("怎么做", "做法", "how", "howto", "how-to"),
    "cautions": ("注意", "注意事项", "cautions", "watchout"),
    "requirement": ("要求", "requirement", "requirements"),
    "done_when": ("完成标准", "标准", "donewhen", "done"),
    "resources": ("资源链接", "资源", "链接", "resources", "links"),
    "script": ("话术", "script", "words"),
}
NEEDED = ("title", "when")
PHASES = {
    "preparation": ("预备期", "准备期", "筹备", "preparation", "prep"),
    "course": ("正课期", "开课期", "上课", "开营", "course"),
    "closing": ("结营", "收尾", "closing"),
}
# What everybody calls them; a space may say otherwise.
ROLES = {
    "lead": ("营长", "主理人", "班主任", "群主", "lead"),
    "assistant": ("助教", "组长", "assistant"),
    "atmosphere": ("气氛组", "atmosphere"),
    "presenter": ("主持", "主持人", "presenter"),
}
LEFT_OUT = ""


@dataclass
class SheetRow:
    """One row: its line in the file, what it became, and why it did not or what to look at."""

    line: int
    title: str
    when: str
    role_word: str
    step: dict[str, Any] | None = None
    script: dict[str, Any] | None = None
    reason: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass
class Sheet:
    """What a file says. ``unknown_roles`` are words that somebody has to map before it is used."""

    rows: list[SheetRow]
    span: Span
    unknown_roles: list[str]

    @property
    def usable(self) -> list[SheetRow]:
        return [row for row in self.rows if row.step is not None]

    @property
    def refused(self) -> list[SheetRow]:
        return [row for row in self.rows if row.reason]


def words_of(space: Space) -> dict[str, str]:
    """Folded word → role, "" for one whose rows are left out: what everybody says, and over it what
    this space has said. One query."""
    said = {cells.folded(word): role for role, words in ROLES.items() for word in words}
    kept = RoleWord.objects.filter(space=space).values_list("word", "role")
    return said | {cells.folded(word): role for word, role in kept}


def read(data: bytes, *, span: Span | None, roles: Mapping[str, str]) -> Sheet:
    """The steps in a CSV or XLSX file. Raises UnreadableFile for a file that is no such list.

    ``span`` None lets the file say how long the camp is: the earliest ``D-n`` and the latest
    ``Dn`` that more than one row speaks of, so that one slip (D20) does not make it longer.
    """
    columns, records = _table(data)
    drafts = [_Draft.of(record, columns) for record in records]
    _carry_phases(drafts)
    found = span or _span_of(drafts)
    rows = [_row(draft, found, roles) for draft in drafts if draft.says_something]
    _number(rows)
    unknown = dict.fromkeys(
        row.role_word for row in rows if cells.folded(row.role_word) not in roles
    )
    return Sheet(rows, found, [word for word in unknown if word])


def document(sheet: Sheet, *, key: str, title: str, language: str, name: str) -> Document:
    """The usable rows as a template of their own. Raises TemplateProblems if they do not fit
    together."""
    data = {part.name: _default(part) for part in TEMPLATE} | {
        "template": key,
        "language": language,
        "title": title,
        "days": sheet.span.days,
        "preparation_days": sheet.span.preparation_days,
        "closing_days": sheet.span.closing_days,
        "steps": [row.step for row in sheet.usable],
        "scripts": [row.script for row in sheet.usable if row.script],
    }
    lines = {f"steps.{number}": row.line for number, row in enumerate(sheet.usable, start=1)}
    problems = [
        Problem(lines.get(".".join(path.split(".")[:2]), 1), path, reason)
        for path, reason in relations.problems(data)
    ]
    if problems:
        raise TemplateProblems(name, problems)
    return Document(data)


@dataclass
class _Draft:
    """The cells of a row by what they are."""

    line: int
    cells: dict[str, str]

    @classmethod
    def of(cls, record: Record, columns: dict[str, int]) -> "_Draft":
        texts = {
            name: cells.visible(record.cells[at]) if at < len(record.cells) else ""
            for name, at in columns.items()
        }
        return cls(record.line, texts)

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    @property
    def says_something(self) -> bool:
        return bool(self["title"] or self["when"])


def _table(data: bytes) -> tuple[dict[str, int], list[Record]]:
    """Which column is what, and the rows below the header; of several sheets the first that has
    one."""
    reading.check_size(len(data))
    if reading.kind_of(data) == "text":
        tables = [reading.read_text(data)]
    else:
        tables = workbook.read_workbook(data)
    names = {cells.folded(word): name for name, words in COLUMNS.items() for word in words}
    for records in (table.records for table in tables):
        for number, record in enumerate(records[:10]):
            found: dict[str, int] = {}
            for at, cell in enumerate(record.cells):
                if name := names.get(cells.folded(cell)):
                    found.setdefault(name, at)
            if all(name in found for name in NEEDED):
                return found, records[number + 1 :]
    raise UnreadableFile(
        _(
            "No row names the columns “步骤” and “时间” (or “step” and “when”). Name them, and "
            "choose the file again."
        )
    )


def _carry_phases(drafts: list[_Draft]) -> None:
    """A phase stands in the first row of its block and holds until the next."""
    now = ""
    for draft in drafts:
        said = cells.folded(draft["phase"])
        now = next((phase for phase, words in PHASES.items() if said in words), now)
        draft.cells["phase"] = now or "course"


def _span_of(drafts: list[_Draft]) -> Span:
    """How long the camp seems to be; see ``read``."""
    days: list[int] = []
    before = 0
    closes_on_its_own = True
    for draft in drafts:
        try:
            when = sheet_when.read(draft["when"], closing_days=1)
        except sheet_when.UnreadableWhen:
            continue
        if when.day.startswith("opening-"):
            before = max(before, int(when.day.removeprefix("opening-")))
        elif when.day.startswith("D"):
            days.append(int(when.day[1:]))
            if draft["phase"] == "closing":
                closes_on_its_own = False
    last = max((day for day in days if days.count(day) > 1), default=max(days, default=1))
    return Span(before, last, 1 if closes_on_its_own else 0)


def _row(draft: _Draft, span: Span, roles: Mapping[str, str]) -> SheetRow:
    row = SheetRow(draft.line, draft["title"], draft["when"], draft["role"])
    if not draft["title"]:
        row.reason = _("It has no name. Say in a few words what is to be done.")
        return row
    try:
        when = sheet_when.read(draft["when"], closing_days=span.closing_days)
    except sheet_when.UnreadableWhen as error:
        row.reason = str(error)
        return row
    row.notes += when.notes
    role = roles.get(cells.folded(draft["role"]))
    if draft["role"] and role == LEFT_OUT:
        row.reason = _("“%s” is nobody of the staff, so the row is left out.") % draft["role"]
        return row
    step = {part.name: _default(part) for part in STEPS} | {
        "title": draft["title"][:80],
        "phase": draft["phase"],
        "role": role or StepRole.ASSISTANT.value,
        "due": when.due,
        **{name: draft[name] for name in ("how_to", "cautions", "requirement", "done_when")},
    }
    if when.day == "daily":
        step |= _daily(draft["phase"], span)
    if when.minutes:
        step["minutes"] = when.minutes
    try:
        relations.due_of(step).offsets(span)
        step["resources"] = _resources(draft["resources"])
    except (relations.ImpossibleDay, ValueError) as error:
        row.reason = str(error)
        return row
    row.step = step
    if wrong := placeholders.problems(draft["script"]):
        row.step, row.reason = None, wrong[0][1]
    elif draft["script"]:
        row.script = {"moment": "join", "title": row.title[:60], "text": draft["script"]}
    return row


def _daily(phase: str, span: Span) -> dict[str, str]:
    """A daily step lasts as long as its phase."""
    if phase == "preparation" and span.preparation_days:
        return {"from": "prep", "to": "opening-1"}
    if phase == "closing" and span.closing_days:
        return {"from": "closing", "to": f"closing+{span.closing_days - 1}".replace("+0", "")}
    return {"from": "D1", "to": f"D{span.days}"}


def _resources(cell: str) -> list[dict[str, str]]:
    found = []
    for address in cell.split():
        found.append({"label": _("Link"), "page": "", "url": values.link(address)})
    return found


def _number(rows: list[SheetRow]) -> None:
    """Keys for steps and scripts, from the line, so that the same file gives the same keys."""
    for row in rows:
        if row.step is None:
            continue
        row.step["key"] = f"row-{row.line}"
        if row.script:
            row.script["key"] = f"row-{row.line}"
            row.step["scripts"] = [row.script["key"]]


def _default(part: Field) -> Any:
    return part.default.copy() if isinstance(part.default, list | dict) else part.default
