"""What leaves a list again: the file with the reasons, and the sheet with claim links."""

import csv
import datetime as dt
import io
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import Member, Membership, RosterImport, RosterRow
from community.services import claims
from community.services.roster import cells, header, judging, rules, runs

# What we call the columns that are taken over.
KINDS = {
    "nickname": gettext_lazy("Nickname"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "place": gettext_lazy("Place"),
    "occupation": gettext_lazy("Occupation"),
    "sentence": gettext_lazy("One sentence"),
    "needs": gettext_lazy("Looks for"),
    "offers": gettext_lazy("Can give"),
    "joined": gettext_lazy("Joined on"),
}

# So many codes fit on a few pages, and are made in a second or two.
SHEET = 40


def rows_of(roster: RosterImport, verdict: str) -> QuerySet[RosterRow]:
    """The rows with one verdict, those with a warning ("warned"), those with a reason to look at
    ("reasons"), or all of them ("")."""
    rows = roster.rows.all()
    if verdict == "warned":
        return rows.filter(warned=True)
    if verdict == "reasons":
        return rows.filter(Q(warned=True) | Q(verdict__in=["reject", "same"]))
    return rows.filter(verdict=verdict) if verdict else rows


def reasons_csv(roster: RosterImport, verdict: str = "reasons") -> bytes:
    """The rows as they came, each with its verdict and its reasons in front, as CSV for Excel.

    UTF-8 with a mark; what a spreadsheet would run as a formula is made harmless; hidden columns
    are not in it. Two queries. Raises DomainError when the file is no longer kept.
    """
    file = judging.read_table(runs.table_of(roster), roster.space)
    said = {row.record.line: row.record.cells for row in file.rows}
    shown = [column for column in range(_width(file)) if column not in file.header.hidden]
    names = dict(enumerate(file.header.names))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    heads = [names.get(column) or _("(no heading)") for column in shown]
    _put(writer, [_("Line"), _("Verdict"), _("Reason"), *heads])
    for row in rows_of(roster, verdict):
        record = said.get(row.line, ())
        reason = " ".join(rules.sentences(row.notes))
        texts = [record[column] if column < len(record) else "" for column in shown]
        _put(writer, [str(row.line), str(row.get_verdict_display()), reason, *texts])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _width(file: judging.Reading) -> int:
    widest = max((len(row.record.cells) for row in file.rows), default=0)
    return max(file.header.width, widest)


def _put(writer, texts: list[str]) -> None:
    writer.writerow([cells.neutral(text) for text in texts])


def heading_of(roster: RosterImport) -> list[tuple[str, str]]:
    """(what we call it, under which heading the list has it), in the order of our table."""
    taken = roster.columns.get("taken", {})
    return [(str(KINDS[kind]), "、".join(taken[kind])) for kind in header.TAKEN if kind in taken]


@dataclass(frozen=True)
class Slip:
    """What is cut out and handed to one person."""

    member: Member
    address: str
    expires_at: dt.datetime


def without_email(roster: RosterImport) -> QuerySet[Member]:
    """Those who came in by the list, have no e-mail and have not claimed their account yet, and
    are still in the space."""
    brought = RosterRow.objects.filter(roster=roster, member__isnull=False)
    return Member.objects.filter(
        pk__in=brought.values("member"),
        email=None,
        state=Member.State.UNCLAIMED,
        memberships__space=roster.space_id,
        memberships__state=Membership.State.ACTIVE,
    ).order_by("pk")


def slips(roster: RosterImport, *, by: Member, start: int = 0) -> list[Slip]:
    """New claim links for ``SHEET`` people, from the ``start``-th on; older links of theirs end.

    They are shown this once: the database keeps hashes. About five queries for each person.
    """
    made = []
    for member in without_email(roster)[start : start + SHEET]:
        link, address = claims.issue(member=member, by=by)
        made.append(Slip(member, address, link.expires_at))
    return made
