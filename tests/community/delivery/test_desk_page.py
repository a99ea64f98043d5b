"""The delivery desk shows what failed, and lets a person decide with a reason."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from community import channels, clock
from community.models import AuditEvent, Look, MailAccount, OutboxMessage, RoleGrant, Switch
from community.services import delivery_desk, switches
from tests.community.delivery.helpers import delivered
from tests.factories import MemberFactory, OutboxMessageFactory, RoomFactory, RunFactory


@pytest.fixture
def operator(db, client):
    member = MemberFactory(display_name="Olga")
    RoleGrant.objects.create(member=member, role="operator")
    client.force_login(member)
    return member


def page(client, name="delivery", **kwargs):
    return client.get(reverse(f"community:{name}", kwargs=kwargs)).content.decode()


def decide(client, message, **data):
    url = reverse("community:delivery_message", args=[message.public_id])
    return client.post(url, {"reason": "I asked them.", **data})


def test_desk_says_that_all_is_well_and_when_the_last_look_was(client, operator):
    Look.objects.create(way="bell", at=clock.now())

    shown = page(client)

    assert "All is well" in shown
    assert "Nobody has looked" not in shown


def test_desk_counts_what_missed_its_time(client, operator):
    Look.objects.create(way="bell", at=clock.now())
    RunFactory(state="waits", reason="late")

    shown = page(client)

    assert "1 sending missed its time" in shown
    assert reverse("community:late_list") in shown
    assert "All is well" not in shown


def test_desk_says_on_top_that_a_mail_account_fails(client, operator):
    Look.objects.create(way="bell", at=clock.now())
    MailAccount.objects.create(
        address=channels.all_senders()[0].address,
        fault="password",
        faulty_since=clock.now(),
        retry_at=clock.now(),
    )

    shown = page(client)

    assert "1 mail account fails" in shown
    assert 'href="#accounts"' in shown
    assert "All is well" not in shown


def test_desk_says_that_nobody_has_looked(client, operator):
    Look.objects.create(way="bell", at=clock.now() - dt.timedelta(minutes=4))
    Look.objects.create(way="hand", at=clock.now())

    assert "Nobody has looked for a while" in page(client)


def test_desk_says_that_something_waits_too_long(client, operator):
    Look.objects.create(way="bell", at=clock.now())
    OutboxMessageFactory(not_before=clock.now() - dt.timedelta(minutes=6))

    assert "due for more than five minutes" in page(client)


def test_desk_lists_what_waits_for_a_person_with_its_error(client, operator):
    OutboxMessageFactory(dead=True)
    OutboxMessageFactory(unknown=True)
    OutboxMessageFactory(twice=True)
    OutboxMessageFactory()

    shown = page(client)

    assert shown.count(">Sign-in code</a>") == 3
    assert "550 no such user" in shown
    assert "Maybe twice" in shown


def test_desk_says_why_a_message_of_a_clock_that_was_ahead_waits(client, operator):
    Look.objects.create(way="bell", at=clock.now())
    tomorrow = clock.now() + dt.timedelta(days=1)
    OutboxMessageFactory(created_at=tomorrow, not_before=tomorrow)

    shown = page(client)

    assert "1 message was queued while a clock was ahead" in shown
    assert "It waits until" in shown
    assert "Set the clock of each machine" in shown
    assert "All is well" not in shown
    assert delivery_desk.overview().ahead == (1, tomorrow)


def test_desk_blames_no_clock_for_what_waits_for_its_hour(client, operator):
    Look.objects.create(way="bell", at=clock.now())
    OutboxMessageFactory(not_before=clock.now() + dt.timedelta(hours=9), reason="quiet")

    shown = page(client)

    assert "a clock was ahead" not in shown
    assert "All is well" in shown


@pytest.mark.parametrize("reason", ["quiet", "another_mail", "account_full", "robot_full"])
def test_desk_says_why_messages_wait_for_later_and_is_well_all_the_same(client, operator, reason):
    Look.objects.create(way="bell", at=clock.now())
    for _ in range(2):
        OutboxMessageFactory(not_before=clock.now() + dt.timedelta(hours=9), reason=reason)

    shown = page(client)

    assert escape(str(OutboxMessage.Reason(reason).label)) in shown
    assert "2 messages wait" in shown
    assert "All is well" in shown


def test_mail_of_a_run_is_called_by_what_its_run_sends(client, operator):
    run = RunFactory(template="community/announcement", kind="announcement", room=RoomFactory())
    mail = OutboxMessageFactory(dead=True, run=run, template="", kind="announcement")

    shown = page(client, "delivery_message", message=mail.public_id)

    url = reverse("community:delivery_message", args=[mail.public_id])
    assert f'href="{url}">Announcement</a>' in page(client)
    assert "<h1>Announcement</h1>" in shown
    assert reverse("community:run_detail", args=[run.public_id]) in shown


@pytest.mark.parametrize(
    "state, said",
    [
        ({"dead": True}, "ask the member for another address"),
        ({"dead": True, "reason": "too_many_tries"}, "See whether the mail account works"),
        ({"dead": True, "reason": "broken"}, "Its words cannot be put together"),
        ({"unknown": True}, "Ask whether it has come"),
    ],
)
def test_message_that_waits_says_what_to_do(client, operator, state, said):
    message = OutboxMessageFactory(**state)

    assert said in page(client, "delivery_message", message=message.public_id)


def test_decision_without_a_deed_says_what_to_choose(client, operator):
    response = decide(client, OutboxMessageFactory(dead=True), deed="")

    assert "Choose what shall become of it." in response.content.decode()


def test_desk_costs_the_same_queries_for_one_and_for_thirty(client, operator):
    OutboxMessageFactory(dead=True)
    page(client)
    with CaptureQueriesContext(connection) as few:
        page(client)
    for _number in range(29):
        OutboxMessageFactory(dead=True, address="", member=MemberFactory())
    with CaptureQueriesContext(connection) as many:
        page(client)

    assert len(few) == len(many) <= 12


def test_desk_has_pages(client, operator):
    for _number in range(26):
        OutboxMessageFactory(dead=True)

    first = client.get(reverse("community:delivery"))
    second = client.get(reverse("community:delivery"), {"after": first.context["page"].next})

    assert [len(first.context["page"].rows), len(second.context["page"].rows)] == [25, 1]


def test_dead_message_is_sent_again_and_that_is_written_down(client, operator):
    message = OutboxMessageFactory(dead=True, failures=5, attempt=5)

    response = decide(client, message, deed="again")

    assert response.status_code == 302
    [mail] = delivered()
    message.refresh_from_db()
    assert (message.state, message.attempt, message.failures) == ("sent", 6, 0)
    assert mail["Message-ID"] == message.message_id
    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.subject, event.reason) == (
        "delivery.sent_again",
        operator.public_id,
        message.public_id,
        "I asked them.",
    )


def test_message_that_is_given_up_is_wiped_and_leaves_the_list(client, operator):
    message = OutboxMessageFactory(unknown=True)

    decide(client, message, deed="give_up")

    message.refresh_from_db()
    assert (message.state, message.reason) == ("suppressed", "given_up")
    assert (message.address, message.sealed_context, message.wiped) == ("", "", True)
    assert "Sign-in code" not in page(client)


def test_twice_that_was_noted_leaves_the_list(client, operator):
    message = OutboxMessageFactory(twice=True)

    decide(client, message, deed="noted")

    message.refresh_from_db()
    assert (message.state, message.maybe_twice) == ("sent", False)
    assert AuditEvent.objects.get().action == "delivery.twice_noted"


def test_decision_without_a_reason_changes_nothing_and_keeps_what_was_chosen(client, operator):
    message = OutboxMessageFactory(dead=True)

    response = decide(client, message, deed="again", reason="")

    assert response.status_code == 422
    assert OutboxMessage.objects.get().state == "dead"
    assert not AuditEvent.objects.exists()
    assert response.context["form"]["deed"].value() == "again"


def test_wiped_message_cannot_be_sent_again(client, operator):
    message = OutboxMessageFactory(dead=True, wiped=True, address="")

    response = decide(client, message, deed="again")

    assert response.status_code == 422
    assert OutboxMessage.objects.get().state == "dead"


def test_second_of_two_who_decide_at_once_is_told(client, operator):
    message = OutboxMessageFactory(dead=True)
    stale = OutboxMessage.objects.get()
    delivery_desk.send_again(message=message, by=operator, reason="first")
    OutboxMessage.objects.update(attempt=1)

    with pytest.raises(delivery_desk.DomainError, match="just changed"):
        delivery_desk.give_up(message=stale, by=operator, reason="second")


def test_switch_is_turned_on_and_off_with_a_reason(client, operator):
    url = reverse("community:delivery_switch", args=["hold"])

    client.post(url, {"turn": "on", "reason": "Restored from yesterday."})

    assert switches.is_on("hold")
    assert "Restored from yesterday." in page(client)
    client.post(url, {"turn": "off", "reason": "All checked."})
    assert not Switch.objects.exists()
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "delivery.switched_on",
        "delivery.switched_off",
    ]


def test_button_pressed_by_two_does_not_turn_it_back(client, operator):
    switches.turn_on("stop", reason="first", by=operator)

    response = client.post(
        reverse("community:delivery_switch", args=["stop"]), {"turn": "on", "reason": "second"}
    )

    assert response.status_code == 422
    assert Switch.objects.get().reason == "first"


def test_desk_is_for_operators(client, signed_in, member):
    message = OutboxMessageFactory(dead=True)

    assert client.get(reverse("community:delivery")).status_code == 403
    assert decide(client, message, deed="give_up").status_code == 403
    assert OutboxMessage.objects.get().state == "dead"
