"""What is told to whom, only numbers and links, and what comes once a day."""

import datetime as dt

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from cohorts.services import robot_report
from community.models import HelpRequest, OutboxMessage, Robot, Run
from community.services import robot_daily, robot_sending, robots
from tests.cohorts.factories import CampFactory, SopRunFactory, SopTaskFactory
from tests.factories import MemberFactory, RobotFactory, RoomFactory, SpaceFactory

# 09:10 in Shanghai on the day that camps of the factories open.
NOW = dt.datetime(2026, 3, 2, 1, 10, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 2)
YESTERDAY = DAY - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def at_ten_past_nine(db):
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def tell(place, key="robot-late:1", **fields):
    told = {"kind": "late", "template": "community/run_waits", "context": {"count": 1}} | fields
    return robots.tell(place, key=key, **told)


def a_run(room, day=YESTERDAY, state="waits", **fields):
    told = {"reason": "late"} if state == "waits" else {}
    if state == "done":
        told = {"finished_at": NOW}
    return Run.objects.create(
        what=fields.pop("what", "announcement"), subject=f"{room.pk}:{day}:{Run.objects.count()}",
        local_date=day, due_at=NOW, room=room, state=state, **told, **fields,
    )  # fmt: skip


def texts():
    return [robot_sending.build(row, now=NOW).text for row in OutboxMessage.objects.order_by("pk")]


def test_the_same_key_is_told_once():
    robot = RobotFactory()

    told = tell(robot.space), tell(robot.space)

    assert told == (True, True)
    assert OutboxMessage.objects.count() == 1


def test_nothing_is_told_where_the_deed_was_not_done():
    robot = RobotFactory()

    with transaction.atomic():
        tell(robot.space)
        transaction.set_rollback(True)

    assert not OutboxMessage.objects.exists()


def test_the_nearest_robot_tells_it():
    camp = RoomFactory(kind="camp")
    part = RoomFactory(kind="group", space=camp.space, part_of=camp)
    other = RoomFactory(kind="camp", space=camp.space)
    elsewhere = RoomFactory(kind="camp")
    of_space = RobotFactory(space=camp.space)
    of_camp = RobotFactory(space=camp.space, room=camp)

    told = [tell(room, key=f"{room.pk}") for room in (camp, part, other, elsewhere)]

    assert told == [True, True, True, False]
    assert dict(OutboxMessage.objects.values_list("key", "robot")) == {
        f"{camp.pk}": of_camp.pk,
        f"{part.pk}": of_camp.pk,
        f"{other.pk}": of_space.pk,
    }


@pytest.mark.parametrize("kind", Robot.SWITCHED)
def test_each_kind_can_be_switched_off_by_itself(kind):
    robot = RobotFactory(**{f"tells_{kind}": False})

    told = {each: tell(robot.space, key=f"robot-{each}", kind=each) for each in Robot.SWITCHED}

    assert [each for each, was in told.items() if not was] == [kind]


def test_a_closed_robot_is_told_nothing(member):
    robot = RobotFactory()
    robots.close(robot=robot, by=member)

    assert not tell(robot.space)
    robot.refresh_from_db()
    assert (robot.key, robot.secret) == ("", "")


@pytest.mark.parametrize(
    "context",
    [
        {"name": "小桃"},
        {"count": "小桃"},
        {"day": "yesterday"},
        {"path": "https://elsewhere.example/"},
        {"count": 1.5},
        {"people": ["小桃"]},
        {"count": None},
    ],
)
def test_only_numbers_days_and_paths_leave_the_house(context):
    robot = RobotFactory()

    with pytest.raises(ValueError):
        tell(robot.space, context=context)

    assert not OutboxMessage.objects.exists()


def test_no_canary_of_a_person_is_in_what_is_told():
    canary = "Quetzal"
    space = SpaceFactory(name="Letters")
    person = MemberFactory(handle="quetzal", display_name=canary, email="quetzal@example.org")
    camp = CampFactory(space=space, run__room__kind="camp", run__room__name="Camp")
    RobotFactory(space=space)
    RobotFactory(space=space, room=camp.room)
    HelpRequest.objects.create(space=space, member=person, note=f"{canary} needs help")
    SopTaskFactory(run=camp.run, step__title=f"{canary} step", step__time=dt.time(8))
    run = a_run(camp.room, context={"text": f"{canary} wrote this"}, note=canary)

    robots.run_waits(run, waiting=3)
    robots.draft_ready(space, key="draft-1", day=DAY, items=4, path="/ops/highlights/1/")
    told = robot_daily.tell_due()

    shown = "\n".join(texts())
    assert told == 5  # the board and yesterday to both, help to the space
    assert canary.lower() not in shown.lower()
    assert canary.lower() not in str(list(OutboxMessage.objects.values())).lower()


def test_each_text_says_how_many_and_where(settings):
    settings.BASE_URL = "https://letters.example"
    camp = CampFactory(run__room__kind="camp", run__room__name="Letters", slug="letters")
    RobotFactory(space=camp.space, room=camp.room)
    RobotFactory(space=camp.space)
    SopTaskFactory(run=camp.run, step__time=dt.time(8))
    HelpRequest.objects.create(space=camp.space, member=MemberFactory())

    robots.run_waits(a_run(camp.room), waiting=2)
    robot_daily.tell_due()

    late, *daily = texts()
    assert late == (
        "Letters: 2 things that should have gone out wait for a person.\n\n"
        "Decide here whether it still goes out:\nhttps://letters.example/ops/late/"
    )
    board = "https://letters.example" + reverse("cohorts:run_board", args=["letters"])
    assert f"Letters: one step is late.\n\nSee which on the board:\n{board}" in daily
    assert any("one person wants somebody to write" in text for text in daily)
    assert any("on 2026-03-01 one thing was due, and nothing went out" in text for text in daily)


def test_it_is_told_in_the_robots_language():
    robot = RobotFactory(locale="zh-hans", space__name="来信")

    tell(robot.space, context={"count": 2, "path": "/ops/late/"})

    assert texts()[0].startswith("来信：有 2 件")


def test_a_keyword_is_put_in_where_it_is_not_there():
    with_it, without = RobotFactory(keyword="person"), RobotFactory(keyword="沙里金")

    tell(with_it.space, key="a")
    tell(without.space, key="b")

    first, second = texts()
    assert not first.startswith("person")
    assert second.startswith("沙里金\n")


def test_a_name_calls_nobody():
    robot = RobotFactory(space__name='<at user_id="all">all</at>')

    tell(robot.space)

    assert "<" not in texts()[0]


@pytest.mark.parametrize(
    "shanghai, told",
    [("08:59", 0), ("09:00", 1), ("11:59", 1), ("12:00", 0), ("23:00", 0)],
)
def test_the_daily_hour_is_the_robots_own_and_passes(at_ten_past_nine, shanghai, told):
    robot = RobotFactory(daily_at=dt.time(9))
    HelpRequest.objects.create(space=robot.space, member=MemberFactory())
    hour, minute = map(int, shanghai.split(":"))
    moment = dt.datetime(2026, 3, 2, hour, minute, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    at_ten_past_nine.move_to(moment)

    assert (robot_daily.tell_due(), robot_daily.tell_due()) == (told, 0)


def test_it_is_told_again_the_next_day(at_ten_past_nine):
    robot = RobotFactory()
    HelpRequest.objects.create(space=robot.space, member=MemberFactory())

    first = robot_daily.tell_due()
    at_ten_past_nine.shift(dt.timedelta(days=1))
    second = robot_daily.tell_due()

    assert (first, second) == (1, 1)


def test_where_all_is_well_it_says_nothing_and_the_day_is_over():
    robot = RobotFactory()

    assert robot_daily.tell_due() == 0
    assert Robot.objects.get().told_on == DAY
    assert not robot.messages.exists()


@pytest.mark.parametrize(
    "states, alarm",
    [
        (["waits"], True),
        (["waits", "open"], True),
        (["waits", "done"], False),
        (["done"], False),
        (["skipped"], False),
        ([], False),
    ],
)
def test_yesterday_is_an_alarm_only_where_nothing_went_out(states, alarm):
    room = RoomFactory(kind="camp")
    robot = RobotFactory(space=room.space, room=room)
    for state in states:
        a_run(room, state=state)

    found = robot_daily.nothing_went_out([(robot, DAY)], NOW)

    assert (robot.pk in found) is alarm


def test_what_others_are_late_with_is_not_told():
    mine, other = (CampFactory(run__room__kind="camp") for _ in range(2))
    robot = RobotFactory(space=mine.space, room=mine.room)
    SopTaskFactory(run=other.run, step__time=dt.time(8))

    assert robot_report.late_steps([(robot, DAY)], NOW) == {}


def test_the_reports_cost_the_same_for_one_robot_and_for_three(django_assert_num_queries):
    def due(count):
        found = []
        for _number in range(count):
            camp = CampFactory(run=SopRunFactory(room__kind="camp"))
            SopTaskFactory(run=camp.run, step__time=dt.time(8))
            a_run(camp.room)
            found.append((RobotFactory(space=camp.room.space, room=camp.room), DAY))
        return found

    for count in (1, 3):
        asked = due(count)
        with django_assert_num_queries(5):
            late = robot_report.late_steps(asked, NOW)
            alarms = robot_daily.nothing_went_out(asked, NOW)
            robot_daily.help_wanted(asked, NOW)
        assert (len(late), len(alarms)) == (count, count)
