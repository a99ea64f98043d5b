"""Whose digest is due: once for each member and date by her own clock."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from community.models import Member, NotificationSettings, OutboxMessage, Preference, Run
from community.services import look as looking
from community.services import quiet, switches
from community.services.personal_digest import planning
from tests.community.digest.helpers import MONDAY, chosen, due_member, queued
from tests.factories import MemberFactory

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def looks(moments):
    """A look at each of these moments; how many mails were queued in all."""
    count = 0
    for moment in moments:
        with time_machine.travel(moment, tick=False):
            count += planning.plan()
    return count


def test_digest_is_queued_when_her_hour_has_come(db):
    member = due_member()

    assert looks([MONDAY - dt.timedelta(minutes=1)]) == 0
    assert looks([MONDAY]) == 1

    [row] = queued(member)
    run = Run.objects.get(what="personal_digest")
    assert row.key == f"{run.public_id}:{member.pk}:email"
    assert (row.template, row.kind, row.run) == ("", "personal_digest", run)
    assert row.expires_at == MONDAY + 12 * HOUR
    assert (run.subject, run.local_date, run.state) == ("all", dt.date(2026, 3, 2), "done")
    assert (run.reached, run.template) == (1, "community/personal_digest")
    assert NotificationSettings.objects.get().next_digest_at == MONDAY + DAY


def test_second_look_at_the_same_moment_adds_nothing(db):
    member = due_member()

    assert looks([MONDAY, MONDAY, MONDAY + HOUR]) == 1

    assert len(queued(member)) == 1


def test_member_without_settings_gets_her_first_on_the_next_monday(db):
    member = MemberFactory(timezone="Asia/Shanghai")

    looks([MONDAY + HOUR])

    row = NotificationSettings.objects.get(member=member)
    assert (row.digest, row.next_digest_at) == ("weekly", MONDAY + 7 * DAY)
    assert looks([MONDAY + 7 * DAY]) == 1


def test_only_active_members_with_an_address_begin(db):
    MemberFactory(email=None)
    MemberFactory(state="suspended")
    MemberFactory(state="unclaimed")
    never = MemberFactory()
    chosen(never, None, "never")

    looks([MONDAY])

    assert NotificationSettings.objects.exclude(next_digest_at=None).count() == 0


def test_settings_without_a_moment_and_with_one_beyond_reason_are_reckoned_anew(db):
    fresh, astray = MemberFactory(), MemberFactory()
    chosen(fresh, None, "daily")
    chosen(astray, MONDAY + 4000 * DAY, "daily")

    looks([MONDAY + HOUR])

    moments = NotificationSettings.objects.values_list("next_digest_at", flat=True)
    assert set(moments) == {MONDAY + DAY}


def test_nobody_gets_what_she_has_turned_off_and_her_clock_goes_on(db):
    member = due_member()
    Preference.objects.create(member=member, kind="personal_digest", channel="email", on=False)
    gone = due_member(state="suspended")

    assert looks([MONDAY]) == 0

    assert queued(member) == queued(gone) == []
    assert NotificationSettings.objects.filter(next_digest_at=MONDAY + DAY).count() == 2


def test_whoever_changes_her_hour_on_the_day_gets_one_on_that_date(db):
    member = due_member()
    looks([MONDAY])
    row = NotificationSettings.objects.get()
    row.digest_at = dt.time(20)
    row.next_digest_at = quiet.next_digest(row, member.timezone, MONDAY + HOUR)
    row.save()

    again = looks([MONDAY + 12 * HOUR])

    assert again == 0
    assert len(queued(member)) == 1
    assert NotificationSettings.objects.get().next_digest_at == MONDAY + 11.5 * HOUR + DAY


def test_whoever_moves_to_another_zone_on_the_day_gets_one_on_that_date(db):
    member = due_member()
    looks([MONDAY])
    Member.objects.filter(pk=member.pk).update(timezone="America/New_York")
    NotificationSettings.objects.update(next_digest_at=MONDAY + 13 * HOUR)  # 08:30 there

    looks([MONDAY + 13 * HOUR])

    assert len(queued(member)) == 1


@pytest.mark.parametrize("hours", [1, 11, 20, 24 * 3 + 5, 24 * 40])
def test_after_an_outage_she_gets_one_and_not_one_for_each_day(db, hours):
    member = due_member()
    back = MONDAY + hours * HOUR

    looks([back + n * HOUR for n in range(24)])

    rows = queued(member)
    assert 1 <= len(rows) <= 2  # that of the outage or the next morning's, never a backlog
    dates = [row.run.local_date for row in rows]
    assert len(set(dates)) == len(dates)
    assert all(row.created_at - (row.expires_at - 12 * HOUR) < 12 * HOUR for row in rows)


def test_missed_weekly_one_comes_at_her_hour_of_the_next_day(db):
    member = due_member(digest="weekly")
    tuesday = MONDAY + DAY

    looks([MONDAY + 20 * HOUR, tuesday, tuesday + HOUR])

    [row] = queued(member)
    assert row.run.local_date == dt.date(2026, 3, 3)
    assert NotificationSettings.objects.get().next_digest_at == MONDAY + 7 * DAY


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Asia/Shanghai", dt.date(2026, 3, 1)),
        ("America/New_York", dt.date(2026, 3, 6)),  # the clock goes forward on 8 March
        ("America/New_York", dt.date(2026, 10, 30)),  # and back on 1 November
        ("Pacific/Apia", dt.date(2026, 3, 1)),
        ("Europe/Berlin", dt.date(2026, 3, 27)),
    ],
)
@pytest.mark.parametrize("hour", [dt.time(1, 30), dt.time(2, 30), dt.time(8, 30)])
def test_each_date_of_her_calendar_has_exactly_one(db, zone, first, hour):
    member = MemberFactory(timezone=zone)
    start = dt.datetime.combine(first, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
    row = NotificationSettings(digest="daily", digest_at=hour, member=member)
    row.next_digest_at = quiet.next_digest(row, zone, start)
    row.save()

    looks([start + n * dt.timedelta(minutes=30) for n in range(48 * 5)])

    dates = [row.run.local_date for row in queued(member)]
    assert dates == [first + n * DAY for n in range(5)]


def test_run_that_a_person_stopped_takes_no_more_mails(db):
    due_member()
    later = due_member(MONDAY + HOUR)
    looks([MONDAY])
    Run.objects.update(state="skipped", finished_at=None)

    assert looks([MONDAY + HOUR]) == 0

    assert queued(later) == []
    assert NotificationSettings.objects.filter(next_digest_at__lte=MONDAY + HOUR).count() == 0


def test_nothing_is_planned_while_messages_are_held(db):
    member = due_member()
    switches.turn_on("hold", reason="A restore.")

    assert looks([MONDAY]) == 0
    switches.turn_off("hold")
    assert looks([MONDAY + HOUR]) == 1

    assert len(queued(member)) == 1


def test_zone_that_does_not_exist_keeps_nobody_waiting(db, caplog):
    lost, other = due_member(timezone="Mars/Olympus"), due_member()
    MemberFactory(timezone="Mars/Olympus")

    assert looks([MONDAY]) == 2

    assert len(queued(lost)) == len(queued(other)) == 1
    assert "Mars/Olympus" in caplog.text


def test_look_plans_digests(db):
    due_member()

    with time_machine.travel(MONDAY, tick=False):
        row = looking.look()

    assert row.parts["personal-digests"]["did"] == 1
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_planning_costs_the_same_for_one_and_for_three(db, django_assert_num_queries, count):
    for _ in range(count):
        due_member()

    with time_machine.travel(MONDAY, tick=False), django_assert_num_queries(14):
        assert planning.plan() == count


def test_nothing_due_costs_three_queries(db, django_assert_num_queries):
    due_member(MONDAY + HOUR)

    with time_machine.travel(MONDAY, tick=False), django_assert_num_queries(3):
        assert planning.plan() == 0
