"""Lists as people make them, small enough to stand in a test."""

import csv
import io
from collections.abc import Iterable

import openpyxl

from community.models import Member, RosterImport, Space
from community.services import spaces
from community.services.roster import importing, runs
from tests.factories import MemberFactory

HEAD = ["昵称", "手机号", "邮箱", "城市", "职业", "一句话介绍", "想要", "能给"]


def open_space(slug: str = "bubbles") -> Space:
    """A space with its rooms; its owner is ``owner_of(space)``."""
    return spaces.open_space(owner=MemberFactory(), name="冒泡", slug=slug)


def owner_of(space: Space) -> Member:
    return space.memberships.get(role="owner").member


def text(rows: Iterable[Iterable[str]], *, head: Iterable[str] = HEAD, title: str = "") -> str:
    """A CSV file of ``rows`` under ``head``, with CRLF as Excel writes it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    if title:
        writer.writerow([title])
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()


def data(rows: Iterable[Iterable[str]], **kwargs) -> bytes:
    return text(rows, **kwargs).encode()


def workbook(rows: Iterable[Iterable], *, head: Iterable[str] = HEAD, change=None) -> bytes:
    """An XLSX file; ``change(sheet, book)`` may do to it what people do to sheets."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    if change is not None:
        change(sheet, book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring_in(space: Space, file: bytes, name: str = "list.csv") -> RosterImport:
    """Upload, say yes, and let the worker do it."""
    by = owner_of(space)
    roster = runs.upload(space=space, by=by, name=name, data=file)
    runs.confirm(roster=roster, by=by, digest=roster.digest)
    importing.work()
    roster.refresh_from_db()
    return roster


def verdicts(roster: RosterImport) -> dict[int, str]:
    return dict(roster.rows.values_list("line", "verdict"))


def codes(roster: RosterImport) -> dict[int, set[str]]:
    """The codes of the notes on each row, by line."""
    rows = roster.rows.values_list("line", "notes")
    return {line: {code for code, _figures in notes} for line, notes in rows}


def brought(space: Space) -> set[str]:
    """The names of those in the space whom nobody has claimed yet."""
    people = Member.objects.filter(memberships__space=space, state=Member.State.UNCLAIMED)
    return set(people.values_list("display_name", flat=True))
