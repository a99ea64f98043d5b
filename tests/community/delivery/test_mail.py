"""Mail is a row of the caller's transaction, rendered in the reader's language when it is sent."""

import datetime as dt

import pytest
from django.db import transaction

from community.models import OutboxMessage
from community.services import mail
from tests.community.delivery.helpers import delivered, html_of, text_of
from tests.factories import MemberFactory


def queue_code(key="code:1", **changes):
    mail.queue(
        "community/sign_in_code",
        **{
            "key": key,
            "address": "ada@example.org",
            "locale": "en",
            "sealed": {"code": "123456"},
            "context": {"minutes": 10},
            "urgent": True,
            "expires_in": dt.timedelta(minutes=10),
        }
        | changes,
    )


def test_mail_has_both_parts_and_the_headers_of_a_machine(db):
    queue_code()

    [message] = delivered()

    row = OutboxMessage.objects.get()
    assert message["To"] == "ada@example.org"
    assert message["Subject"] == "123456 is your code for Shalijin"
    assert message["Message-ID"] == row.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] is not None
    assert "123456" in text_of(message)
    assert "10 minutes" in text_of(message)
    assert "123456" in html_of(message)
    assert "&" not in text_of(message)


def test_sealed_parts_are_unreadable_before_and_gone_after_sending(db):
    queue_code()
    before = OutboxMessage.objects.values("address", "sealed_context", "context").get()

    delivered()

    after = OutboxMessage.objects.values("address", "sealed_context", "state", "wiped").get()
    assert "ada" not in before["address"]
    assert "123456" not in before["sealed_context"] + str(before["context"])
    assert after == {"address": "", "sealed_context": "", "state": "sent", "wiped": True}


def test_same_key_adds_nothing(db):
    queue_code()
    queue_code(sealed={"code": "999999"})

    [message] = delivered()

    assert "123456" in message["Subject"]


def test_mail_of_a_rolled_back_transaction_does_not_exist(transactional_db):
    with transaction.atomic():
        queue_code()
        transaction.set_rollback(True)

    assert delivered() == []


def test_member_reads_mail_at_the_address_and_in_the_language_she_has_when_it_is_sent(db):
    member = MemberFactory(email="old@example.org", locale="en")
    mail.queue(
        "community/sign_in_code",
        key="to-member",
        to=member,
        sealed={"code": "123456"},
        context={"minutes": 10},
    )
    member.email, member.locale = "new@example.org", "zh-hans"
    member.save()

    [message] = delivered()

    assert message["To"] == "new@example.org"
    assert message["Content-Language"] == "zh-Hans"


def test_list_mail_names_its_list(db):
    queue_code(list_id="digest", urgent=False)

    [message] = delivered()

    assert message["List-Id"] == "<digest.localhost>"


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"address": ""}, "needs one recipient"),
        ({"context": {"a": object()}}, "is no JSON"),
        ({"needs_consent": "rules"}, "condition on a member"),
        ({"key": "k" * 151}, "longer than 150"),
    ],
)
def test_mistake_of_a_caller_is_told_at_once(db, changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        queue_code(**changes)

    assert not OutboxMessage.objects.exists()


def test_unknown_template_is_told_at_once(db):
    with pytest.raises(ValueError, match="no template"):
        mail.queue("community/no_such_mail", key="x", address="ada@example.org")


@pytest.mark.parametrize(
    "locale, headline", [("zh-hans", "阿禾：念给猫听"), ("en", "阿禾: 念给猫听")]
)
def test_headline_of_the_highlights_has_the_colon_of_its_language(locale, headline):
    item = {"sign": "☆", "name": "阿禾", "title": "念给猫听", "quote": "<b>", "phrase": ""}
    said = {"label": "D3", "room": "R", "count": 1, "minutes": 1, "items": [item], "link": "/x/"}

    _subject, text, html = mail.rendered("community/digest", said, locale)

    assert f"☆ {headline}" in text
    assert f"☆ {headline}" in html
    assert "&lt;b&gt;" in html
