"""Mail: queued as a row in the caller's transaction, rendered when it is sent.

The words stand in ``templates/<app>/email/<name>.subject.txt``, ``.txt`` and ``.html`` and are
rendered in the reader's own language, because she may have changed it since.
"""

import datetime as dt
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template import Context, Engine, Template, TemplateDoesNotExist
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from community import clock
from community.channels import Mail
from community.channels.mime import sender
from community.models import Member, OutboxMessage, Room, Run, Space
from community.models.outbox import LONGEST_WAIT
from community.registry import Personal, mail_kinds
from community.services import outbox, personal, preferences

PARTS = ("subject.txt", "txt", "html")


@dataclass(frozen=True)
class Letter:
    """One mail to queue. ``queue`` says what the fields mean."""

    template: str
    key: str
    to: Member | None = None
    address: str = ""
    locale: str = ""
    sealed: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)
    kind: str = ""
    urgent: bool = False
    expires_in: dt.timedelta = LONGEST_WAIT
    not_before: dt.datetime | None = None
    room: Room | None = None
    space: Space | None = None
    needs_consent: str = ""
    list_id: str = ""
    even_if_suspended: bool = False
    run: Run | None = None


def queue(template: str, *, key: str, **fields: Any) -> None:
    """Queue one mail; a second call with the same ``key`` adds nothing. One INSERT.

    ``template`` is ``<app>/<name>``. To ``to``, a member, whose address and language are read when
    it is sent, or to ``address``, which may belong to nobody and is sealed, in ``locale``. The
    template's context is ``context`` (plain JSON, no personal data) and ``sealed`` (wiped once it
    is sent, or worthless after ``expires_in``). ``urgent`` mails have a queue of their own.
    ``room``, ``space`` and ``needs_consent`` are conditions on the member, asked again when it is
    sent. ``kind`` is one of ``registry.mail_kinds``, which the member can turn off: the mail then
    carries a link that does so with one click, and asks again when it is sent. Without it, it is
    account mail. Raises ValueError for what no member can cause: both or no recipient, a condition
    without a member, an unknown template, a context that is no JSON.
    """
    queue_many([Letter(template, key, **fields)])


def queue_many(letters: Iterable[Letter]) -> None:
    """Queue many mails, one INSERT per 500; see ``queue``."""
    now = clock.now()
    outbox.enqueue(_row(letter, now) for letter in letters)


def _row(letter: Letter, now: dt.datetime) -> OutboxMessage:
    if (letter.to is None) == (not letter.address):
        raise ValueError(f"Mail {letter.key!r} needs one recipient: either to= or address=.")
    if letter.to is None and (letter.room or letter.space or letter.needs_consent):
        raise ValueError(f"Mail {letter.key!r} has a condition on a member, and no member.")
    if letter.kind and (letter.to is None or letter.kind not in mail_kinds):
        raise ValueError(f"Mail {letter.key!r} has the kind {letter.kind!r}, or has no member.")
    if len(letter.key) > 150:
        raise ValueError(f"The key {letter.key!r} is longer than 150 characters.")
    try:
        for part in PARTS:
            _template(letter.template, part)
    except TemplateDoesNotExist as error:
        raise ValueError(f"There is no template {error} for mail {letter.key!r}.") from error
    start = letter.not_before or now
    row = OutboxMessage(
        key=letter.key,
        channel="email",
        queue=OutboxMessage.Queue.URGENT if letter.urgent else OutboxMessage.Queue.BULK,
        member=letter.to,
        address=letter.address,
        locale=letter.locale or ("" if letter.to else settings.LANGUAGE_CODE),
        room=letter.room,
        space=letter.space,
        needs_consent=letter.needs_consent,
        even_if_suspended=letter.even_if_suspended,
        run=letter.run,
        kind=letter.kind,
        template=letter.template,
        context=json.loads(_json(letter.context, letter.key)),
        sealed_context=_json(letter.sealed, letter.key) if letter.sealed else "",
        list_id=letter.list_id,
        not_before=start,
        expires_at=start + letter.expires_in,
        created_at=now,
    )
    row.message_id = message_id_of(row)
    return row


def _json(context: dict[str, Any], key: str) -> str:
    try:
        return json.dumps(context, cls=DjangoJSONEncoder, ensure_ascii=False)
    except TypeError as error:
        raise ValueError(f"The context of mail {key!r} is no JSON: {error}.") from error


@lru_cache(maxsize=1)
def _domain() -> str:
    return sender()[1].rpartition("@")[2]


def _template(name: str, part: str) -> Template:
    """The template of one part; kept by Django's cached loader."""
    app, _slash, short = name.partition("/")
    return Engine.get_default().get_template(f"{app}/email/{short}.{part}")


def build(row: OutboxMessage, *, now: dt.datetime, told: Personal | None = None) -> Mail:
    """Render both parts and the subject of a message, in its reader's language. No query.

    ``told`` is what of it is her own (see ``registry.PersonalLetter``). Member and run must have been
    fetched. Whatever a template raises flies; the sender marks the message as broken.
    """
    off_url = preferences.link(row.member, row.kind) if row.kind and row.member else ""
    locale = locale_of(row)
    context = context_of(row, off_url=off_url)
    if told:
        context |= OWN_PLACES
    subject, text, html = rendered(personal.template_of(row), context, locale)
    if told:
        text, html = _with_own(text, html, told)
    return Mail(
        to=address_of(row),
        subject=subject,
        text=text,
        html=html,
        message_id=message_id_of(row),
        date=now,
        locale=content_language(locale),
        headers=headers_of(row, off_url),
    )


def locale_of(row: OutboxMessage) -> str:
    """The language it is read in: its own, else the member's."""
    return row.locale or (row.member.locale if row.member else settings.LANGUAGE_CODE)


def address_of(row: OutboxMessage) -> str:
    """To whom; "" if she has no address any more."""
    return row.address or (row.member.email if row.member else "") or ""


def message_id_of(row: OutboxMessage) -> str:
    """The same for every copy; what a fan-out in the database leaves empty follows from the row."""
    return row.message_id or f"<{row.public_id}@{_domain()}>"


def content_language(locale: str) -> str:
    return "en" if locale == "en" else "zh-Hans"


def context_of(row: OutboxMessage, *, off_url: str) -> dict[str, Any]:
    """What its templates see: the words of its run, unless it has a template of its own."""
    shared = row.run.context if row.run and not row.template else {}
    return {
        **shared,
        **row.context,
        **(json.loads(row.sealed_context) if row.sealed_context else {}),
        "reader": row.member,
        "site_name": settings.SITE_NAME,
        "base_url": settings.BASE_URL,
        "language_code": locale_of(row),
        "off_url": off_url,
        # Account mail is not chosen, so it does not say where to choose.
        "settings_url": off_url and settings.BASE_URL + reverse("community:notifications"),
    }


def rendered(template: str, context: dict[str, Any], locale: str) -> tuple[str, str, str]:
    """Subject, text and HTML of a template in a language. ``context`` is used as it is."""
    with translation.override(locale):
        subject, text = (
            # A plain text is no HTML: an ampersand stays an ampersand.
            _template(template, part).render(Context(context, autoescape=False))
            for part in ("subject.txt", "txt")
        )
        context["subject"] = " ".join(subject.split())
        html = _template(template, "html").render(Context(context))
    return context["subject"], text.strip() + "\n", html


# What is a reader's own is put in after the rendering, in both ways of building a mail: no filter and
# no tag of a template sees it. Nobody can guess these words.
OWN_PLACES = {name: f"zz{secrets.token_hex(12)}zz" for name in ("personal_text", "personal_html")}


def own_words(told: Personal) -> dict[str, tuple[str, str]]:
    """By the name of its place, what is put there in the text and in the HTML."""
    text, html = (part.replace("\r\n", "\n").replace("\r", "\n") for part in (told.text, told.html))
    return {"personal_text": (text, escape(text)), "personal_html": (html, html)}


def _with_own(text: str, html: str, told: Personal) -> tuple[str, str]:
    """Raises ValueError for a template that does not show it: a mail without its middle is none."""
    if OWN_PLACES["personal_text"] not in text or OWN_PLACES["personal_html"] not in html:
        raise ValueError("A part of the template does not show what is the reader's own.")
    for name, (in_text, in_html) in own_words(told).items():
        text = text.replace(OWN_PLACES[name], in_text)
        html = html.replace(OWN_PLACES[name], in_html)
    return text.strip() + "\n", html


def headers_of(row: OutboxMessage, off_url: str) -> dict[str, str]:
    """What makes a list a list (RFC 2919), and one click enough to leave it (RFC 8058)."""
    headers: dict[str, str] = {}
    if list_id := row.list_id or row.kind:
        headers |= {"List-Id": f"<{list_id}.{_domain()}>", "Precedence": "list"}
    if off_url:
        headers |= {
            "List-Unsubscribe": f"<{off_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return headers
