"""Several accounts, their limits, and what becomes of mail that finds no room."""

import datetime as dt
from contextlib import contextmanager

import pytest
import time_machine
from django.urls import reverse

from community import channels
from community.channels import ChannelDown, NotNow
from community.models import MailAccount, MailCount, OutboxMessage, RoleGrant
from community.services import delivery, mail_accounts, mail_faults, outbox
from tests.community.delivery.helpers import delivered
from tests.community.delivery.sink import free_port, running_sink
from tests.factories import MemberFactory, OutboxMessageFactory

NOON = dt.datetime(2026, 3, 2, 12, 10, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def at_noon(db):
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


class Outlets:
    """A way out for each account; ``down`` ones refuse everything."""

    def __init__(self):
        self.down, self.sent, self.plan = {}, [], {}

    @contextmanager
    def open(self, sender=None):
        yield _Outlet(self, sender)


class _Outlet:
    def __init__(self, all_of_them, sender):
        self.all, self.sender = all_of_them, sender

    def send(self, mail):
        if fault := self.all.down.get(self.sender.address):
            raise ChannelDown("It is down.", fault=fault, said="535 no")
        if failure := self.all.plan.get(mail.to):
            raise failure
        self.all.sent.append((self.sender.address, mail.to))


@pytest.fixture
def outlets(monkeypatch):
    fake = Outlets()
    monkeypatch.setitem(channels.CHANNELS, "email", (fake.open, True))
    return fake


def accounts(settings, *limits):
    settings.EMAIL_SENDERS = tuple(
        {
            "address": f"s{number}@example.net",
            "scheme": "smtp+ssl",
            "host": f"smtp{number}.example.net",
            "port": 465,
            "per_hour": hour,
            "per_day": day,
        }
        for number, (hour, day) in enumerate(limits)
    )


def queue(count, domain="example.org", **changes):
    # Their time came one second apart, so that they are taken in this order.
    return [
        OutboxMessageFactory(
            address=f"m{number}@{domain}",
            not_before=NOON - dt.timedelta(seconds=count - number),
            expires_at=NOON + dt.timedelta(days=3),
            **changes,
        )
        for number in range(count)
    ]


def states():
    return sorted(OutboxMessage.objects.values_list("state", "reason"))


def test_a_domain_stays_with_its_account_and_domains_are_spread(settings, outlets):
    accounts(settings, (0, 0), (0, 0))
    for number in range(12):
        queue(2, f"d{number}.example")

    delivery.drain()

    account_of = {}
    for account, to in outlets.sent:
        account_of.setdefault(to.split("@")[1], set()).add(account)
    assert len(outlets.sent) == 24
    assert all(len(used) == 1 for used in account_of.values())
    assert set.union(*account_of.values()) == {"s0@example.net", "s1@example.net"}


def test_what_is_over_the_hour_waits_with_a_reason_and_goes_on_in_the_next(
    settings, outlets, at_noon
):
    accounts(settings, (3, 0))
    queue(5)

    outcome = delivery.drain()

    assert (outcome.sent, outcome.held, outcome.failed) == (3, 2, 0)
    assert states() == [("queued", "account_full")] * 2 + [("sent", "")] * 3
    waiting = OutboxMessage.objects.filter(state="queued")
    one = dt.datetime(2026, 3, 2, 13, tzinfo=dt.UTC)
    assert all(one <= row.not_before <= one + dt.timedelta(minutes=1) for row in waiting)
    assert {row.failures for row in waiting} == {0}

    at_noon.move_to(one + dt.timedelta(minutes=2))
    assert delivery.drain().sent == 2
    assert states() == [("sent", "")] * 5


def test_the_day_limit_counts_the_last_24_hours(settings, outlets, at_noon):
    accounts(settings, (0, 4))
    queue(3)
    delivery.drain()
    at_noon.move_to(NOON + 5 * HOUR)
    for _number in range(3):
        OutboxMessageFactory(expires_at=NOON + dt.timedelta(days=3))

    assert delivery.drain().sent == 1

    until = OutboxMessage.objects.filter(state="queued").earliest("not_before").not_before
    assert dt.datetime(2026, 3, 3, 12, tzinfo=dt.UTC) <= until
    assert until <= dt.datetime(2026, 3, 3, 12, 1, tzinfo=dt.UTC)
    at_noon.move_to(NOON + 24 * HOUR)
    assert delivery.drain().sent == 2


def test_a_full_account_hands_over_to_the_next(settings, outlets):
    accounts(settings, (2, 0), (2, 0))
    queue(5)

    outcome = delivery.drain()

    assert (outcome.sent, outcome.held) == (4, 1)
    assert {account for account, _to in outlets.sent} == {"s0@example.net", "s1@example.net"}


def test_a_domain_limit_holds_that_domain_alone(settings, outlets):
    accounts(settings, (0, 0))
    settings.EMAIL_DOMAIN_LIMITS = {"qq.example": (2, 0)}
    queue(4, "QQ.example")
    queue(3, "other.example")

    outcome = delivery.drain()

    assert (outcome.sent, outcome.held) == (5, 2)
    held = OutboxMessage.objects.filter(reason="domain_full")
    assert {row.address.split("@")[1] for row in held} == {"QQ.example"}


def test_the_last_tenth_is_for_sign_in_codes(settings, outlets):
    accounts(settings, (10, 0))
    queue(12, "bulk.example")
    delivery.drain()
    queue(2, "urgent.example", queue="urgent")

    outcome = delivery.drain()

    assert len([to for _account, to in outlets.sent if "bulk" in to]) == 9
    assert (outcome.sent, outcome.held) == (1, 1)


def test_two_senders_at_once_never_pass_the_limit(settings, outlets):
    accounts(settings, (3, 0))
    first, second = queue(2, "a.example"), queue(2, "b.example")

    granted = [mail_accounts.allot(rows) for rows in (first, second)]

    assert [sum(len(g.rows) for g in allotment.grants) for allotment in granted] == [2, 1]
    assert MailCount.objects.get().count == 3


def test_what_was_not_begun_counts_for_nothing(settings, outlets):
    accounts(settings, (10, 0))
    outlets.down["s0@example.net"] = "closing"
    queue(4)

    delivery.drain()

    assert [row.count for row in MailCount.objects.all()] == [0]
    assert states() == [("queued", "")] * 4


def test_a_failing_account_is_named_left_out_and_taken_back(settings, outlets, at_noon):
    accounts(settings, (0, 0), (0, 0))
    outlets.down = {"s0@example.net": "password"}
    for number in range(12):
        queue(1, f"d{number}.example")

    outcome = delivery.drain()

    account = MailAccount.objects.get()
    assert (account.address, account.fault, account.said) == (
        "s0@example.net",
        "password",
        "535 no",
    )
    assert outcome.down == ""
    at_noon.shift(dt.timedelta(seconds=30))  # too early to try it again: the other one takes all
    OutboxMessage.objects.update(not_before=NOON)
    delivery.drain()
    assert states() == [("sent", "")] * 12

    outlets.down = {}
    at_noon.shift(2 * HOUR)
    for number in range(12):
        OutboxMessageFactory(address=f"n@d{number}.example", expires_at=NOON + 9 * HOUR)
    delivery.drain()
    assert MailAccount.objects.get().fault == ""
    assert "s0@example.net" in {account for account, _to in outlets.sent}


def test_when_every_account_fails_the_sender_stops_and_says_so(settings, outlets):
    accounts(settings, (0, 0), (0, 0))
    outlets.down = {"s0@example.net": "password", "s1@example.net": "silent"}
    for number in range(12):
        queue(1, f"d{number}.example")

    outcome = delivery.drain()

    assert outcome.down == "It is down."
    assert outcome.sent == 0
    assert {state for state, _reason in states()} == {"queued"}


def test_of_an_abandoned_batch_only_the_first_that_is_left_has_been_sent(settings, outlets):
    """Whatever account it goes through: the sweeper counts on the order of the ids."""
    accounts(settings, (0, 0), (0, 0))
    rows = [queue(1, f"d{number}.example")[0] for number in range(12)]

    delivery.drain()

    assert [to for _account, to in outlets.sent] == [row.address for row in rows]


def test_without_limits_a_batch_costs_one_query_more(settings, outlets, django_assert_num_queries):
    accounts(settings, (0, 0), (0, 0))
    rows = queue(6)

    with django_assert_num_queries(1):
        mail_accounts.allot(rows)


def test_with_limits_a_batch_costs_the_same_for_few_and_many(
    settings, outlets, django_assert_max_num_queries
):
    accounts(settings, (100, 0))
    settings.EMAIL_DOMAIN_LIMITS = {"*": (100, 0)}

    counts = []
    for rows in (queue(2), queue(40, "many.example")):
        # Two of them are the savepoint of the transaction.
        with django_assert_max_num_queries(6) as asked:
            mail_accounts.allot(rows)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_old_counts_are_forgotten(settings, outlets):
    MailCount.objects.create(name="from:x", hour=NOON - 60 * HOUR, count=1)
    MailCount.objects.create(name="from:x", hour=NOON - 20 * HOUR, count=1)

    assert mail_accounts.forget_old_counts() == 1


def test_each_mail_says_the_account_it_comes_from(settings, at_noon):
    with running_sink() as first, running_sink() as second:
        settings.EMAIL_SENDERS = tuple(
            {"address": f"s{n}@example.net", "scheme": "smtp", "host": "127.0.0.1", "port": port}
            for n, port in enumerate((first.port, second.port))
        )
        for number in range(12):
            queue(1, f"d{number}.example")
        delivery.drain()

    for number, sink in enumerate((first, second)):
        assert sink.mails
        assert {mail.mail_from for mail in sink.mails} == {f"s{number}@example.net"}
        assert all(f"s{number}@example.net".encode() in mail.content for mail in sink.mails)
        assert sink.connections == 1


def test_not_now_goes_back_with_a_pause_that_grows_and_varies(outlets, settings):
    accounts(settings, (0, 0))
    [row] = queue(1)
    outlets.plan[row.address] = NotNow("450 greylisted")

    delivery.drain()

    row.refresh_from_db()
    assert (row.state, row.failures, row.error) == ("queued", 1, "450 greylisted")
    pauses = {outbox.backoff("bulk", 3) for _number in range(20)}
    assert len(pauses) > 1
    assert all(dt.timedelta(minutes=3) <= pause <= dt.timedelta(minutes=5) for pause in pauses)


@pytest.mark.parametrize("fault", MailAccount.Fault.values)
def test_every_fault_has_a_sentence_and_something_to_do(settings, fault):
    accounts(settings, (0, 0))
    [sender] = channels.all_senders()

    sentence, todo = mail_faults.words(sender, fault, "535 no")

    assert "smtp0.example.net" in sentence
    assert "535 no" in sentence
    assert len(todo) > 20
    assert "%(" not in sentence + todo


def test_desk_names_the_account_what_is_wrong_and_what_waits(client, settings, outlets):
    operator = MemberFactory()
    RoleGrant.objects.create(member=operator, role="operator")
    client.force_login(operator)
    accounts(settings, (3, 0), (3, 0))
    outlets.down["s0@example.net"] = "password"
    for number in range(12):
        queue(1, f"d{number}.example")
    delivery.drain()

    shown = client.get(reverse("community:delivery")).content.decode()

    assert "smtp0.example.net:465 does not accept the user name or password" in shown
    assert "535 no" in shown
    assert "3 of 3 in this hour" in shown
    assert "Our mail accounts may send no more for now." in shown


def test_nobody_listening_is_a_fault_of_the_account_and_no_failure_of_the_mail(settings):
    settings.EMAIL_SENDERS = (
        {"address": "s@example.net", "scheme": "smtp", "host": "127.0.0.1", "port": free_port()},
    )
    [row] = queue(1)

    assert delivered() == []

    row.refresh_from_db()
    assert (row.state, row.failures) == ("queued", 0)
    assert MailAccount.objects.get().fault == "unreachable"
