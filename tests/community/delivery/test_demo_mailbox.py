"""The demo's mailbox: for whoever sits at the machine, and for nobody else."""

import pytest
from django.conf import settings
from django.urls import reverse

from community.services import delivery
from tests.community.delivery.test_mail import queue_code

LIST = reverse("community:demo_mailbox")


@pytest.fixture
def demo(settings, db):
    settings.DEMO = True


def one_mail(**changes):
    queue_code(**changes)
    delivery.drain()


def test_mailbox_shows_the_mail_and_its_code(client, demo):
    one_mail()

    listed = client.get(LIST)
    [mail] = listed.context["page"].rows
    shown = client.get(reverse("community:demo_mail", args=[mail.name])).content.decode()

    assert "123456 is your code" in listed.content.decode()
    assert '<p class="code" id="code">123456</p>' in shown


def test_mailbox_is_empty_in_words(client, demo):
    assert "No mail yet" in client.get(LIST).content.decode()


def test_html_part_may_do_nothing(client, demo):
    one_mail()
    [mail] = client.get(LIST).context["page"].rows

    response = client.get(reverse("community:demo_mail_html", args=[mail.name]))

    assert "123456" in response.content.decode()
    assert response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize(
    "asked",
    [
        {"REMOTE_ADDR": "192.168.1.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.168.1.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=192.168.1.7"},
        {"REMOTE_ADDR": ""},
    ],
)
def test_mailbox_does_not_exist_for_another_computer(client, demo, asked):
    one_mail()
    [mail] = client.get(LIST).context["page"].rows

    for name, args in (
        ("demo_mailbox", []),
        ("demo_mail", [mail.name]),
        ("demo_mail_html", [mail.name]),
    ):
        assert client.get(reverse(f"community:{name}", args=args), **asked).status_code == 404


def test_mailbox_does_not_exist_outside_the_demo(client, db):
    assert not settings.DEMO
    assert client.get(LIST).status_code == 404


def test_mail_that_is_not_there_is_not_found(client, demo):
    url = reverse("community:demo_mail", args=["00000000000001-abcdef01"])

    assert client.get(url).status_code == 404


def test_mailbox_has_pages(client, demo):
    for number in range(26):
        queue_code(key=f"code:{number}")
    delivery.drain()

    first = client.get(LIST).context["page"]
    second = client.get(LIST, {"after": first.next}).context["page"]

    assert (len(first.rows), len(second.rows), second.next) == (25, 1, "")
    assert len({mail.name for mail in [*first.rows, *second.rows]}) == 26
