"""Mail: queued as a row in the caller's transaction, rendered when it is sent.

The words stand in ``templates/<app>/email/<name>.subject.txt``, ``.txt`` and ``.html`` and are
rendered in the reader's own language, because she may have changed it since.
"""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template import Context, Engine, Template, TemplateDoesNotExist
from django.utils import translation

from community import clock
from community.channels import Mail
from community.channels.mime import sender
from community.models import Member, OutboxMessage, Room, Run, Space
from community.models.outbox import LONGEST_WAIT
from community.registry import mail_kinds
from community.services import outbox, preferences

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
    row.message_id = message_id(row)
    return row


def message_id(row: OutboxMessage) -> str:
    """What names it to the world, the same at every attempt."""
    return f"<{row.public_id}@{_domain()}>"


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


def build(row: OutboxMessage, *, now: dt.datetime) -> Mail:
    """Render both parts and the subject of a message, in its reader's language. No query.

    Whatever a template raises flies; the sender marks the message as broken.
    """
    off_url = preferences.link(row.member, row.kind) if row.kind and row.member else ""
    locale = row.locale or (row.member.locale if row.member else settings.LANGUAGE_CODE)
    context = {
        **row.context,
        **(json.loads(row.sealed_context) if row.sealed_context else {}),
        "reader": row.member,
        "site_name": settings.SITE_NAME,
        "base_url": settings.BASE_URL,
        "language_code": locale,
        "off_url": off_url,
    }
    with translation.override(locale):
        subject, text = (
            # A plain text is no HTML: an ampersand stays an ampersand.
            _template(row.template, part).render(Context(context, autoescape=False))
            for part in ("subject.txt", "txt")
        )
        one_line = " ".join(subject.split())
        html = _template(row.template, "html").render(Context(context | {"subject": one_line}))
    return Mail(
        to=row.address or (row.member.email if row.member else "") or "",
        subject=one_line,
        text=text.strip() + "\n",
        html=html,
        message_id=row.message_id,
        date=now,
        locale="en" if locale == "en" else "zh-Hans",
        headers=_headers(row, off_url),
    )


def _headers(row: OutboxMessage, off_url: str) -> dict[str, str]:
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
