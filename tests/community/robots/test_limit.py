"""Twenty messages a minute and no more, however many senders there are."""

import datetime as dt

import pytest
import time_machine

from community import clock
from community.models import OutboxMessage, Robot
from community.services import delivery, outbox, robot_sending
from tests.community.delivery.races import at_once, first_fault
from tests.community.robots.test_outcomes import a_message
from tests.factories import RobotFactory

NOON = dt.datetime(2026, 3, 2, 12, 10, 50, tzinfo=dt.UTC)
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)
PROCESSES, EACH, ROUNDS = 4, 10, 20


def fill(robot, count):
    return [a_message(robot, number) for number in range(count)]


@pytest.mark.django_db
def test_what_is_over_twenty_waits_and_says_why(platform):
    robot = RobotFactory()
    with time_machine.travel(NOON, tick=False):
        fill(robot, 25)
        outcome = delivery.drain()

    held = robot.messages.filter(state="queued")
    assert (outcome.sent, outcome.held, len(platform.asked)) == (20, 5, 20)
    assert set(held.values_list("reason", "failures")) == {("robot_full", 0)}


@pytest.mark.django_db
def test_no_sixty_seconds_have_more_than_twenty(platform):
    robot, moments = RobotFactory(), []
    with time_machine.travel(NOON, tick=False) as traveller:
        fill(robot, 60)
        while robot.messages.filter(state="queued").exists():
            before = len(platform.asked)
            delivery.drain()
            moments += [clock.now()] * (len(platform.asked) - before)
            traveller.shift(5 * SECOND)

    assert len(moments) == 60
    for start in moments:
        assert sum(start <= moment < start + MINUTE for moment in moments) <= 20


@pytest.mark.django_db
def test_what_was_not_begun_counts_for_nothing(platform):
    robot = RobotFactory()
    with time_machine.travel(NOON, tick=False):
        messages = fill(robot, 3)
        outbox.claim(queue="bulk", limit=10)
        rows = list(OutboxMessage.objects.order_by("pk"))
        robot_sending.hold_what_is_over(rows)
        robot_sending.give_back(rows[1:])

    assert len(messages) == 3
    assert Robot.objects.get().this_minute == 1


@pytest.mark.django_db
def test_robots_do_not_count_for_each_other(platform):
    first, second = RobotFactory(), RobotFactory()
    with time_machine.travel(NOON, tick=False):
        fill(first, 21)
        fill(second, 3)
        outcome = delivery.drain()

    assert (outcome.sent, outcome.held) == (23, 1)


def counted(robot, count):
    """How many places ``PROCESSES`` senders take together when each wants ten."""
    Robot.objects.update(minute=None, this_minute=0, minute_before=0)
    return sum(at_once(PROCESSES, lambda _number: count(robot.pk, EACH, NOON)[0]))


@pytest.mark.django_db(transaction=True)
def test_four_senders_together_take_twenty_places():
    robot = RobotFactory()

    for _round in range(3):
        assert counted(robot, robot_sending._count) == robot_sending.PER_MINUTE


@pytest.mark.django_db(transaction=True)
def test_control_counting_without_a_lock_takes_more():
    robot = RobotFactory()

    def unlocked(pk, wanted, now):
        row = Robot.objects.get(pk=pk)
        free = max(0, min(wanted, robot_sending.PER_MINUTE - row.this_minute))
        Robot.objects.filter(pk=pk).update(this_minute=row.this_minute + free)
        return free, now

    assert first_fault(ROUNDS, lambda: counted(robot, unlocked) > robot_sending.PER_MINUTE)
