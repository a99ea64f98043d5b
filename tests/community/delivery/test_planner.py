"""Each thing goes out once on its local date, on time or by a person's word."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from community import clock
from community.models import Run
from community.services import planner, switches
from tests.community.delivery.due import DAY, due, room_of, source
from tests.factories import RobotFactory

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)


def at(time: dt.time, day: dt.date = DAY, zone: str = "Asia/Shanghai") -> dt.datetime:
    return clock.local_to_utc(day, time, zone)


ON_TIME = at(dt.time(8, 30))


@pytest.mark.parametrize(
    "now, changes, verdict",
    [
        (ON_TIME - MINUTE, {}, None),
        (ON_TIME, {}, ("open", "")),
        (ON_TIME + 3 * HOUR, {}, ("open", "")),
        (ON_TIME + 3 * HOUR + MINUTE, {}, ("waits", "late")),
        (ON_TIME + dt.timedelta(days=3650), {}, ("waits", "late")),
        (ON_TIME + HOUR, {"reason": "changed"}, ("waits", "changed")),
        (ON_TIME + HOUR, {"reason": "not_approved"}, None),
        (ON_TIME + 4 * HOUR, {"reason": "not_approved"}, ("waits", "not_approved")),
        (ON_TIME + 11 * HOUR, {"late_after": 12 * HOUR, "skip_when_late": True}, ("open", "")),
        (ON_TIME + 13 * HOUR, {"late_after": 12 * HOUR, "skip_when_late": True}, ("skipped", "stale")),
        # However patient a source is, nothing older than 36 hours leaves without a person.
        (ON_TIME + 37 * HOUR, {"late_after": dt.timedelta(days=9)}, ("waits", "late")),
    ],
)  # fmt: skip
def test_judge_says_what_becomes_of_it(db, now, changes, verdict):
    room = room_of(0)

    assert planner.judge(due(room, **changes), now) == verdict


def test_judge_keeps_what_is_late_out_of_quiet_hours(db):
    evening = due(room_of(0), at=dt.time(21))

    assert planner.judge(evening, at(dt.time(21, 59))) == ("open", "")
    assert planner.judge(evening, at(dt.time(22, 30))) == ("waits", "quiet_hours")


def test_judge_lets_go_what_is_set_into_quiet_hours_on_purpose(db):
    early = due(room_of(0), at=dt.time(6))

    assert planner.judge(early, at(dt.time(6, 30))) == ("open", "")


def test_plan_makes_one_run_however_often_it_looks(db):
    room = room_of(2)

    with source(due(room)):
        made = [planner.plan(ON_TIME), planner.plan(ON_TIME), planner.plan(ON_TIME + 5 * HOUR)]

    run = Run.objects.get()
    assert made == [1, 0, 0]
    assert (run.state, run.audience, run.room, run.due_at) == ("open", 2, room, ON_TIME)


def test_plan_after_three_days_away_sends_the_newest_and_keeps_the_others_for_a_person(db):
    room = room_of(1)
    days = [DAY + dt.timedelta(days=number) for number in range(4)]

    with source(*(due(room, day) for day in days)):
        planner.plan(at(dt.time(9), days[-1]))

    states = dict(Run.objects.values_list("local_date", "state"))
    assert states == {**dict.fromkeys(days[:3], "waits"), days[3]: "open"}


@pytest.mark.parametrize("jump", [dt.timedelta(days=-1), -HOUR, dt.timedelta(days=3650)])
def test_a_clock_that_jumps_sends_nothing_twice_and_no_heap(db, jump):
    room = room_of(1)
    days = [DAY + dt.timedelta(days=number) for number in range(5)]

    with source(*(due(room, day) for day in days)):
        planner.plan(at(dt.time(9), days[2]))
        planner.plan(at(dt.time(9), days[2]) + jump)
        planner.plan(at(dt.time(9), days[2]))

    assert Run.objects.open().count() == 1
    assert Run.objects.count() == len(set(Run.objects.values_list("local_date")))


@pytest.mark.parametrize("name", ["hold", "stop"])
def test_plan_plans_nothing_while_a_switch_is_on(db, name):
    room = room_of(1)
    switches.turn_on(name, reason="after a restore")

    with source(due(room)):
        held = planner.plan(ON_TIME)
        switches.turn_off(name)
        freed = planner.plan(ON_TIME + HOUR)

    assert (held, freed) == (0, 1)


def test_plan_goes_on_past_what_cannot_be_planned_and_says_so(db):
    room = room_of(1)
    broken = due(room, subject="broken", path="no path of ours")

    with source(broken, due(room)), pytest.raises(IntegrityError):
        planner.plan(ON_TIME)

    assert Run.objects.get().subject == "n1"


def test_plan_costs_the_same_for_each_run_and_nothing_when_nothing_is_due(db):
    room = room_of(1)
    rows = [due(room, subject=f"n{number}") for number in range(4)]

    def queries(*rows):
        with source(*rows), CaptureQueriesContext(connection) as asked:
            planner.plan(ON_TIME)
        return len(asked)

    none, one, three = queries(), queries(rows[0]), queries(*rows[1:])

    assert three - none == 3 * (one - none)


def test_what_waits_is_said_by_the_robot_of_those_who_run_the_room(db):
    room = room_of(1)
    robot = RobotFactory(space=room.space)

    with source(due(room, reason="changed")):
        planner.plan(ON_TIME)
        planner.plan(ON_TIME)

    told = robot.messages.get()
    assert told.context == {"count": 1, "path": "/ops/late/"}
