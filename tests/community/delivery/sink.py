"""A mail server for tests: takes mails on a loopback port, or answers as it is told to."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ssl import SSLContext
from urllib.parse import SplitResult, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from community.channels import Sender


def a_sender(port: int, **changes) -> Sender:
    """An account on a server of this machine."""
    told = {"address": "hello@localhost", "name": "沙里金", "scheme": "smtp", "host": "127.0.0.1"}
    return Sender(**told | {"port": port} | changes)


@dataclass
class Sink:
    """What has arrived, and what to answer. ``answers`` maps a command to a reply that is no yes."""

    answers: dict[str, str] = field(default_factory=dict)
    mails: list[Envelope] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    hang_up_after_data: bool = False
    pipelining: bool = False

    @property
    def url(self) -> SplitResult:
        return urlsplit(f"smtp://127.0.0.1:{self.port}")

    @property
    def sender(self) -> Sender:
        return a_sender(self.port)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list
    ) -> list:
        session.host_name = hostname
        self.connections += 1
        if self.pipelining:
            responses.insert(-1, "250-PIPELINING")
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list
    ) -> str:
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list
    ) -> str:
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.mails.append(envelope)
        if self.hang_up_after_data:
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def refuse_everybody(server, session, envelope, mechanism, data) -> AuthResult:
    return AuthResult(success=False, handled=False)


@contextmanager
def running_sink(
    *, tls: SSLContext | None = None, tls_from_the_start: bool = False, **changes
) -> Iterator[Sink]:
    """A sink that listens on a free port until the block ends; with ``tls`` it offers STARTTLS, or
    speaks nothing else from the start."""
    sink = Sink(**changes)
    if tls is not None:
        encryption = {"ssl_context": tls} if tls_from_the_start else {"tls_context": tls}
    else:
        encryption = {}
    controller = Controller(
        sink,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=refuse_everybody,
        auth_require_tls=False,
        enable_SMTPUTF8=False,
        **encryption,
    )
    controller.start()
    try:
        sink.port = controller.port
        yield sink
    finally:
        controller.stop()
