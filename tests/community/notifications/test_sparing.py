"""What is asked when mail of a kind is taken: quiet times, and how much is enough for a day."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community import clock
from community.models import NotificationSettings, OutboxMessage, Preference, QuietDays
from community.services import delivery, preferences, suppression
from tests.community.delivery.helpers import delivered
from tests.factories import (
    MemberFactory,
    MembershipFactory,
    OutboxMessageFactory,
    RoomFactory,
    RoomMembershipFactory,
    RunFactory,
)

pytestmark = pytest.mark.django_db
EVENING = dt.datetime(2026, 3, 2, 14, 30, tzinfo=dt.UTC)  # 22:30 in Shanghai
MORNING = dt.datetime(2026, 3, 3, 0, 0, tzinfo=dt.UTC)  # 08:00 there
NOON = dt.datetime(2026, 3, 3, 4, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _usual_night(settings):
    settings.QUIET_HOURS = (dt.time(22), dt.time(8))


def a_mail(member, kind="answer", hours=36, **changes):
    return OutboxMessageFactory(
        member=member,
        address="",
        kind=kind,
        expires_at=clock.now() + dt.timedelta(hours=hours),
        **changes,
    )


def stands(row):
    row.refresh_from_db()
    return row.state, row.reason


@pytest.fixture
def ada():
    return MemberFactory(timezone="Asia/Shanghai")


def test_mail_of_a_kind_waits_for_the_morning_of_her_own_clock(ada):
    away = MemberFactory(timezone="America/New_York")
    with time_machine.travel(EVENING, tick=False):
        hers, theirs = a_mail(ada), a_mail(away)
        assert len(delivered()) == 1  # it is half past nine in New York

    assert stands(theirs) == ("sent", "")
    assert stands(hers) == ("queued", "quiet")
    assert hers.not_before == MORNING
    with time_machine.travel(MORNING, tick=False):
        assert len(delivered()) == 1
    assert stands(hers) == ("sent", "")


@pytest.mark.parametrize("changes", [{"kind": ""}, {"queue": "urgent"}])
def test_account_mail_and_what_is_urgent_never_wait(ada, changes):
    NotificationSettings.objects.create(
        member=ada, muted_until=EVENING + dt.timedelta(days=7), digest="never"
    )
    QuietDays.objects.create(member=ada, first=EVENING.date(), last=EVENING.date())
    with time_machine.travel(EVENING, tick=False):
        row = a_mail(ada, **changes)
        assert len(delivered()) == 1

    assert stands(row) == ("sent", "")


def test_mail_that_would_be_too_old_by_then_is_not_sent_and_says_why(ada):
    with time_machine.travel(EVENING, tick=False):
        row = a_mail(ada, hours=5)
        assert delivered() == []

    assert stands(row) == ("suppressed", "quiet")


@pytest.mark.parametrize(
    "muted,days,expected",
    [
        (dt.timedelta(hours=3), None, NOON + dt.timedelta(hours=3)),
        (None, (0, 0), dt.datetime(2026, 3, 4, 0, 0, tzinfo=dt.UTC)),
        (dt.timedelta(days=7), None, None),
        (None, (0, 6), None),
        (None, (-5, -1), NOON),
        (-dt.timedelta(hours=1), (1, 3), NOON),
    ],
)
def test_muted_and_away_wait_if_it_is_over_in_time(ada, muted, days, expected):
    NotificationSettings.objects.create(member=ada, muted_until=muted and NOON + muted)
    if days:
        first, last = (NOON.date() + dt.timedelta(days=number) for number in days)
        QuietDays.objects.create(member=ada, first=first, last=last)
    with time_machine.travel(NOON, tick=False):
        row = a_mail(ada)
        delivered()

    if expected is None:
        assert stands(row) == ("suppressed", "quiet")
    elif expected == NOON:
        assert stands(row) == ("sent", "")
    else:
        assert stands(row) == ("queued", "quiet")
        assert row.not_before == expected


def test_who_has_set_other_hours_is_asked_by_those(ada):
    NotificationSettings.objects.create(member=ada, quiet_from=dt.time(12), quiet_until=dt.time(13))
    with time_machine.travel(EVENING, tick=False):
        by_night = a_mail(ada)
        delivered()
    with time_machine.travel(NOON, tick=False):
        at_noon = a_mail(ada)
        delivered()

    assert stands(by_night) == ("sent", "")
    assert stands(at_noon) == ("queued", "quiet")


def test_more_than_enough_in_one_day_is_not_sent(ada, settings):
    settings.OUTBOX_MEMBER_PER_DAY = 3
    with time_machine.travel(NOON, tick=False):
        rows = [a_mail(ada) for _ in range(4)]
        code = a_mail(ada, kind="")
        other = a_mail(MemberFactory(timezone="Asia/Shanghai"))
        delivered()

    assert [stands(row) for row in rows] == [("sent", "")] * 3 + [("suppressed", "member_full")]
    assert stands(code) == stands(other) == ("sent", "")


def test_what_left_in_the_last_24_hours_counts_and_nothing_older(ada, settings):
    settings.OUTBOX_MEMBER_PER_DAY = 1
    with time_machine.travel(NOON, tick=False):
        first = a_mail(ada)
        delivered()
    with time_machine.travel(NOON + dt.timedelta(hours=2), tick=False):
        second = a_mail(ada)
        delivered()
    with time_machine.travel(NOON + dt.timedelta(hours=24), tick=False):
        third = a_mail(ada)
        delivered()

    assert stands(first) == stands(third) == ("sent", "")
    assert stands(second) == ("suppressed", "member_full")


@pytest.mark.parametrize(
    "becomes, then",
    [("sent", ("suppressed", "member_full")), ("dead", ("sent", ""))],
)
def test_what_another_sender_holds_is_waited_for(ada, settings, becomes, then):
    settings.OUTBOX_MEMBER_PER_DAY = 1
    with time_machine.travel(NOON, tick=False):
        held = a_mail(
            ada, state="sending", claim="5e6e2b1e-5c83-4f4c-8d25-5a2a2b3b7f10",
            lease_until=NOON + dt.timedelta(minutes=3),
        )  # fmt: skip
        row = a_mail(ada)
        delivered()
        assert stands(row) == ("queued", "another_mail")
        assert row.not_before <= NOON + dt.timedelta(minutes=1)
        OutboxMessage.objects.filter(pk=held.pk).update(
            state=becomes, reason="refused" if becomes == "dead" else "", settled_at=NOON,
            claim=None, lease_until=None,
        )  # fmt: skip
    with time_machine.travel(NOON + dt.timedelta(minutes=1), tick=False):
        delivered()

    assert stands(row) == then


def test_without_a_limit_everything_goes(ada, settings):
    settings.OUTBOX_MEMBER_PER_DAY = 0
    with time_machine.travel(NOON, tick=False):
        for _ in range(5):
            a_mail(ada)
        assert len(delivered()) == 5


@pytest.mark.parametrize("state", ["skipped", "stopped"])
def test_run_that_a_person_has_stopped_sends_nothing_more(ada, state):
    run = RunFactory()
    with time_machine.travel(NOON, tick=False):
        row, other = a_mail(ada, run=run), a_mail(ada, run=RunFactory())
        run.state = state
        run.save()
        assert len(delivered()) == 1

    assert stands(row) == ("suppressed", "run_stopped")
    assert stands(other) == ("sent", "")


@pytest.mark.parametrize(
    "kind,channel,expected",
    [
        ("announcement", "email", False),
        ("announcement", "app", True),
        ("answer", "email", True),
        ("personal_digest", "email", True),
        ("personal_digest", "app", False),
        ("gone", "email", False),
    ],
)
def test_who_has_not_chosen_gets_what_the_kind_says(ada, kind, channel, expected):
    members = type(ada).objects.all()

    assert preferences.wants(ada, kind, channel=channel) is expected
    assert (ada in preferences.wanting(members, kind=kind, channel=channel)) is expected
    assert preferences.unwanted([(ada.pk, kind, channel)]) == (
        set() if expected else {(ada.pk, kind, channel)}
    )


@pytest.mark.parametrize("kind", ["announcement", "answer"])
@pytest.mark.parametrize("on", [True, False])
def test_what_she_chose_counts_more_than_the_default(ada, kind, on):
    preferences.choose(member=ada, kind=kind, on=on)
    members = type(ada).objects.all()

    assert preferences.wants(ada, kind) is on
    assert list(preferences.wanting(members, kind=kind, channel="email")) == ([ada] if on else [])
    assert bool(preferences.unwanted([(ada.pk, kind, "email")])) is not on


def test_kind_that_comes_by_default_is_asked_without_a_join(ada):
    for channel in ("app", "email"):
        Preference.objects.create(member=ada, kind="answer", channel=channel, on=True)
        Preference.objects.create(member=ada, kind="digest", channel=channel, on=True)

    found = preferences.wanting(type(ada).objects.all(), kind="answer", channel="email")

    assert list(found) == [ada]
    assert " JOIN " not in str(found.query)


def test_checks_cost_the_same_for_one_and_for_three(settings):
    settings.OUTBOX_MEMBER_PER_DAY = 3
    room = RoomFactory()

    def batch(count):
        rows = []
        for _ in range(count):
            member = MembershipFactory(space=room.space).member
            RoomMembershipFactory(room=room, member=member)
            NotificationSettings.objects.create(member=member)
            for first in range(2):
                day = EVENING.date() + dt.timedelta(days=10 + first)
                QuietDays.objects.create(member=member, first=day, last=day)
            rows.append(a_mail(member, room=room, needs_consent="privacy", run=RunFactory()))
            rows.append(a_mail(member, space=room.space, run=RunFactory()))
        with CaptureQueriesContext(connection) as queries:
            suppression.judge(rows, now=NOON)
        return len(queries)

    assert batch(1) == batch(3) <= 9


def test_held_mails_cost_one_query_for_each_hour_and_not_for_each_mail(ada):
    with time_machine.travel(EVENING, tick=False):

        def drained(count):
            for _ in range(count):
                a_mail(MemberFactory(timezone="Asia/Shanghai"))
            with CaptureQueriesContext(connection) as queries:
                delivery.drain()
            return len(queries)

        assert drained(1) == drained(3)
    assert set(OutboxMessage.objects.values_list("state", "reason")) == {("queued", "quiet")}
