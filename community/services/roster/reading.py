"""Bytes to rows: which kind of file it is, and what it says. Nothing is interpreted here.

Everything a file can do wrong ends in ``UnreadableFile``, whose sentence says what is so and what
to do.
"""

import csv
import io
import json
import math
import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from community.errors import DomainError

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_CELL = 20_000
# A quotation mark that is never closed swallows the rest of the file.
MAX_LINES_OF_A_RECORD = 200
DELIMITERS = ",\t;，|"
# What a program writes in front of its files.
_MAGIC = [
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"RIFF", "picture"),
    (b"{\\rtf", "text document"),
]
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class UnreadableFile(DomainError):
    """The file as a whole cannot be read as a list of people."""

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")


@dataclass(frozen=True, slots=True)
class Record:
    """A row that holds something. ``line`` is where it begins in the file, from 1."""

    line: int
    cells: tuple[str, ...]
    # Columns whose text is a formula for which the file holds no result.
    formulas: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Table:
    """The rows of a file. ``fixed_width``: a short or long row says that something is missing."""

    records: list[Record]
    encoding: str = ""
    fixed_width: bool = True
    hidden: frozenset[int] = frozenset()
    hidden_with_text: int = 0
    other_sheets: list[str] = field(default_factory=list)

    def to_bytes(self) -> bytes:
        """As it is kept: what was read and nothing else, so that a hidden column is not in it."""
        records = [[row.line, row.cells, sorted(row.formulas)] for row in self.records]
        said = [
            records,
            self.encoding,
            self.fixed_width,
            sorted(self.hidden),
            self.hidden_with_text,
            self.other_sheets,
        ]
        return json.dumps(said, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Table":
        records, encoding, fixed_width, hidden, hidden_with_text, other_sheets = json.loads(data)
        return cls(
            [Record(line, tuple(texts), frozenset(formulas)) for line, texts, formulas in records],
            encoding,
            fixed_width,
            frozenset(hidden),
            hidden_with_text,
            other_sheets,
        )


def check_size(size: int) -> None:
    """Raise UnreadableFile for a file that holds nothing or too much."""
    if size == 0:
        raise UnreadableFile(_("The file is empty. Export the list again and choose that file."))
    if size > MAX_BYTES:
        raise UnreadableFile(
            _(
                "The file has %(size)s MB; a list may have %(most)s MB. Take pictures and other "
                "sheets out of it, or cut it into several files."
            )
            % {"size": math.ceil(size / 1024 / 1024 * 10) / 10, "most": MAX_BYTES // 1024 // 1024}
        )


def kind_of(data: bytes) -> str:
    """ "zip" for what may be XLSX, "text", or UnreadableFile naming what it is instead."""
    kind = next((kind for magic, kind in _MAGIC if data.startswith(magic)), "text")
    if kind == "xls":
        raise UnreadableFile(
            _(
                "This is an old Excel file (.xls) or one with a password. Open it, choose “Save "
                "as” and take .xlsx or CSV without a password."
            )
        )
    if kind not in ("zip", "text"):
        raise UnreadableFile(
            _("This is no table but another kind of file. Choose a CSV or an XLSX file.")
        )
    return kind


def decode(data: bytes) -> tuple[str, str]:
    """(text, encoding): UTF-8, with or without a mark, UTF-16, or GB18030 as Excel writes it."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return _decode_as(data, encoding), encoding
    guess = _utf_16_without_mark(data)
    for encoding in [guess] if guess else ["utf-8", "gb18030"]:
        try:
            return _refuse_binary(data.decode(encoding)), encoding
        except UnicodeDecodeError:
            continue
    raise _unknown_encoding()


def _decode_as(data: bytes, encoding: str) -> str:
    try:
        return _refuse_binary(data.decode(encoding))
    except UnicodeDecodeError as broken:
        raise _unknown_encoding() from broken


def _unknown_encoding() -> UnreadableFile:
    return UnreadableFile(
        _(
            "The characters of this file cannot be read: it is neither UTF-8 nor GB18030. Open it "
            "in Excel or WPS and save it as “CSV UTF-8” or as .xlsx."
        )
    )


def _utf_16_without_mark(data: bytes) -> str:
    head = data[:4000]
    if head.count(0) * 8 <= len(head):
        return ""
    return "utf-16-be" if head[0::2].count(0) > head[1::2].count(0) else "utf-16-le"


def _refuse_binary(text: str) -> str:
    head = text[:20_000]
    if len(_CONTROL.findall(head)) > len(head) // 50:
        raise UnreadableFile(
            _("This is no table but another kind of file. Choose a CSV or an XLSX file.")
        )
    if re.match(r"\s*(?:<\?xml|<!doctype|<html|<table|<svg)", head, re.IGNORECASE):
        raise UnreadableFile(
            _(
                "This is a web page, even if its name says otherwise. Open it in Excel or WPS and "
                "save it as .xlsx."
            )
        )
    return text


def read_text(data: bytes) -> Table:
    """The rows of a CSV file, or of one with tabs or semicolons."""
    text, encoding = decode(data)
    if "\n" not in text:
        text = text.replace("\r", "\n")  # as old Macs end a line
    # A lone carriage return inside a line would end the row for csv, and for nobody else.
    text = re.sub("\r(?!\n)", " ", text)
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=_delimiter(text))
    records: list[Record] = []
    begin = 1
    try:
        for cells in reader:
            if reader.line_num - begin >= MAX_LINES_OF_A_RECORD:
                raise _unclosed_quote(begin)
            if any(cell.strip() for cell in cells):
                records.append(Record(begin, tuple(map(clean, _bounded(cells, begin)))))
                check_rows(len(records))
            begin = reader.line_num + 1
    except csv.Error as error:
        raise _unclosed_quote(begin) from error
    return Table(records, encoding=encoding)


def _unclosed_quote(line: int) -> UnreadableFile:
    return UnreadableFile(
        _(
            "The quotation mark that opens in line %(line)s is never closed. Close it or take it "
            "out, then upload the file again."
        )
        % {"line": line}
    )


def _delimiter(text: str) -> str:
    """The separator that most of the first lines have most often and most evenly."""
    lines = [line for line in text[:50_000].split("\n")[:40] if line.strip()]

    def weight(delimiter: str) -> tuple[int, int]:
        counts = sorted(line.count(delimiter) for line in lines)
        return (counts[len(counts) // 2], counts[-1]) if counts else (0, 0)

    return max(DELIMITERS, key=weight)


def check_rows(count: int) -> None:
    if count > MAX_ROWS:
        raise UnreadableFile(
            _("The file has more than %(most)s rows. Cut it into several files.")
            % {"most": MAX_ROWS}
        )


def _bounded(cells: list[str], line: int) -> list[str]:
    if len(cells) > MAX_COLUMNS and any(cell.strip() for cell in cells[MAX_COLUMNS:]):
        raise UnreadableFile(
            _("Line %(line)s has more than %(most)s columns. Is this the right file?")
            % {"line": line, "most": MAX_COLUMNS}
        )
    return cells[:MAX_COLUMNS]


def clean(text: str) -> str:
    """Without control characters, which no person types and PostgreSQL refuses."""
    return _CONTROL.sub("", text)
