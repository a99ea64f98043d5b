"""What goes through a channel, and the four ways in which that fails."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Protocol


class DeliveryFailure(Exception):
    """It was not sent, or perhaps it was; the message says what happened and what to do."""


class Refused(DeliveryFailure):
    """The other side will never take this message. Nothing left the house."""


class NotNow(DeliveryFailure):
    """The other side does not take this message now. Nothing left the house; try again."""


class TooFast(NotNow):
    """The other side wants a ``pause`` first. It is no failure of the message. Nothing left the
    house."""

    def __init__(self, text: str, *, pause: dt.timedelta) -> None:
        super().__init__(text)
        self.pause = pause


class Unsure(DeliveryFailure):
    """The connection broke after the text was handed over: it may have left the house."""


class ChannelDown(DeliveryFailure):
    """Nothing goes out this way at all; it is not the message's fault. Nothing left the house.

    ``fault`` is what is wrong in one word (see MailAccount.Fault), ``said`` the server's own words.
    """

    def __init__(self, text: str, *, fault: str = "other", said: str = "") -> None:
        super().__init__(text)
        self.fault = fault
        self.said = said


@dataclass(frozen=True)
class Mail:
    """A finished e-mail: both parts, in the reader's language."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    date: dt.datetime
    locale: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadyMail:
    """A finished e-mail as the bytes of the wire, from the account it leaves by; ``to`` is an address
    as every mail server takes it."""

    to: str
    content: bytes
    date: dt.datetime


class Outlet(Protocol):
    """An opened channel. What it takes is what its builder makes: a Mail, or a RobotText."""

    def send(self, letter: Any, /) -> None:
        """Hand it over. Returns when the other side has taken it; raises a DeliveryFailure."""
