"""Several looks at once: each robot tells its day once."""

import datetime as dt

import pytest
import time_machine

from community.models import HelpRequest, OutboxMessage, Robot
from community.services import robot_daily
from tests.community.delivery.races import at_once, first_fault
from tests.factories import MemberFactory, RobotFactory

pytestmark = pytest.mark.django_db(transaction=True)

NOW = dt.datetime(2026, 3, 2, 1, 10, tzinfo=dt.UTC)
PROCESSES, ROUNDS = 4, 20


def told_together(tell):
    """How many of ``PROCESSES`` looks say that they told something, on one new day."""
    OutboxMessage.objects.all().delete()
    Robot.objects.update(told_on=None)
    return sum(at_once(PROCESSES, lambda _number: tell()))


def a_robot_with_something_to_tell():
    robot = RobotFactory()
    HelpRequest.objects.create(space=robot.space, member=MemberFactory())


def test_of_four_looks_one_tells_it():
    a_robot_with_something_to_tell()

    with time_machine.travel(NOW, tick=False):
        told = [told_together(robot_daily.tell_due) for _round in range(3)]

    assert told == [1, 1, 1]
    assert OutboxMessage.objects.count() == 1


def test_control_looks_that_ask_first_and_write_then_tell_it_twice():
    a_robot_with_something_to_tell()

    def unguarded():
        due = [robot for robot in Robot.objects.all() if robot.told_on is None]
        Robot.objects.filter(pk__in=[robot.pk for robot in due]).update(told_on=NOW.date())
        return len(due)

    assert first_fault(ROUNDS, lambda: told_together(unguarded) > 1)
