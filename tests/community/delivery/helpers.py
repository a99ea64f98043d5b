"""What tests of anything that sends need: send everything now, and read what was written."""

import email
import email.policy
from email.message import EmailMessage

from django.conf import settings

from community.channels.mailbox import mails_in
from community.models import OutboxMessage
from community.services import delivery
from community.services.journal import Journal


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


def begun(*rows: OutboxMessage, done: bool = False) -> None:
    """Write into the journal of these, which one claim has taken, that they were begun, as a sender
    does before it hands a message over; with ``done`` also that the other side has them."""
    assert rows[0].claim is not None
    with Journal(rows[0].claim) as book:
        for row in rows:
            book.begin(row.pk)
            if done:
                book.done(row.pk)


def text_of(message: EmailMessage) -> str:
    """The plain part of a mail, with the ends of lines that Python has."""
    part = message.get_body(("plain",))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def html_of(message: EmailMessage) -> str:
    """The HTML part of a mail."""
    part = message.get_body(("html",))
    assert part is not None
    return part.get_content()
