"""XLSX to rows, in constant memory: hidden columns never leave this module."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from community.services.roster.reading import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    Record,
    Table,
    UnreadableFile,
    check_rows,
    clean,
)

MAX_UNPACKED = 60 * 1024 * 1024
MAX_PARTS = 2_000
# Rows between which nothing stands are walked through too; beyond this a sheet is a mistake.
MAX_HEIGHT = 4 * MAX_ROWS
HEAD = 200_000
_COL = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    OSError,
)


def read_workbook(data: bytes) -> list[Table]:
    """The visible sheets that hold anything, first to last. Raises UnreadableFile."""
    _refuse_bombs(data)
    try:
        return _sheets(data)
    except UnreadableFile:
        raise
    except _BROKEN as broken:
        # What openpyxl raises for a file that is not whole depends on where it is broken.
        raise UnreadableFile(
            _(
                "This file cannot be opened as an Excel file; it may be damaged. Open it in Excel "
                "or WPS, save it as .xlsx again and upload that."
            )
        ) from broken


def _refuse_bombs(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as broken:
        raise UnreadableFile(
            _("This file is damaged: it is not whole. Save it again and upload that.")
        ) from broken
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise UnreadableFile(
            _(
                "This is a packed file, but no Excel file. Unpack it, or choose a CSV or an XLSX "
                "file."
            )
        )
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise UnreadableFile(
            _(
                "This Excel file becomes larger than %(most)s MB when it is opened. Copy the list "
                "into a new file and upload that."
            )
            % {"most": MAX_UNPACKED // 1024 // 1024}
        )


def _sheets(data: bytes) -> list[Table]:
    values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        sheets = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
        tables = []
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for sheet in sheets:
                path = sheet._worksheet_path  # the only way to what read-only mode leaves out
                table = _table(data, sheet, _hidden(archive, path), _has_formulas(archive, path))
                if table.records:
                    tables.append(table)
        return tables
    finally:
        values.close()


def _hidden(archive: zipfile.ZipFile, path: str) -> frozenset[int]:
    """The hidden columns, from 0. They stand before the data, which read-only mode skips."""
    with archive.open(path) as part:
        head = part.read(HEAD).partition(b"<sheetData")[0]
    hidden: set[int] = set()
    for tag in _COL.findall(head):
        marks = dict(re.findall(rb'(\w+)="([^"]*)"', tag))
        if marks.get(b"hidden") in (b"1", b"true") or marks.get(b"width") == b"0":
            first, last = int(marks[b"min"]), int(marks[b"max"])
            hidden |= set(range(first - 1, min(last, MAX_COLUMNS)))
    return frozenset(hidden)


def _has_formulas(archive: zipfile.ZipFile, path: str) -> bool:
    with archive.open(path) as part:
        tail = b""
        while piece := part.read(1 << 20):
            if _FORMULA.search(tail + piece):
                return True
            tail = piece[-16:]
    return False


def _table(data: bytes, sheet: Any, hidden: frozenset[int], has_formulas: bool) -> Table:
    records, unseen = [], set()
    written = _formulas(data, sheet.title) if has_formulas else {}
    for line, row in enumerate(_rows(sheet), start=1):
        formulas = written.get(line, {})
        cells = [
            "" if column in hidden else text_of(formulas.get(column) if value is None else value)
            for column, value in enumerate(row)
        ]
        unseen |= {c for c in hidden if c < len(row) and row[c] is not None}
        if any(cell.strip() for cell in cells):
            unsolved = {c for c in formulas if c not in hidden and c < len(row) and row[c] is None}
            records.append(Record(line, tuple(cells), frozenset(unsolved)))
            check_rows(len(records))
    others = [other.title for other in sheet.parent.worksheets if other.title != sheet.title]
    return Table(
        records,
        fixed_width=False,
        hidden=hidden,
        hidden_with_text=len(unseen),
        other_sheets=others,
    )


def _rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # what a file says of its own size may be wrong
    return sheet.iter_rows(values_only=True, max_row=MAX_HEIGHT, max_col=MAX_COLUMNS)


def _formulas(data: bytes, title: str) -> dict[int, dict[int, str]]:
    """The formulas by line and column. A second walk, made only for a sheet that has some."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    try:
        found: dict[int, dict[int, str]] = {}
        for line, row in enumerate(_rows(book[title]), start=1):
            for column, value in enumerate(row):
                if isinstance(value, str) and value.startswith("="):
                    found.setdefault(line, {})[column] = value
        return found
    finally:
        book.close()


def text_of(value: Any) -> str:
    """A cell as a person reads it: 19000002000.0 is 19000002000, a date is 2026-10-19 15:50."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return clean(str(value))[: MAX_CELL + 1]
