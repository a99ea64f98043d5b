"""The way out: the only package that talks to anybody outside.

A channel is given finished messages and says what became of each. It decides neither who gets
what nor when to try again. Opened once for a batch, so that a connection is used for many:

    with channels.open_channel("email") as outlet:
        outlet.send(mail)
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.conf import settings

from community.channels.mailbox import MailboxOutlet
from community.channels.parts import (
    ChannelDown,
    Mail,
    NotNow,
    Outlet,
    ReadyMail,
    Refused,
    TooFast,
    Unsure,
)
from community.channels.robot_mailbox import RobotMailbox
from community.channels.robots import RobotOutlet, RobotText
from community.channels.senders import Sender, all_senders
from community.channels.smtp import SmtpOutlet

__all__ = [
    "ChannelDown",
    "Mail",
    "NotNow",
    "Outlet",
    "ReadyMail",
    "Refused",
    "RobotText",
    "Sender",
    "TooFast",
    "Unsure",
    "all_senders",
    "channel_names",
    "may_repeat",
    "open_channel",
    "try_sender",
]


def _open_email(sender: Sender | None) -> AbstractContextManager[Outlet]:
    sender = sender or all_senders()[0]
    if sender.scheme == "mailbox":
        return MailboxOutlet(settings.MAILBOX_DIR, (sender.name, sender.address))
    return SmtpOutlet(sender)


def _open_robot(_sender: Sender | None) -> AbstractContextManager[Outlet]:
    # The demo has no groups to write to; it shows in its mailbox what would be there.
    return RobotMailbox(settings.MAILBOX_DIR) if settings.DEMO else RobotOutlet()


# name: (how it is opened, whether a message that may have left may be sent once more). A mail that
# comes twice has the same Message-ID and is shown once by many programs; a robot's would stand in
# the group twice.
Opener = Callable[[Sender | None], AbstractContextManager[Outlet]]
CHANNELS: dict[str, tuple[Opener, bool]] = {
    "email": (_open_email, True),
    "robot": (_open_robot, False),
}


def channel_names() -> frozenset[str]:
    return frozenset(CHANNELS)


def may_repeat(name: str) -> bool:
    """Whether "maybe twice" is kinder than "maybe never" here. An unknown channel: no."""
    return name in CHANNELS and CHANNELS[name][1]


def open_channel(name: str, sender: Sender | None = None) -> AbstractContextManager[Outlet]:
    """The way out by that name; nothing is connected before the first message. ``sender`` is the
    account that mail leaves by; the first unless told.

    Raises KeyError for a name that is none.
    """
    return CHANNELS[name][0](sender)


def try_sender(sender: Sender) -> None:
    """Connect and sign in as for a mail, and send none. Raises ChannelDown with the reason."""
    if sender.scheme != "mailbox":
        with SmtpOutlet(sender) as outlet:
            outlet.connect()
