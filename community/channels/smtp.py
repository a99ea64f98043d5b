"""Mail through an SMTP server, over TLS, with one connection for many mails."""

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from types import TracebackType
from typing import NoReturn

from community.channels.mime import as_bytes, ascii_address
from community.channels.parts import ChannelDown, Mail, NotNow, ReadyMail, Refused, Unsure
from community.channels.senders import Sender

# Well under half the lease: a sender that hangs has given up before another one takes over.
TIMEOUT_SECONDS = 15
# Some providers drop a connection that carries more.
MAILS_PER_CONNECTION = 100
TOO_BIG = 552
CLOSING = 421


GO_ON = 354

Answer = tuple[int, bytes]


def _is_yes(answer: Answer) -> bool:
    return 200 <= answer[0] < 300


def _as_text(content: bytes) -> bytes:
    """As it stands between DATA and the dot that ends it (RFC 5321, 4.5.2)."""
    if b"\n." in content:
        content = re.sub(rb"(?m)^\.", b"..", content)
    return content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")


def _words(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


class SmtpOutlet:
    """Connects at the first mail, and again when the server has hung up between two mails."""

    def __init__(self, sender: Sender) -> None:
        self.sender = sender
        self._server: smtplib.SMTP | None = None
        self._carried = 0

    def __enter__(self) -> "SmtpOutlet":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up()

    def send(self, mail: Mail | ReadyMail) -> None:
        """Hand one mail over; returns when the server has said that it has it.

        Raises ChannelDown (no connection, no TLS, wrong password), Refused (5xx), NotNow (4xx, or
        cut off before the text) or Unsure (cut off after it).
        """
        content = as_bytes(mail, (self.sender.name, self.sender.address))
        recipient = ascii_address(mail.to)
        server = self._agree(recipient, len(content))
        try:
            server.send(_as_text(content))
            answer = server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise Unsure(
                f"{self._name} hung up after the text was handed over: {error}. "
                "The mail may have been sent."
            ) from error
        self._expect(answer)
        self._carried += 1

    def _agree(self, recipient: str, size: int) -> smtplib.SMTP:
        """From whom, to whom, and that the text may come; the connection that waits for it.

        A server may have hung up since the last mail. Nothing of this one was said yet, so it is
        begun once more on a new connection: no round trip is spent on asking whether it is there.
        """
        used = self._server is not None
        server = self.connect()
        answers: list[Answer] = []
        try:
            self._ask(server, recipient, size, answers)
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            if used and not answers:
                return self._agree(recipient, size)
            if all(_is_yes(answer) for answer in answers):
                raise NotNow(f"{self._name} hung up before taking the mail: {error}.") from error
        if answers[0][0] == CLOSING and used:
            self._hang_up()
            return self._agree(recipient, size)
        if answers[-1][0] != GO_ON or not all(map(_is_yes, answers[:-1])):
            self._decline(answers)
        return server

    def _ask(self, server: smtplib.SMTP, recipient: str, size: int, answers: list[Answer]) -> None:
        """Ask the three questions, all at once if the server says it can take that (RFC 2920), and
        add to ``answers`` up to the first that is no yes, or all of them."""
        option = f" SIZE={size}" if server.has_extn("size") else ""
        questions = [
            f"MAIL FROM:<{self.sender.address}>{option}\r\n",
            f"RCPT TO:<{recipient}>\r\n",
            "DATA\r\n",
        ]
        if server.has_extn("pipelining"):
            server.send("".join(questions))
            for _question in questions:
                answers.append(server.getreply())  # one by one: the server may hang up in between
            return
        for question in questions:
            server.send(question)
            answers.append(server.getreply())
            if not _is_yes(answers[-1]):
                return

    def _decline(self, answers: list[Answer]) -> NoReturn:
        """The server does not want this mail: raise what its first "no" means."""
        if answers[-1][0] == GO_ON:
            # It waits for a text all the same. Whatever is said now would be that text.
            self._hang_up(politely=False)
        number, answer = next((n, a) for n, a in enumerate(answers) if n == 2 or not _is_yes(a))
        code, said = answer
        if number == 0 and 500 <= code < 600 and code != TOO_BIG:
            # It would refuse every mail of ours, so it is not this one's fault.
            self._forget()
            raise ChannelDown(
                f"{self._name} does not let this account send as {self.sender.address} "
                f"({code} {_words(said)}). Set the address to the account's own "
                f"({self._address_setting}).",
                fault="not_its_own",
                said=f"{code} {_words(said)}",
            )
        self._expect(answer)
        self._hang_up()
        raise NotNow(f"{self._name} answers what nobody asked: {code} {_words(said)}")

    @property
    def _address_setting(self) -> str:
        single = self.sender.setting == "EMAIL_URL"
        return "DEFAULT_FROM_EMAIL" if single else self.sender.setting

    @property
    def _name(self) -> str:
        return f"The mail server {self.sender.host}:{self.sender.port}"

    def _forget(self) -> None:
        """Make the server forget the mail it was told of."""
        with suppress(smtplib.SMTPException, OSError):
            if self._server:
                self._server.rset()

    def _expect(self, answer: Answer) -> None:
        """Turn an answer that is no "yes" into the failure it means."""
        code, said = answer
        if _is_yes(answer):
            return
        words = _words(said)
        self._forget()
        if code == CLOSING:
            self._hang_up()
            raise ChannelDown(
                f"{self._name} is closing: {code} {words}", fault="closing", said=f"{code} {words}"
            )
        if 500 <= code < 600:
            raise Refused(f"{self._name} refused: {code} {words}")
        raise NotNow(f"{self._name} does not take it now: {code} {words}")

    def connect(self) -> smtplib.SMTP:
        """The connection at hand, or a new one. Raises ChannelDown."""
        if self._server is None or self._carried >= MAILS_PER_CONNECTION:
            self._hang_up()
            self._server = self._connect()
        return self._server

    def _connect(self) -> smtplib.SMTP:
        host, port = self.sender.host, self.sender.port
        setting = self.sender.setting
        try:
            if self.sender.scheme == "smtp+ssl":
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
                )
            else:
                server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        except ssl.SSLCertVerificationError as error:
            raise self._certificate(error) from error
        except socket.gaierror as error:
            raise ChannelDown(
                f"The name {host} of {setting} is not known. Check the spelling, and whether "
                "this machine can resolve names.",
                fault="unknown_host",
            ) from error
        except smtplib.SMTPException as error:
            raise self._broken_off(error) from error
        except TimeoutError as error:
            raise self._silent() from error
        except ssl.SSLError as error:
            raise ChannelDown(
                f"{self._name} does not speak TLS from the start: {error.reason}. Use STARTTLS "
                f"(smtp+tls, usually on 587) in {setting}, or check the port.",
                fault="no_tls",
            ) from error
        except OSError as error:
            raise ChannelDown(
                f"{self._name} cannot be reached: {error}. Check host and port of {setting}; the "
                "usual ones are smtp+ssl on 465 and smtp+tls on 587.",
                fault="unreachable",
                said=str(error),
            ) from error
        try:
            self._introduce(server)
        except BaseException:
            server.close()
            raise
        self._carried = 0
        return server

    def _introduce(self, server: smtplib.SMTP) -> None:
        setting = self.sender.setting
        try:
            if self.sender.scheme == "smtp+tls":
                server.starttls(context=ssl.create_default_context())
            server.ehlo_or_helo_if_needed()
            if self.sender.user:
                server.login(self.sender.user, self.sender.password)
        except ssl.SSLCertVerificationError as error:
            raise self._certificate(error) from error
        except smtplib.SMTPAuthenticationError as error:
            words = _words(error.smtp_error)
            raise ChannelDown(
                f"{self._name} does not accept the user name or password of {setting} "
                f"({error.smtp_code} {words}). Many providers want an app "
                "password (授权码) instead of the one you sign in with.",
                fault="password",
                said=f"{error.smtp_code} {words}",
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            raise ChannelDown(
                f"{self._name} does not offer what {setting} asks for: {error} "
                "Use smtp+ssl with port 465 if it does not know STARTTLS.",
                fault="no_tls",
                said=str(error),
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise self._broken_off(error) from error

    def _broken_off(self, error: Exception) -> ChannelDown:
        # smtplib says that it was hung up on when it has waited in vain.
        if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            return self._silent()
        return ChannelDown(
            f"{self._name} broke off the greeting: {error}.",
            fault="broken_off",
            said=str(error),
        )

    def _silent(self) -> ChannelDown:
        return ChannelDown(
            f"{self._name} did not answer within {TIMEOUT_SECONDS} seconds. Check host and port of "
            f"{self.sender.setting}, and whether this machine's network lets that port out.",
            fault="silent",
        )

    def _certificate(self, error: ssl.SSLCertVerificationError) -> ChannelDown:
        return ChannelDown(
            f"{self._name} shows a certificate that cannot be trusted ({error.verify_message}). "
            f"Check the host name of {self.sender.setting} and the clock of this machine.",
            fault="certificate",
            said=error.verify_message,
        )

    def _hang_up(self, *, politely: bool = True) -> None:
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                if politely:
                    self._server.quit()
            self._server.close()
            self._server = None
