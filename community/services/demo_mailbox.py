"""The mails that the demo has written, for looking at."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

from community.channels.mailbox import mails_in

SIZE = 25
NAME = re.compile(r"\d{14}-[0-9a-f]{8}")
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


@dataclass(frozen=True)
class DemoMail:
    """A mail as the page shows it. ``code`` is the first six digits in the text, or ""."""

    name: str
    to: str
    subject: str
    sent_at: datetime
    text: str
    html: str
    code: str


@dataclass(frozen=True)
class MailPage:
    """A page of mails, shaped like one of rows: ``next`` is the cursor of the one after it."""

    rows: list[DemoMail]
    next: str
    is_first: bool


def page(cursor: str = "") -> MailPage:
    """The 25 newest mails before ``cursor`` (a name). Reads these files and no others."""
    known = NAME.fullmatch(cursor) is not None
    files = [path for path in mails_in(settings.MAILBOX_DIR) if not known or path.stem < cursor]
    found = [mail for path in files[:SIZE] if (mail := _read(path))]
    return MailPage(
        rows=found,
        next=files[SIZE - 1].stem if len(files) > SIZE else "",
        is_first=not known,
    )


def get(name: str) -> DemoMail | None:
    """The mail with that name; None if there is none, or it has just been cleared away."""
    if not NAME.fullmatch(name):
        return None
    return _read(Path(settings.MAILBOX_DIR) / f"{name}.eml")


def _read(path: Path) -> DemoMail | None:
    try:
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    except OSError:
        return None
    assert isinstance(message, EmailMessage)
    text, html = _part(message, "plain"), _part(message, "html")
    code = CODE.search(text)
    return DemoMail(
        name=path.stem,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        sent_at=parsedate_to_datetime(str(message["Date"])),
        text=text,
        html=html,
        code=code.group() if code else "",
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content() if isinstance(part, EmailMessage) else ""
