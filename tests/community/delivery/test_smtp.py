"""What the mail server says, in the four words that delivery understands."""

import datetime as dt
import email
import email.policy

import pytest

from community.channels import ChannelDown, Mail, NotNow, Refused, Unsure
from community.channels.smtp import SmtpOutlet
from tests.community.delivery.sink import a_sender, free_port, running_sink

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


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
