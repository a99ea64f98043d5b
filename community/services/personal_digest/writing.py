"""Rows in words: the pieces of a mail that are one reader's alone.

A row that many are told is written once for each language. How it looks stands in the template
``_digest_piece.html``, which is rendered once with places for the words: a template for each row of
each reader would take most of the time there is.
"""

import datetime as dt
from functools import lru_cache, reduce
from operator import add

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community import clock
from community.models import Member
from community.registry import DigestRow, DigestSection, Personal
from community.services.personal_digest.composing import Digest, Part

Piece = tuple[str, SafeString]
PLACES = {"title": "{title}", "note": "{note}", "href": "{href}"}
NOTHING: SafeString = SafeString("")
# What people wrote themselves may be long; there is a link to the whole of it.
LONGEST = 160


class Writer:
    """Writes the digests of one batch. Used while the language of its readers is active."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._rows: dict[int, Piece] = {}
        self._heads: dict[int, Piece] = {}
        self._greetings: dict[dt.date, str] = {}

    def write(self, reader: Member, digest: Digest, since: dt.datetime) -> Personal:
        """Both pieces of one reader's mail. No query."""
        greeting = self._greeting(reader, since)
        texts, pieces = [greeting], [format_html(_mould("line"), title=greeting)]
        for part in digest:
            for text, piece in self._part(part):
                texts.append(text)
                pieces.append(piece)
        return Personal("\n\n".join(texts), reduce(add, pieces, NOTHING))

    def _part(self, part: Part) -> list[Piece]:
        written = [self._head(part.section)]
        written += [self._row(row) for row in part.rows]
        if part.more:
            more = ngettext("and %(count)d more", "and %(count)d more", part.more)
            said = more % {"count": part.more}
            written.append((said, format_html(_mould("line"), title=said)))
        return written

    def _head(self, section: DigestSection) -> Piece:
        known = self._heads.get(id(section))
        if known is None:
            title = str(section.title)
            line = _("— %(title)s —") % {"title": title}
            known = (line, format_html(_mould("head"), title=title))
            self._heads[id(section)] = known
        return known

    def _row(self, row: DigestRow) -> Piece:
        known = self._rows.get(id(row))
        if known is None:
            known = self._rows[id(row)] = written(row)
        return known

    def _greeting(self, reader: Member, since: dt.datetime) -> str:
        day = clock.local_date(reader.timezone, since)
        said = self._greetings.get(day)
        if said is None:
            date = date_format(day, "MONTH_DAY_FORMAT")
            said = _("%(name)s, this is new for you since %(date)s.") % {
                "name": "%(name)s",
                "date": date.replace("%", "%%"),
            }
            self._greetings[day] = said
        return said % {"name": reader}


def written(row: DigestRow) -> Piece:
    """One row as text and as HTML, in the language that is active."""
    title, note = short(str(row.title)), short(str(row.note))
    href = f"{settings.BASE_URL}{row.path}"
    lines = [f"· {title}", *([f"  {note}"] if note else []), f"  {href}"]
    mould = _mould("noted" if note else "row")
    return "\n".join(lines), format_html(mould, title=title, note=note, href=href)


def short(text: str) -> str:
    """On one line, and cut where it would run on."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


@lru_cache(maxsize=8)
def _mould(shape: str) -> str:
    """The HTML of ``_digest_piece.html`` for one shape, with places for the words. It holds no words
    of its own, and so is the same in every language."""
    return render_to_string("community/email/_digest_piece.html", PLACES | {"shape": shape}).strip()
