"""What the mail server says, in the four words that delivery understands."""

import datetime as dt
import email
import email.policy
import socket
import ssl
import threading
from contextlib import contextmanager, suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from community.channels import ChannelDown, Mail, NotNow, ReadyMail, Refused, Unsure, smtp
from community.channels.smtp import SmtpOutlet
from tests.community.delivery.sink import Sink, a_sender, free_port, running_sink

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


@pytest.fixture(params=[False, True], ids=["one-by-one", "at-once"], autouse=True)
def pipelining(request, monkeypatch):
    """Every outcome is the same whether the three questions are asked one by one or all at once."""
    monkeypatch.setattr(
        Sink.__init__, "__defaults__", (*Sink.__init__.__defaults__[:-1], request.param)
    )
    return request.param


def a_mail(number=1, to="ada@example.org"):
    return Mail(
        to=to,
        subject="你好\nBcc: eve@example.org",
        text="你好。\n",
        html="<p>你好。</p>",
        message_id=f"<m{number}@example.org>",
        date=NOON,
        locale="zh-Hans",
    )


def test_many_mails_go_through_one_connection():
    with running_sink() as sink, SmtpOutlet(sink.sender) as outlet:
        for number in range(3):
            outlet.send(a_mail(number))

    assert [mail.rcpt_tos for mail in sink.mails] == [["ada@example.org"]] * 3
    assert sink.connections == 1


def test_what_arrives_is_what_was_sent_and_a_subject_smuggles_no_header():
    with running_sink() as sink, SmtpOutlet(sink.sender) as outlet:
        outlet.send(a_mail())

    message = email.message_from_bytes(sink.mails[0].content, policy=email.policy.default)
    assert message["Subject"] == "你好 Bcc: eve@example.org"
    assert message["Bcc"] is None
    assert message.get_body(("plain",)).get_content().strip() == "你好。"


@pytest.mark.parametrize(
    "answers, failure, words",
    [
        ({"RCPT": "550 no such user"}, Refused, "550 no such user"),
        ({"RCPT": "450 greylisted"}, NotNow, "450 greylisted"),
        ({"DATA": "554 spam"}, Refused, "554 spam"),
        ({"DATA": "451 later"}, NotNow, "451 later"),
        ({"MAIL": "553 not your address"}, ChannelDown, "DEFAULT_FROM_EMAIL"),
        ({"MAIL": "552 too big"}, Refused, "552 too big"),
        ({"RCPT": "421 going down"}, ChannelDown, "421 going down"),
    ],
)
def test_answer_that_is_no_yes_becomes_what_it_means(answers, failure, words):
    with running_sink(answers=answers) as sink, SmtpOutlet(sink.sender) as outlet:
        with pytest.raises(failure, match=words):
            outlet.send(a_mail())

    assert sink.mails == []


def test_next_mail_goes_out_after_one_was_refused():
    with running_sink(answers={"bad@example.org": "550 no"}) as sink:
        with SmtpOutlet(sink.sender) as outlet:
            with pytest.raises(Refused):
                outlet.send(a_mail(to="bad@example.org"))
            outlet.send(a_mail())

    assert [mail.rcpt_tos for mail in sink.mails] == [["ada@example.org"]]


def test_server_that_hangs_up_after_the_text_leaves_us_unsure():
    with running_sink(hang_up_after_data=True) as sink, SmtpOutlet(sink.sender) as outlet:
        with pytest.raises(Unsure, match="may have been sent"):
            outlet.send(a_mail())

    assert len(sink.mails) == 1


def test_wrong_password_is_named_as_such():
    with running_sink() as sink:
        sender = a_sender(sink.port, user="ada", password="wrong")
        with (
            SmtpOutlet(sender) as outlet,
            pytest.raises(ChannelDown, match="password of EMAIL_URL"),
        ):
            outlet.send(a_mail())


def test_nobody_listening_is_named_as_such():
    with SmtpOutlet(a_sender(free_port())) as outlet:
        with pytest.raises(ChannelDown, match="cannot be reached"):
            outlet.send(a_mail())


def test_server_without_tls_is_not_given_the_password():
    with running_sink() as sink:
        sender = a_sender(sink.port, scheme="smtp+tls", user="ada", password="pw")
        with SmtpOutlet(sender) as outlet, pytest.raises(ChannelDown, match="does not offer"):
            outlet.send(a_mail())


@pytest.mark.parametrize(
    "address",
    ["", "ada", "@example.org", "ada@", "ada@example.org\nBcc: eve@example.org", "阿@b.cn"],
)
def test_address_that_is_none_is_refused_before_anything_is_sent(address):
    with running_sink() as sink, SmtpOutlet(sink.sender) as outlet:
        with pytest.raises(Refused, match="address"):
            outlet.send(a_mail(to=address))

    assert sink.connections == 0


def test_domain_of_another_alphabet_is_written_in_punycode():
    with running_sink() as sink, SmtpOutlet(sink.sender) as outlet:
        outlet.send(a_mail(to="ada@例子.中国"))

    assert sink.mails[0].rcpt_tos == ["ada@xn--fsqu00a.xn--fiqs8s"]


@contextmanager
def raw_server(serve):
    """Takes connections on a free port and hands each to ``serve``, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        kept = []

        def accept():
            with suppress(OSError):
                while True:
                    kept.append(listener.accept()[0])
                    serve(kept[-1])

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for connection in kept:
                connection.close()


def test_server_that_accepts_and_drops_is_named_as_such():
    with raw_server(lambda connection: connection.close()) as port:
        with SmtpOutlet(a_sender(port)) as outlet, pytest.raises(ChannelDown) as caught:
            outlet.send(a_mail())

    assert caught.value.fault in {"broken_off", "unreachable"}  # by when the reset is noticed


@pytest.mark.parametrize("scheme", ["smtp", "smtp+ssl"])
def test_server_that_never_says_a_word_is_left_after_the_time_out(monkeypatch, scheme):
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.1)
    with raw_server(lambda connection: None) as port:
        with SmtpOutlet(a_sender(port, scheme=scheme)) as outlet:
            with pytest.raises(ChannelDown, match="did not answer") as caught:
                outlet.send(a_mail())

    assert caught.value.fault == "silent"


def test_server_that_falls_silent_after_the_text_leaves_us_unsure(monkeypatch):
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.2)
    answers = iter([b"220 x\r\n", b"250 x\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 go\r\n"])

    def serve(connection):
        connection.sendall(next(answers))
        for answer in answers:
            connection.recv(4096)
            connection.sendall(answer)

    with raw_server(serve) as port, SmtpOutlet(a_sender(port)) as outlet:
        with pytest.raises(Unsure, match="may have been sent"):
            outlet.send(a_mail())


def test_time_outs_end_well_before_the_lease(settings):
    # Connect, greeting, EHLO, sign-in, MAIL, RCPT, DATA: each may take as long.
    assert smtp.TIMEOUT_SECONDS * 7 < settings.OUTBOX_LEASE_SECONDS


def test_server_that_hung_up_between_two_mails_costs_nothing():
    with running_sink(answers={}) as sink, SmtpOutlet(sink.sender) as outlet:
        outlet.send(a_mail(1))
        outlet._server.sock.shutdown(socket.SHUT_RDWR)
        outlet.send(a_mail(2))

    assert len(sink.mails) == 2
    assert sink.connections == 2


def test_plain_server_on_the_port_of_tls_is_named_as_such():
    with running_sink() as sink, SmtpOutlet(a_sender(sink.port, scheme="smtp+ssl")) as outlet:
        with pytest.raises(ChannelDown, match="TLS") as caught:
            outlet.send(a_mail())

    assert caught.value.fault == "no_tls"


@pytest.fixture
def certificate(tmp_path):
    """A certificate for ``localhost`` that nobody has signed, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2120, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.mark.parametrize("scheme", ["smtp+ssl", "smtp+tls"])
@pytest.mark.parametrize("trusted", [True, False])
def test_mail_goes_over_tls_from_the_start_and_by_starttls(
    monkeypatch, certificate, scheme, trusted
):
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    theirs.load_cert_chain(certificate)
    ours = ssl.create_default_context(cafile=certificate) if trusted else None
    with running_sink(tls=theirs, tls_from_the_start=scheme == "smtp+ssl") as sink:
        if ours:
            monkeypatch.setattr(smtp.ssl, "create_default_context", lambda: ours)
        sender = a_sender(sink.port, host="localhost", scheme=scheme)
        with SmtpOutlet(sender) as outlet:
            if trusted:
                outlet.send(a_mail(1))
                outlet.send(a_mail(2))
            else:
                with pytest.raises(ChannelDown) as caught:
                    outlet.send(a_mail())
                assert caught.value.fault == "certificate"

    assert len(sink.mails) == (2 if trusted else 0)


def test_unknown_host_is_named_as_such(monkeypatch):
    def unknown(*_args, **_told):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(smtp.smtplib, "SMTP", unknown)
    with SmtpOutlet(a_sender(587, host="smtp.exmaple.org")) as outlet:
        with pytest.raises(ChannelDown, match=r"smtp\.exmaple\.org") as caught:
            outlet.send(a_mail())

    assert caught.value.fault == "unknown_host"


class Scripted:
    """A server that does as it is told at one step: an answer, "drop" or "hang"; and says yes else.
    ``texts`` are the texts that came, ``heard`` every line."""

    def __init__(self, step, deed, *, pipelining, goes_on=False):
        self.step, self.deed, self.goes_on = step, deed, goes_on
        self.pipelining = pipelining
        self.heard, self.texts = [], []

    def __call__(self, connection):
        with suppress(OSError), connection.makefile("rwb") as file:
            self._say(file, "220 x")
            while line := file.readline():
                verb = line[:4].upper().decode()
                self.heard.append(verb)
                if not self._answer(verb, file):
                    connection.shutdown(socket.SHUT_RDWR)
                    return

    def _answer(self, verb, file):
        if verb == "EHLO":
            self._say(file, "250-x\r\n250-PIPELINING\r\n250 HELP" if self.pipelining else "250 x")
            return True
        if verb == self.step:
            return self._do(file)
        refused = self.step in {"MAIL", "RCPT"} and self.step in self.heard and not self.goes_on
        if verb == "DATA" and refused:
            self._say(file, "503 nobody to send it to")
        elif verb == "DATA":
            self._say(file, "354 go on")
            self._take_text(file)
            return self._do(file) if self.step == "TEXT" else not self._say(file, "250 OK")
        else:
            self._say(file, "250 OK")
        return True

    def _do(self, file):
        if self.deed in {"drop", "hang"}:
            if self.deed == "hang":
                file.read()  # until the other side has lost its patience
            return False
        self._say(file, self.deed)
        return not self.deed.startswith("421")

    def _take_text(self, file):
        text = []
        while (line := file.readline()) and line != b".\r\n":
            text.append(line)
        if line:
            self.texts.append(b"".join(text))

    @staticmethod
    def _say(file, words):
        file.write(words.encode() + b"\r\n")
        file.flush()


YES = {"MAIL": NotNow, "RCPT": NotNow, "DATA": NotNow, "TEXT": Unsure}


@pytest.mark.parametrize(
    "step, deed, failure",
    [
        *((step, "451 later", NotNow) for step in YES),
        ("MAIL", "550 not you", ChannelDown),
        ("MAIL", "552 too big", Refused),
        *((step, "550 no", Refused) for step in ("RCPT", "DATA", "TEXT")),
        *((step, "421 closing", ChannelDown) for step in YES),
        *((step, "drop", failure) for step, failure in YES.items()),
        *((step, "hang", failure) for step, failure in YES.items()),
        ("DATA", "250 as you like", NotNow),
    ],
)
def test_every_answer_at_every_step_means_the_same(monkeypatch, pipelining, step, deed, failure):
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.3)
    server = Scripted(step, deed, pipelining=pipelining)

    with raw_server(server) as port, SmtpOutlet(a_sender(port)) as outlet:
        with pytest.raises(failure) as caught:
            outlet.send(a_mail())

    assert type(caught.value) is failure
    assert len(server.texts) == (step == "TEXT")


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
@pytest.mark.parametrize("answer, failure", [("550 no", Refused), ("450 later", NotNow)])
def test_server_that_asks_for_the_text_of_a_refused_mail_gets_none(
    pipelining, step, answer, failure
):
    if step == "MAIL" and failure is Refused:
        failure = ChannelDown
    server = Scripted(step, answer, pipelining=pipelining, goes_on=True)

    with raw_server(server) as port, SmtpOutlet(a_sender(port)) as outlet:
        with pytest.raises(failure):
            outlet.send(a_mail())

    assert server.texts == []


def test_three_questions_are_asked_at_once_only_of_a_server_that_takes_that(pipelining):
    server = Scripted("RCPT", "550 no", pipelining=pipelining)

    with raw_server(server) as port, SmtpOutlet(a_sender(port)) as outlet:
        with pytest.raises(Refused):
            outlet.send(a_mail())

    assert ("DATA" in server.heard) == pipelining


def test_line_that_begins_with_a_dot_is_told_apart_from_the_end(pipelining):
    ready = ReadyMail(to="ada@example.org", content=b"A: b\r\n\r\n.\r\n.c", date=NOON)
    server = Scripted("NONE", "", pipelining=pipelining)

    with raw_server(server) as port, SmtpOutlet(a_sender(port)) as outlet:
        outlet.send(ready)

    assert server.texts == [b"A: b\r\n\r\n..\r\n..c\r\n"]
