"""One click ends a kind of mail, and nothing but a click does."""

import email.policy
from email.parser import BytesParser

import pytest
from django.test import Client
from django.urls import reverse

from community.models import OutboxMessage, Preference
from community.services import mail, preferences
from tests.community.delivery.helpers import delivered, html_of, text_of
from tests.community.delivery.sink import running_sink
from tests.factories import MemberFactory

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def member(db):
    return MemberFactory(email="ada@example.org", locale="en")


def queue(member, kind="answer", key="d:1", **changes):
    mail.queue(
        "community/sign_in_code",
        key=key,
        to=member,
        kind=kind,
        sealed={"code": "123456"},
        context={"minutes": 10},
        **changes,
    )


def path_of(member, kind="answer"):
    return preferences.link(member, kind).removeprefix("http://localhost:8000")


def test_mail_of_a_kind_can_be_left_with_one_click(member):
    queue(member)

    [message] = delivered()

    link = preferences.link(member, "answer")
    assert message["List-Unsubscribe"] == f"<{link}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<answer.localhost>"
    assert message["Precedence"] == "list"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == OutboxMessage.objects.get().message_id
    assert link in text_of(message)
    assert link in html_of(message)


def test_account_mail_cannot_be_left(member):
    queue(member, kind="")

    [message] = delivered()

    assert message["List-Unsubscribe"] is None
    assert message["List-Id"] is None
    assert "/mail/off/" not in text_of(message) + html_of(message)


def test_the_link_survives_the_wire_in_one_piece(member, settings):
    settings.BASE_URL = "https://a-rather-long-name-of-a-community.example.org"
    with running_sink() as sink:
        settings.EMAIL_URL = sink.url
        queue(member, kind="personal_digest")
        delivered()

    [envelope] = sink.mails
    link = preferences.link(member, "personal_digest").encode()
    assert len(link) > 78  # longer than a line: it must be folded in no way
    assert b"\r\nList-Unsubscribe: <" + link + b">\r\n" in envelope.content
    message = BytesParser(policy=email.policy.default).parsebytes(envelope.content)
    assert message["List-Unsubscribe"] == f"<{preferences.link(member, 'personal_digest')}>"


def test_opening_the_link_changes_nothing(member, client):
    for method in (client.get, client.head):
        assert method(path_of(member)).status_code == 200

    assert not Preference.objects.exists()


def test_one_click_acts_without_cookie_sign_in_or_page(member):
    strict = Client(enforce_csrf_checks=True)

    response = strict.post(path_of(member), ONE_CLICK)

    assert response.status_code == 200
    row = Preference.objects.get()
    assert (row.member, row.kind, row.channel, row.on) == (member, "answer", "email", False)


def test_it_counts_at_once_for_what_is_queued_and_for_that_kind_alone(member, client):
    queue(member)
    queue(member, kind="personal_digest", key="a:1")
    queue(member, kind="", key="code:1")
    other = MemberFactory(locale="en")
    queue(other, key="d:2")

    client.post(path_of(member), ONE_CLICK)

    assert len(delivered()) == 3
    assert list(OutboxMessage.objects.filter(state="suppressed").values_list("key", "reason")) == [
        ("d:1", "unwanted")
    ]


def test_page_says_how_it_stands_and_takes_it_back(member, client):
    path = path_of(member)
    assert "Nothing has changed yet" in client.get(path).content.decode()

    response = client.post(path, {"turn": "off"}, follow=True)
    assert "You get no more mail: Answers to you" in response.content.decode()
    since = Preference.objects.get().since
    client.post(path, {"turn": "off"})
    assert Preference.objects.get().since == since

    client.post(path, {"turn": "on"})
    assert preferences.wants(member, "answer")
    queue(member)
    assert len(delivered()) == 1


@pytest.mark.parametrize("data", [{}, {"turn": "maybe"}, {"List-Unsubscribe": "yes"}])
def test_post_that_says_nothing_changes_nothing(member, client, data):
    assert client.post(path_of(member), data).status_code == 400

    assert not Preference.objects.exists()


def test_link_is_good_for_one_member_and_one_kind(member, client):
    other = MemberFactory()
    token = path_of(member).split("/")[-2]
    forged = [
        token.replace("answer", "digest"),
        token.replace(member.public_id, other.public_id),
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        "x",
    ]

    for each in forged:
        path = reverse("community:mail_off", args=[each])
        assert client.get(path).status_code == 404
        assert client.post(path, ONE_CLICK).status_code == 404

    assert not Preference.objects.exists()


def test_page_shows_neither_the_address_nor_the_name(client, db):
    member = MemberFactory(email="ada@secret.example", display_name="Ada Lovelace")

    shown = client.get(path_of(member)).content.decode()

    assert "secret.example" not in shown
    assert "Lovelace" not in shown


def test_a_kind_that_is_none_is_a_mistake_of_the_caller(member):
    with pytest.raises(ValueError, match="kind 'sports'"):
        queue(member, kind="sports")
    with pytest.raises(ValueError, match="no kind of mail"):
        preferences.choose(member=member, kind="sports", on=False)


def test_link_stands_where_the_address_is_looked_up():
    member = MemberFactory.build(public_id="q7m2k9xw")
    token = preferences._signer.sign("q7m2k9xw.digest")

    link = preferences.link(member, "digest")

    assert link == f"http://localhost:8000{reverse('community:mail_off', args=[token])}"
