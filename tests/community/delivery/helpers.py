"""What tests of anything that sends need: send everything now, and read what was written."""

import email
import email.policy
from email.message import EmailMessage

from django.conf import settings

from community.channels.mailbox import mails_in
from community.services import delivery


def delivered() -> list[EmailMessage]:
    """Send what is due, and give the mails written since the last call, oldest first."""
    delivery.drain()
    return mailbox()


def mailbox() -> list[EmailMessage]:
    """Take the mails out of the test mailbox, oldest first."""
    found = []
    for path in reversed(mails_in(settings.MAILBOX_DIR)):
        found.append(email.message_from_bytes(path.read_bytes(), policy=email.policy.default))
        path.unlink()
    return found


def text_of(message: EmailMessage) -> str:
    """The plain part of a mail."""
    part = message.get_body(("plain",))
    assert part is not None
    return part.get_content()


def html_of(message: EmailMessage) -> str:
    """The HTML part of a mail."""
    part = message.get_body(("html",))
    assert part is not None
    return part.get_content()
