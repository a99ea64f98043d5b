"""Providers report bounces and complaints; what is forged or comes again does nothing."""

import datetime as dt
import json

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from community import clock
from community.models import AuditEvent, InboxItem, OutboxMessage, RoleGrant, StoppedAddress
from community.services import inbox, mail, stopped
from community.trust import webhooks
from tests.community.delivery.helpers import delivered
from tests.community.delivery.test_mail import queue_code
from tests.factories import MemberFactory

pytestmark = pytest.mark.usefixtures("in_english")

SECRET = "whsec_" + "c2hhbGlqaW4" * 4
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def door(db, settings):
    settings.EMAIL_WEBHOOK_SECRET = SECRET


def report(kind="mail.bounced", address="Ada@example.org", report_id="r1", **changes):
    """Post one as a provider does; ``changes`` spoil it."""
    body = json.dumps({"type": kind, "data": {"address": address, "said": "550 no such user"}})
    told = {"body": body.encode(), "at": int(clock.now().timestamp()), "secret": SECRET} | changes
    signature = webhooks.sign(
        told["secret"], message_id=report_id, timestamp=told["at"], body=told["body"]
    )
    return Client(enforce_csrf_checks=True).post(
        reverse("community:mail_report"),
        told.get("sent_body", told["body"]),
        content_type="application/json",
        headers={
            "webhook-id": told.get("sent_id", report_id),
            "webhook-timestamp": str(told["at"]),
            "webhook-signature": told.get("signature", signature),
        },
    )


def list_mail(member, key):
    mail.queue(
        "community/sign_in_code",
        key=key,
        to=member,
        kind="answer",
        sealed={"code": "1"},
        context={"minutes": 10},
    )


def test_hard_bounce_stops_all_mail_and_tells_the_member(client):
    member = MemberFactory(email="ada@example.org", locale="en")
    assert report().json() == {"new": True}
    queue_code()
    list_mail(member, "d:1")

    assert delivered() == []

    assert set(OutboxMessage.objects.values_list("state", "reason")) == {("suppressed", "stopped")}
    item = InboxItem.objects.get(member=member)
    with translation.override("en"):  # the request before has left its own language
        assert "a•••@e•••.org comes back" in inbox.line(item.run)


def test_complaint_stops_what_is_sent_unasked_and_lets_codes_through():
    member = MemberFactory(email="ada@example.org", locale="en")
    report("mail.complained")
    queue_code()
    list_mail(member, "d:1")

    assert [message["Subject"][:6] for message in delivered()] == ["123456"]
    with translation.override("en"):
        assert "marked our mail as spam" in inbox.line(InboxItem.objects.get().run)


def test_bounce_after_a_complaint_stops_codes_as_well():
    report("mail.complained")
    report("mail.bounced", report_id="r2")
    queue_code()

    assert delivered() == []
    assert StoppedAddress.objects.get().why == "bounced"


def test_third_soft_bounce_in_two_weeks_stops():
    with time_machine.travel(NOON, tick=False) as traveller:
        report("mail.delayed", report_id="s0")
        traveller.shift(dt.timedelta(days=15))
        for number in (1, 2):
            report("mail.delayed", report_id=f"s{number}")
        assert not StoppedAddress.objects.exists()

        report("mail.delayed", report_id="s3")

    assert StoppedAddress.objects.get().why == "bounces"


def test_list_knows_no_address_and_other_addresses_are_not_touched():
    report()
    queue_code(address="bob@example.org")

    assert len(delivered()) == 1
    kept = str(list(StoppedAddress.objects.values()))
    assert "ada" not in kept.lower()
    assert "example.org" not in kept


def test_same_report_again_does_nothing_more():
    MemberFactory(email="ada@example.org")
    assert report().json() == {"new": True}
    StoppedAddress.objects.update(lifted_at=clock.now(), lifted_by=MemberFactory())

    assert report().json() == {"new": False}

    assert InboxItem.objects.count() == 1
    assert not stopped.all_stopped().exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "whsec_" + "ZmFsc2VmYWxz" * 4},
        {"sent_body": b'{"type": "mail.bounced", "data": {"address": "eve@example.org"}}'},
        {"sent_id": "r2"},
        {"signature": "v1,"},
        {"signature": "v1,é"},
        {"signature": ""},
        {"at": 0},
        {"at": 99999999999},
    ],
)
def test_forged_report_is_refused(changes):
    assert report(**changes).status_code == 403

    assert not StoppedAddress.objects.exists()


def test_overheard_report_is_worthless_after_five_minutes():
    with time_machine.travel(NOON, tick=False) as traveller:
        old = int(clock.now().timestamp())
        traveller.shift(dt.timedelta(minutes=5, seconds=1))
        assert report(at=old).status_code == 403
        assert report(at=old + 1).status_code == 200


def test_signature_fits_the_example_of_the_standard():
    signature = webhooks.sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"type": "mail.bounced", "data": {"address": 1}}',
        b'{"type": []}',
        b"\xff",
    ],
)
def test_signed_nonsense_is_told_so(body):
    assert report(body=body).status_code == 400

    assert not StoppedAddress.objects.exists()


def test_too_large_a_report_is_refused():
    assert report(body=b" " * 70_000).status_code == 413


def test_without_a_secret_there_is_no_door(settings):
    settings.EMAIL_WEBHOOK_SECRET = ""

    assert report().status_code == 404


def test_operator_lifts_by_hand_and_it_is_written_down(client):
    operator = MemberFactory()
    RoleGrant.objects.create(member=operator, role="operator")
    client.force_login(operator)
    report()
    stop = StoppedAddress.objects.get()
    shown = client.get(reverse("community:stopped_list")).content.decode()
    assert "a•••@e•••.org" in shown
    assert "ada@" not in shown.lower()
    url = reverse("community:stopped_lift", args=[stop.public_id])
    assert client.post(url, {"reason": ""}).status_code == 422

    response = client.post(url, {"reason": "She emptied her mailbox."})

    assert response.status_code == 302
    event = AuditEvent.objects.get(action="delivery.address_lifted")
    assert (event.actor, event.reason) == (operator.public_id, "She emptied her mailbox.")
    queue_code()
    assert len(delivered()) == 1
    assert client.post(url, {"reason": "Once more."}).status_code == 404


def test_address_that_bounces_again_stops_again():
    report()
    stopped.lift(stop=StoppedAddress.objects.get(), by=MemberFactory(), reason="fixed")

    report(report_id="r2")

    assert stopped.all_stopped().count() == 1
