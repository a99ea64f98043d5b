"""Checking an announcement as it stands: the linter, and whether its links lead to a page here."""

import datetime as dt
from copy import copy

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from community.models import Announcement
from community.models.announcement import SLOTS
from community.services import announcements
from community.services.linting import links, rules, slots
from community.services.linting.rules import ERROR, Draft, Finding


def draft_of(row: Announcement, date: dt.date | None = None, text: str | None = None) -> Draft:
    """What the linter looks at: ``row`` on ``date``, or ``text`` in its place. No query, if the
    sender was fetched with it."""
    date = date or row.day
    several = announcements.is_for_several(row)
    source = row.source if text is None else text
    values = announcements.values_on(row, row.day if several else date)
    day = str(values.get("day", ""))
    return Draft(
        text=source,
        rendered=announcements.filled(source, values),
        date=date,
        kind=row.kind,
        day=int(day) if day.isdigit() else 0,
        several=several,
        language=row.language,
        values=values,
    )


def findings(row: Announcement, date: dt.date | None = None) -> list[Finding]:
    """All that is wrong with it. No query."""
    return rules.lint(draft_of(row, date))


def lint(draft: Draft) -> list[Finding]:
    """The same of a text that is not kept yet."""
    return rules.lint(draft)


def lines_of(draft: Draft) -> int:
    """How many lines of a chat bubble it takes."""
    return announcements.lines_on_a_phone(draft.rendered)


def dead_links(draft: Draft) -> list[Finding]:
    """Links into this site that lead to no page of it. Links elsewhere are looked at for their
    shape only: no other host is ever asked. No query."""
    found = []
    for number, line in enumerate(draft.lines, start=1):
        for link, _rest in links.found(announcements.filled(line, draft.values)):
            path = links.own_path(link, settings.BASE_URL)
            if path and not _leads_somewhere(path):
                said = _("No page of this site answers at %(path)s. Look for a slip in the link.")
                found.append(Finding("answers", ERROR, number, said % {"path": path}))
    return found


def _leads_somewhere(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def by_slot(row: Announcement, text: str) -> dict[str, str]:
    """How ``text`` is kept: a course day's by slot where it comes apart cleanly, else in one."""
    empty = dict.fromkeys((*SLOTS, "text"), "")
    if row.kind == Announcement.Kind.DAILY:
        draft = draft_of(copy(row), text=text)
        if parts := slots.split(text, draft.own_links):
            return empty | parts
    return empty | {"text": text}
