"""Who is who, and what happens to each row.

A person is known by her e-mail, else by her phone number, else by the whole row. Two e-mails are
two people, even with one phone. Nothing is written here.
"""

import hashlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from community import clock
from community.models import Membership, Space
from community.models.roster_import import RosterRow
from community.services.roster import (
    cells,
    drafts,
    header,
    known,
    person,
    reading,
    rules,
    workbook,
)
from community.services.roster.known import Somebody
from community.services.roster.person import Person

Verdict = RosterRow.Verdict
TOTALS = re.compile(
    r"(?:合计|总计|小计|共计|总数|总人数|人数合计|total|sum|grandtotal)[:：]?\d*人?"
)


@dataclass
class Judged:
    """A row and what becomes of it. The first row of a person is filled from her others."""

    person: Person
    notes: list[tuple[str, dict[str, Any]]]
    verdict: str = Verdict.NEW
    of_line: int | None = None
    member_id: int | None = None
    fingerprint: str = ""
    who: Somebody | None = field(default=None, repr=False)

    @property
    def line(self) -> int:
        return self.person.line

    @property
    def warned(self) -> bool:
        return rules.warns(self.notes)


@dataclass(frozen=True)
class Judgement:
    """Every row of a file with its verdict, and what was seen on the way."""

    rows: list[Judged]
    header: header.Header
    encoding: str
    skipped_totals: list[int]
    hidden: int
    other_sheets: list[str]

    def counts(self) -> dict[str, int]:
        """How many rows have each verdict, how many warn, how many people that is."""
        counts = {verdict.value: 0 for verdict in Verdict}
        for row in self.rows:
            counts[row.verdict] += 1
        warned = sum(row.warned for row in self.rows)
        people = counts[Verdict.NEW] + counts[Verdict.CHANGED] + counts[Verdict.UNCHANGED]
        return {**counts, "warned": warned, "people": people, "rows": len(self.rows)}

    def digest(self, sha256: str) -> str:
        """Stands for the file and every verdict: another state of the space is another digest."""
        said = [[r.line, r.verdict, r.of_line, r.member_id, r.notes] for r in self.rows]
        return hashlib.sha256(json.dumps([sha256, said]).encode()).hexdigest()


@dataclass(frozen=True)
class Reading:
    """What a file says, before anybody is looked for."""

    table: reading.Table
    header: header.Header
    rows: list[person.Reading]
    totals: list[int]


def read_table(table: reading.Table, space: Space) -> Reading:
    """The people of a table, one for each row. Raises UnreadableFile. No query."""
    head, records = header.find(table)
    year = header.year_for(head, clock.local_date(space.timezone))
    zone = ZoneInfo(space.timezone)
    rows, totals = [], []
    for record in records:
        row = person.read(record, head, fixed_width=table.fixed_width, year=year, zone=zone)
        if _is_total(row.record.cells, row.person):
            totals.append(record.line)
        else:
            rows.append(row)
    return Reading(table, head, rows, totals)


def judge(table: reading.Table, space: Space) -> Judgement:
    """Decide for each row. Raises UnreadableFile. Five queries per 500 rows."""
    file = read_table(table, space)
    rows = [
        Judged(row.person, rules.notes_on(row), fingerprint=row.person.fingerprint())
        for row in file.rows
    ]
    _match(rows, space)
    return Judgement(
        rows=rows,
        header=file.header,
        encoding=file.table.encoding,
        skipped_totals=file.totals,
        hidden=file.table.hidden_with_text,
        other_sheets=file.table.other_sheets,
    )


def table_of(data: bytes) -> reading.Table:
    """The rows of a file; of several sheets the first one with a header. Raises UnreadableFile."""
    reading.check_size(len(data))
    if reading.kind_of(data) == "text":
        return reading.read_text(data)
    tables = workbook.read_workbook(data)
    refusal: reading.UnreadableFile | None = None
    for table in tables:
        try:
            header.find(table)
        except reading.UnreadableFile as unusable:
            refusal = refusal or unusable
        else:
            return table
    header.find(reading.Table([])) if refusal is None else None
    raise refusal or AssertionError("an empty table is refused by header.find")


def _is_total(row: tuple[str, ...], who: Person) -> bool:
    if who.email or who.phone:
        return False
    filled = [cells.folded(cell) for cell in row if cell.strip()]
    return bool(filled) and bool(TOTALS.fullmatch(filled[0]))


def _match(rows: list[Judged], space: Space) -> None:
    """Give every row that is not rejected its person, then its verdict."""
    for row in rows:
        if rules.rejects(row.notes):
            row.verdict = Verdict.REJECT
    usable = [row for row in rows if row.verdict != Verdict.REJECT]
    people = known.People(space, {row.fingerprint: row.person for row in usable})
    for row in usable:
        _find(row, people)
    theirs: dict[int, list[Judged]] = defaultdict(list)
    for row in usable:
        if row.who is not None:
            theirs[id(row.who)].append(row)
    for group in theirs.values():
        first = group[0]
        for other in group[1:]:
            first.person = first.person.filled_from(other.person)
    current = drafts.current([row.who.member_id for row in usable if row.who and row.who.member_id])
    for row in usable:
        if row.who is not None and row.verdict == Verdict.NEW and row.who.member_id:
            _compare(row, row.who, current)


def _find(row: Judged, people: known.People) -> None:
    """Whom the row is about: somebody of a row before, somebody of the space, or somebody new."""
    who, key = people.find(row.person, row.fingerprint)
    if key == "several":
        _refuse(row, "several_people")
        return
    if who is None:
        for other in people.sharing_phone(row.person):
            code = "phone_shared" if other.line else "phone_shared_here"
            row.notes.append((code, {"line": other.line} if other.line else {}))
        row.who = people.add(row.person, row.fingerprint)
        return
    row.who = who
    if who.line is not None:
        row.verdict, row.of_line = Verdict.SAME, who.line
        row.notes.append((f"same_{key}", {"line": who.line}))
    else:
        who.line = row.line
        row.member_id = who.member_id
        row.notes.append((f"here_by_{key}", {}))
    people.learn(who, row.person, row.fingerprint)


def _compare(row: Judged, who: Somebody, current: dict[int, drafts.Current]) -> None:
    """The verdict on somebody who has a place in the space already."""
    if who.place == Membership.State.LEFT:
        _refuse(row, "left_the_space")
    elif who.place == Membership.State.SUSPENDED:
        _refuse(row, "suspended")
    elif not who.unclaimed:
        row.verdict = Verdict.UNCHANGED
        row.notes.append(("her_own_words", {}))
    elif row.member_id and drafts.differs(row.person, current[row.member_id]):
        row.verdict = Verdict.CHANGED
    else:
        row.verdict = Verdict.UNCHANGED


def _refuse(row: Judged, code: str) -> None:
    row.verdict = Verdict.REJECT
    row.notes.append((code, {}))
