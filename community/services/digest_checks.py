"""What is looked at before a day's highlights go out. Pure: no query, nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.models import Digest, Highlight
from community.models.digest import FEWEST, MOST
from community.services import announcements, digest_texts, highlight_names

A_SCREEN = 22
Consent, Kind = Highlight.Consent, Highlight.Kind


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. ``kind`` is ok, warn or bad: a bad one keeps it from going out."""

    kind: str
    text: str
    note: str = ""
    about: Highlight | None = None


def checks(digest: Digest, rows: Sequence[Highlight]) -> list[Check]:
    """What was looked at, the bad first. ``rows`` are its items. No query."""
    shown = digest_texts.items(rows)
    said = [_number_of(len(rows))]
    for row in rows:
        said += _about(row)
    phrases = {row.phrase_found for row in rows if row.phrase}
    if phrases == {1}:
        said.append(Check("ok", _("Every jump phrase occurs once")))
    if digest.style == Digest.Style.SCREEN and rows:
        lines = announcements.lines_on_a_phone(digest_texts.text(digest, shown))
        over = lines - A_SCREEN
        fits = _("One screen: %(lines)d of %(most)d lines") % {"lines": lines, "most": A_SCREEN}
        longer = ngettext(
            "%(n)d line over one screen", "%(n)d lines over one screen", max(over, 1)
        ) % {"n": over}
        said.append(
            Check("warn", longer, _("Shorten a quote, or choose “In full”."))
            if over > 0
            else Check("ok", fits)
        )
    return sorted(said, key=lambda one: ("bad", "warn", "ok").index(one.kind))


def any_bad(said: Sequence[Check]) -> bool:
    return any(one.kind == "bad" for one in said)


def _number_of(count: int) -> Check:
    if count > MOST:
        return Check(
            "bad",
            _("%(n)d picked, and %(most)d are the most") % {"n": count, "most": MOST},
            _("Take some away; they are not lost."),
        )
    if count < FEWEST:
        picked = ngettext("%(n)d picked", "%(n)d picked", count) % {"n": count}
        nothing = _("Sending nothing today is fine too, better than filling up.")
        return Check("warn" if count else "bad", picked, nothing)
    return Check("ok", ngettext("%(n)d picked", "%(n)d picked", count) % {"n": count})


def _about(row: Highlight) -> list[Check]:
    said = []
    if not row.title and not row.quote:
        said.append(
            Check("bad", _("An item says nothing yet"), _("Write a title or a quote."), row)
        )
    if row.upload_id and not row.quote:
        said.append(
            Check("bad", _("A screenshot without words"),
                  _("Type what stands in it, for who cannot see it."), row)
        )  # fmt: skip
    said += _about_phrase(row)
    if highlight_names.tells_the_name(row):
        said.append(
            Check("warn", _("The name of who is not named stands in the text"),
                  _("Readers see … there. Say it in other words."), row)
        )  # fmt: skip
    if row.consent in (Consent.OPEN, Consent.ASKED):
        name = row.speaker or str(row.author or _("Somebody"))
        asked = (
            _("%(name)s has not answered yet") if row.consent else _("%(name)s was not asked yet")
        )
        said.append(
            Check("warn", asked % {"name": name}, _("Goes out without the name until then."), row)
        )
    return said


def _about_phrase(row: Highlight) -> list[Check]:
    if not row.phrase or row.phrase_found is None:
        return []
    quoted = {"phrase": row.phrase, "n": row.phrase_found}
    if row.phrase_found == 1:
        return []
    todo = _("Take other words from the original, or leave the phrase out.")
    if row.phrase_found == 0:
        return [Check("bad", _("“%(phrase)s” does not stand in the original") % quoted, todo, row)]
    if row.kind == Kind.CHAT:
        return [
            Check("bad", _("“%(phrase)s” occurs more than once in the chat") % quoted, todo, row)
        ]
    return [Check("bad", _("“%(phrase)s” occurs %(n)d times") % quoted, todo, row)]
