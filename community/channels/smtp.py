"""Mail through an SMTP server, over TLS, with one connection for many mails."""

import smtplib
import socket
import ssl
from contextlib import suppress
from types import TracebackType
from urllib.parse import SplitResult, unquote

from community.channels.mime import ascii_address, build, sender
from community.channels.parts import ChannelDown, Mail, NotNow, Refused, Unsure

# Well under half the lease: a sender that hangs has given up before another one takes over.
TIMEOUT_SECONDS = 15
PORTS = {"smtp+ssl": 465, "smtp+tls": 587, "smtp": 2525}
# Some providers drop a connection that carries more.
MAILS_PER_CONNECTION = 100
TOO_BIG = 552


def _words(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


class SmtpOutlet:
    """Connects at the first mail, and again when the server has hung up between two mails."""

    def __init__(self, url: SplitResult, *, password: str = "") -> None:
        self.scheme = url.scheme
        self.host = url.hostname or ""
        self.port = url.port or PORTS[url.scheme]
        self.user = unquote(url.username or "")
        self.password = password or unquote(url.password or "")
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

    def send(self, mail: Mail) -> None:
        """Hand one mail over; returns when the server has said that it has it.

        Raises ChannelDown (no connection, no TLS, wrong password), Refused (5xx), NotNow (4xx, or
        cut off before the text) or Unsure (cut off after it).
        """
        content = build(mail).as_bytes()
        recipient = ascii_address(mail.to)
        server = self.connect()
        try:
            options = [f"size={len(content)}"] if server.has_extn("size") else []
            code, said = server.mail(sender()[1], options)
            if 500 <= code < 600 and code != TOO_BIG:
                # It would refuse every mail of ours, so it is not this one's fault.
                raise ChannelDown(
                    f"{self._name} does not let this account send as {sender()[1]} "
                    f"({code} {_words(said)}). Set DEFAULT_FROM_EMAIL to the account's own address."
                )
            self._expect((code, said))
            self._expect(server.rcpt(recipient))
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._hang_up()
            raise NotNow(f"{self._name} hung up before taking the mail: {error}.") from error
        try:
            self._expect(server.data(content))
        except smtplib.SMTPDataError as error:  # the server did not want to hear the text
            self._expect((error.smtp_code, error.smtp_error))
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._hang_up()
            raise Unsure(
                f"{self._name} hung up after the text was handed over: {error}. "
                "The mail may have been sent."
            ) from error
        self._carried += 1

    @property
    def _name(self) -> str:
        return f"The mail server {self.host}:{self.port}"

    def _expect(self, answer: tuple[int, bytes]) -> None:
        """Turn an answer that is no "yes" into the failure it means, and make the server forget
        the mail it was told of."""
        code, said = answer
        if 200 <= code < 300:
            return
        words = _words(said)
        with suppress(smtplib.SMTPException, OSError):
            if self._server:
                self._server.rset()
        if code == 421:
            self._hang_up()
            raise ChannelDown(f"{self._name} is closing: {code} {words}")
        if 500 <= code < 600:
            raise Refused(f"{self._name} refused: {code} {words}")
        raise NotNow(f"{self._name} does not take it now: {code} {words}")

    def connect(self) -> smtplib.SMTP:
        """A connection that answers: the one at hand, or a new one. Raises ChannelDown."""
        if self._server is not None and self._carried < MAILS_PER_CONNECTION:
            with suppress(smtplib.SMTPException, OSError):
                if self._server.noop()[0] == 250:
                    return self._server
        self._hang_up()
        self._server = self._connect()
        return self._server

    def _connect(self) -> smtplib.SMTP:
        try:
            if self.scheme == "smtp+ssl":
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    self.host,
                    self.port,
                    timeout=TIMEOUT_SECONDS,
                    context=ssl.create_default_context(),
                )
            else:
                server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        except ssl.SSLCertVerificationError as error:
            raise ChannelDown(self._certificate(error)) from error
        except socket.gaierror as error:
            raise ChannelDown(
                f"The name {self.host} of EMAIL_URL is not known. Check the spelling, and whether "
                "this machine can resolve names."
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelDown(
                f"{self._name} cannot be reached: {error}. Check host and port of EMAIL_URL; the "
                "usual ones are smtp+ssl on 465 and smtp+tls on 587."
            ) from error
        try:
            self._introduce(server)
        except BaseException:
            server.close()
            raise
        self._carried = 0
        return server

    def _introduce(self, server: smtplib.SMTP) -> None:
        try:
            if self.scheme == "smtp+tls":
                server.starttls(context=ssl.create_default_context())
            server.ehlo_or_helo_if_needed()
            if self.user:
                server.login(self.user, self.password)
        except ssl.SSLCertVerificationError as error:
            raise ChannelDown(self._certificate(error)) from error
        except smtplib.SMTPAuthenticationError as error:
            raise ChannelDown(
                f"{self._name} does not accept the user name or password of EMAIL_URL "
                f"({error.smtp_code} {_words(error.smtp_error)}). Many providers want an app "
                "password (授权码) instead of the one you sign in with."
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            raise ChannelDown(
                f"{self._name} does not offer what EMAIL_URL asks for: {error} "
                "Use smtp+ssl with port 465 if it does not know STARTTLS."
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelDown(f"{self._name} broke off the greeting: {error}.") from error

    def _certificate(self, error: ssl.SSLCertVerificationError) -> str:
        return (
            f"{self._name} shows a certificate that cannot be trusted ({error.verify_message}). "
            "Check the host name of EMAIL_URL and the clock of this machine."
        )

    def _hang_up(self) -> None:
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
            self._server.close()
            self._server = None
