"""The letters of one batch: what is the same for all readers of a run is rendered once.

A message of a run says what its run says. Template and words are rendered once for each run, language
and account, with a word of our own in each place that is one reader's alone; then every reader's mail
is spliced (``channels/splice.py``). Nothing of one reader can stand in another's: what is filled comes
from her own message only, and a template that looks at its reader is rendered for each.
"""

import datetime as dt
import logging
import secrets
from collections.abc import Sequence
from typing import Any

from django.utils.html import escape

from community.channels import Mail, ReadyMail, Sender
from community.channels.mime import SIMPLE_ADDRESS
from community.channels.splice import Frame, Unfit
from community.models import OutboxMessage
from community.registry import reader_contexts
from community.services import mail, personal, preferences

logger = logging.getLogger(__name__)

Key = tuple[object, ...]


class Noticing(dict[str, Any]):
    """A template's context that notices whether ``reader`` was asked for."""

    asked = False

    def __getitem__(self, name: str) -> Any:
        if name == "reader":
            self.asked = True
        return super().__getitem__(name)


class Letters:
    """Made for a batch whose members and runs have been fetched. ``nothing_new`` are those who need
    no mail, ``broken`` those whose own part could not be composed, by the key of the message."""

    def __init__(self, rows: Sequence[OutboxMessage], now: dt.datetime) -> None:
        """The queries of the personal letters among them; none where there are none."""
        self.now = now
        _give_own_contexts(rows)
        self.composed, self.broken = personal.compose(rows, now)
        self.nothing_new = {pk for pk, told in self.composed.items() if told is None}
        self._frames: dict[Key, tuple[Frame, dict[str, str]] | None] = {}

    def letter(self, row: OutboxMessage, sender: Sender | None) -> Mail | ReadyMail:
        """What ``row`` says, from ``sender``; spliced where that can be. No query.

        Whatever a template raises flies.
        """
        told = self.composed.get(row.pk)
        if sender is not None and _shares(row):
            try:
                if found := self._frame(row, sender):
                    return self._fill(*found, row)
            except Unfit:
                pass  # an address or a value that is rare; the mail is built as all were before
        return mail.build(row, now=self.now, told=told)

    def _frame(self, row: OutboxMessage, sender: Sender) -> tuple[Frame, dict[str, str]] | None:
        has_own = row.pk in self.composed
        key = (row.run_id, mail.locale_of(row), row.kind, row.list_id, has_own, sender)
        if key not in self._frames:
            try:
                self._frames[key] = _made(row, self.now, sender, has_own)
            except Exception as reason:  # if it is the template, building it alone tells of whom
                logger.info("Mails of run %s are built one by one: %r", row.run_id, reason)
                self._frames[key] = None
        return self._frames[key]

    def _fill(self, frame: Frame, holes: dict[str, str], row: OutboxMessage) -> ReadyMail:
        assert row.member is not None
        to = mail.address_of(row)
        if not SIMPLE_ADDRESS.fullmatch(to):
            raise Unfit("The address has to be looked at.")
        headers: dict[str, str] = {}
        text: dict[str, str] = {}
        html: dict[str, str] = {}
        if hole := holes.get("off_url"):
            url = preferences.link(row.member, row.kind)
            headers[hole], text[hole], html[hole] = url, url, escape(url)
        if told := self.composed.get(row.pk):
            for name, value in mail.own_words(told).items():
                text[holes[name]], html[holes[name]] = value
        content = frame.fill(
            to=to, message_id=mail.message_id_of(row), headers=headers, text=text, html=html
        )
        return ReadyMail(to=to, content=content, date=self.now)


def _give_own_contexts(rows: Sequence[OutboxMessage]) -> None:
    """Whoever must not be shown what all are shown is written to alone."""
    for what, contexts in reader_contexts.items():
        mine = [row for row in rows if row.run and row.run.what == what and not row.template]
        if not mine:
            continue
        own = contexts(mine)
        for row in mine:
            row.context = own.get(row.pk, row.context)


def _shares(row: OutboxMessage) -> bool:
    """Whether nothing but the holes is this message's own."""
    return bool(
        row.run
        and row.member
        and not row.template
        and not row.context
        and not row.__dict__["sealed_context"]
        and not row.__dict__["address"]
    )


def _made(
    row: OutboxMessage, now: dt.datetime, sender: Sender, has_own: bool
) -> tuple[Frame, dict[str, str]] | None:
    """The frame and its holes by what they are for; None where the template looks at its reader, or
    does anything with a hole but to show it: then two readers' texts differ elsewhere as well."""
    names = ["off_url"] if row.kind else []
    names += ["personal_text", "personal_html"] if has_own else []
    first, second = ({name: _word(letters) for name in [*names, "reader"]} for letters in (12, 17))
    shown = [_rendered(row, holes) for holes in (first, second)]
    if any(noticed for _parts, noticed in shown):
        return None
    (one, _), (other, _) = shown
    for name in names:
        other = [part.replace(second[name], first[name]) for part in other]
    if one != other:
        return None
    subject, text, html = one
    if has_own and not (first["personal_text"] in text and first["personal_html"] in html):
        return None  # a mail without its middle is none: building it alone says so
    letter = Mail(
        to=Frame.TO,
        subject=subject,
        text=text,
        html=html,
        message_id=Frame.ID,
        date=now,
        locale=mail.content_language(mail.locale_of(row)),
        headers=mail.headers_of(row, first.get("off_url", "")),
    )
    holes = {name: first[name] for name in names}
    return Frame(letter, (sender.name, sender.address), holes.values()), holes


def _word(letters: int) -> str:
    return f"zz{secrets.token_hex(letters)}zz"


def _rendered(row: OutboxMessage, holes: dict[str, str]) -> tuple[list[str], bool]:
    """Subject, text and HTML with these words in the places; and whether the reader was asked for."""
    context = Noticing(mail.context_of(row, off_url=holes.get("off_url", "")), **holes)
    return list(
        mail.rendered(personal.template_of(row), context, mail.locale_of(row))
    ), context.asked
