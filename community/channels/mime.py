"""A mail as bytes on the wire."""

import email.policy
import re
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from django.conf import settings

from community.channels.parts import Mail, ReadyMail, Refused


class Whole(UnstructuredHeader):
    """A header for programs, kept in one line: what is longer than a line would otherwise be written
    as an encoded word, in which no mail program finds an address or an id."""

    def fold(self, *, policy: email.policy.Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_registry = HeaderRegistry()
for _name in ("list-unsubscribe", "list-id", "message-id"):
    _registry.map_to_type(_name, Whole)
# Seven bits only: every server on the way takes that. A subject may be longer than a line.
POLICY = email.policy.SMTP.clone(cte_type="7bit", max_line_length=78, header_factory=_registry)


# What nearly all addresses are: nothing in it has to be looked at twice.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9-]{1,63}"
SIMPLE_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})*")


def ascii_address(text: str) -> str:
    """The address as every mail server takes it: the domain in Punycode. Raises Refused."""
    if SIMPLE_ADDRESS.fullmatch(text):
        return text
    local, at, domain = text.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
        local.encode("ascii")
        # Refuses line breaks and anything else that is no address.
        Address(addr_spec=f"{local}@{domain}")
    except (MessageError, UnicodeError, ValueError, IndexError) as error:
        raise Refused("The address is not one that mail can be sent to.") from error
    if not at or not local or not domain:
        raise Refused("The address is not one that mail can be sent to.")
    return f"{local}@{domain}"


def sender() -> tuple[str, str]:
    """DEFAULT_FROM_EMAIL as (name, address)."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return name, ascii_address(address)


def build(mail: Mail, origin: tuple[str, str] | None = None) -> EmailMessage:
    """The message with both parts, the plain one first, as RFC 2046 wants it. ``origin`` is whom it
    comes from, as (name, address); DEFAULT_FROM_EMAIL unless told."""
    name, address = origin or sender()
    local, _at, domain = address.rpartition("@")
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(display_name=name, username=local, domain=domain)
    message["To"] = ascii_address(mail.to)
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = mail.message_id
    # So that nobody's holiday answer comes back (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    for header, value in mail.headers.items():
        message[header] = value
    # Always, so that a mail says the same whether it was built alone or spliced (``splice.py``).
    message.set_content(mail.text, cte="base64")
    message.add_alternative(mail.html, subtype="html", cte="base64")
    message["Content-Language"] = mail.locale  # last: setting the content drops Content-… headers
    return message


def as_bytes(mail: Mail | ReadyMail, origin: tuple[str, str] | None = None) -> bytes:
    """What goes over the wire, built now unless it is ready. Raises Refused."""
    return mail.content if isinstance(mail, ReadyMail) else build(mail, origin).as_bytes()
