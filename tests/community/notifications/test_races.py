"""Two tabs, or two senders, at the same moment: each deed is whole, and nobody gets too much."""

import datetime as dt
import time
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace

import pytest

from community import clock
from community.models import NotificationSettings, OutboxMessage, Preference, QuietDays
from community.services import delivery, notification_deeds, notifications, sparing
from community.services.notification_choices import chosen, meaning, said
from tests.factories import MemberFactory, OutboxMessageFactory
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3
GAP = 0.2
DAY = dt.date(2090, 5, 1)


def of(member):
    return NotificationSettings.objects.get(member=member)


def test_two_first_choices_make_one_row_and_both_count():
    for _ in range(ROUNDS):
        ada = MemberFactory()
        done = race(
            partial(notifications.turn, member=ada, kind="digest", on=True),
            partial(notifications.turn, member=ada, kind="announcement", on=True),
            partial(notifications.choose_hours, member=ada, begins=dt.time(21), ends=dt.time(9)),
        )
        assert done == ["done"] * 3
        now = chosen(ada)
        assert now.cells["digest", "email"] is now.cells["announcement", "email"] is True
        assert now.settings.quiet_from == dt.time(21)
        assert now.settings.preset == "own"


def test_preset_against_a_single_box_leaves_what_is_true_of_both():
    for _ in range(ROUNDS):
        ada = MemberFactory()
        race(
            partial(notifications.choose_preset, member=ada, preset="all"),
            partial(notifications.turn, member=ada, kind="answer", on=False),
        )
        now = chosen(ada)
        # Whichever came last: the preset that stands in the row is the one of its boxes.
        assert now.settings.preset == now.preset
        assert now.preset == ("all" if now.cells["answer", "email"] else "own")
        assert now.cells | {("answer", "email"): True} == meaning("all")[0]


def all_but_two():
    """Somebody who lacks two boxes to the preset "all"."""
    ada = MemberFactory()
    notifications.choose_preset(member=ada, preset="all")
    notifications.choose(
        member=ada, wanted={("answer", "email"): False, ("announcement", "email"): False}
    )
    return ada


def tick_both(ada):
    return race(
        partial(notifications.turn, member=ada, kind="answer", on=True),
        partial(notifications.turn, member=ada, kind="announcement", on=True),
    )


def test_the_last_of_two_boxes_completes_a_preset():
    for _ in range(ROUNDS):
        ada = all_but_two()
        tick_both(ada)
        assert of(ada).preset == chosen(ada).preset == "all"


def test_control_without_the_lock_the_row_says_what_is_not_so(monkeypatch):
    ada = all_but_two()

    def read_then_wait(member):
        found = said(member)
        time.sleep(GAP)
        return found

    monkeypatch.setattr(notification_deeds, "said", read_then_wait)
    monkeypatch.setattr(notification_deeds, "_locked", of)
    monkeypatch.setattr(notification_deeds, "transaction", SimpleNamespace(atomic=nullcontext))
    assert tick_both(ada) == ["done", "done"]

    assert chosen(ada).preset == "all"
    assert of(ada).preset == "own"


def test_the_same_days_from_two_tabs_are_in_the_list_once():
    ada = MemberFactory()

    done = race(
        *[partial(notifications.add_days, member=ada, first=DAY, last=DAY) for _ in range(3)]
    )

    assert done == ["done"] * 3
    assert QuietDays.objects.filter(member=ada).count() == 1


def test_way_back_pressed_twice_is_taken_once():
    ada = MemberFactory()
    back = notifications.turn(member=ada, kind="digest", on=True)

    done = race(*[partial(notification_deeds.take_back, member=ada, back=back) for _ in range(2)])

    assert sorted(text == "done" for text in done) == [False, True]
    assert not Preference.objects.filter(member=ada).exists()


def test_two_senders_together_send_as_many_as_are_enough(settings):
    """Each holds one mail of the same member, and one more would be too many. However often they
    hinder each other, when all is settled exactly one has left."""
    settings.OUTBOX_MEMBER_PER_DAY = 1
    for _ in range(ROUNDS):
        ada = MemberFactory()
        for _mail in range(4):
            OutboxMessageFactory(member=ada, address="", kind="answer")

        race(*[partial(delivery.deliver, queue="bulk", limit=1) for _sender in range(3)])

        mine = OutboxMessage.objects.filter(member=ada)
        assert mine.filter(state="sent").count() <= 1
        mine.filter(state="queued").update(not_before=clock.now())
        delivery.drain()
        assert sorted(mine.values_list("state", "reason")) == [
            ("sent", ""), *[("suppressed", "member_full")] * 3
        ]  # fmt: skip


def test_control_counting_only_what_is_sent_sends_too_many(settings, monkeypatch):
    settings.OUTBOX_MEMBER_PER_DAY = 1
    ada = MemberFactory()
    for _mail in range(3):
        OutboxMessageFactory(member=ada, address="", kind="answer")

    def count_then_wait(messages, now):
        sent = OutboxMessage.objects.filter(member=ada, state="sent").count()
        time.sleep(GAP)
        return sparing.Full(frozenset(row.pk for row in messages) if sent else frozenset())

    monkeypatch.setattr(sparing, "one_too_many", count_then_wait)
    race(*[partial(delivery.deliver, queue="bulk", limit=1) for _sender in range(3)])

    assert OutboxMessage.objects.filter(member=ada, state="sent").count() > 1
