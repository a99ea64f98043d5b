"""A mail server in a process of its own: writes down each mail it has accepted, and nothing else.

    python -m tests.chaos.sink LOG PORT [SECONDS]

It takes SECONDS (0.01) at each step, as real servers do: a sender must be able to die in between.
One line a mail: Message-ID, recipient and the first word of the subject, between tabs.
"""

import asyncio
import email
import email.policy
import logging
import signal
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LATENCY_SECONDS = 0.01


class Book:
    """Appends a line before it says yes: what has been said yes to is written down."""

    def __init__(self, log: str, latency: float = LATENCY_SECONDS) -> None:
        self.latency = latency
        self.log = open(log, "a", buffering=1, encoding="utf-8")  # noqa: SIM115  for its whole life

    async def pause(self) -> None:
        if self.latency:
            await asyncio.sleep(self.latency)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list
    ) -> str:
        await self.pause()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await self.pause()
        message = email.message_from_bytes(envelope.content or b"", policy=email.policy.default)
        word = str(message["Subject"]).split()[0]
        self.log.write(f"{message['Message-ID']}\t{envelope.rcpt_tos[0]}\t{word}\n")
        await self.pause()  # it is sent, and the sender does not know yet
        return "250 OK"


def main() -> None:
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    book = Book(sys.argv[1], float((sys.argv[3:] or [LATENCY_SECONDS])[0]))
    controller = Controller(book, hostname="127.0.0.1", port=int(sys.argv[2]))
    controller.start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    controller.stop()


if __name__ == "__main__":
    main()
