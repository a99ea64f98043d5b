"""The camps of the demo at each hour of the day, and when the first is over."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from cohorts.demo import camps as demo_camps
from cohorts.demo import learner_texts
from cohorts.models import (
    Absence,
    Camp,
    CheckIn,
    CheckInPraise,
    ContactNote,
    Enrolment,
    Evidence,
    HandOver,
    Reaction,
    ScriptUse,
    SopTask,
    StaffDecision,
    StaffNote,
    TaskEvent,
    TaskSeen,
)
from cohorts.services import board
from community import clock
from community.demo import seed
from community.models import Member, Posting, RoomMembership, Space
from community.services import spaces
from tests.cohorts.demo_rows import counts

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
# The hours of a Wednesday at which the demo is made: night, morning, evening, the last.
HOURS = ("00:03", "08:40", "18:58", "23:50")


def the_camp():
    return Camp.objects.select_related("space", "run__room", "run__version").get(
        name=demo_camps.camp_name(0)
    )


def the_board(camp, handle="linjie"):
    shown = board.boards(runs=[camp.run], viewer=Member.objects.get(handle=handle))
    return (shown[0] if isinstance(shown, tuple) else shown)[0]


@pytest.fixture
def at(settings):
    """Make the demo at a time of day in Shanghai, and stay there."""
    settings.DEMO = True
    journeys = []

    def make(time, day="2026-11-18"):
        moment = dt.datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=SHANGHAI)
        journeys.append(time_machine.travel(moment, tick=False))
        journeys[-1].start()
        return seed.seed()

    yield make
    for journey in reversed(journeys):
        journey.stop()


def nothing_lies_ahead_but_what_is_planned():
    now = clock.now()
    moments = (
        (CheckIn, "handed_in_at"), (CheckInPraise, "given_at"), (Reaction, "at"),
        (TaskEvent, "at"), (TaskSeen, "at"), (Evidence, "at"), (HandOver, "at"),
        (StaffNote, "at"), (StaffDecision, "at"), (ContactNote, "at"), (ScriptUse, "at"),
        (Posting, "at"), (Enrolment, "enrolled_at"), (SopTask, "closed_at"),
        (RoomMembership, "since"), (Camp, "state_changed_at"), (Member, "created_at"),
    )  # fmt: skip

    for model, field in moments:
        rows = model.objects.exclude(**{field: None})
        assert rows.exists(), model
        assert not rows.filter(**{f"{field}__gt": now}).exists(), model
    assert CheckIn.objects.filter(day=3).count() >= learner_texts.AT_LEAST_TODAY
    assert Absence.objects.get().first_day > clock.local_date(SHANGHAI)


@pytest.mark.parametrize("time", HOURS)
def test_the_board_shows_late_and_done_steps_at_any_hour(at, time):
    at(time)
    shown = the_board(the_camp())

    late = [row.task.step.key for row in (*shown.group("before"), *shown.group("late"))]
    assert len(late) == 2
    assert "close-introductions" in late
    done = {row.task.step.key: row.task for row in shown.group("done")}
    assert {"make-up-reminder", "sharing-need"} <= set(done)
    assert done["make-up-reminder"].state == SopTask.State.SKIPPED
    assert done["make-up-reminder"].reason
    if time < "20:00":
        assert shown.group("later")
    if "08:00" < time < "23:00":
        assert shown.group("now")
    nothing_lies_ahead_but_what_is_planned()
    posted = Posting.objects.filter(announcement__day=the_camp().calendar.date_of(3))
    assert posted.count() == (2 if time > "08:33" else 0)


def test_the_next_camp_comes_when_the_first_is_over_and_touches_nothing(at):
    at("09:00")
    first = the_camp()
    last = first.calendar.date_of(15)
    before, tasks = counts(), list(first.run.tasks.order_by("pk").values())
    at("23:00", f"{last}")
    assert counts() == before

    at("09:00", f"{last + dt.timedelta(days=1)}")

    following = Camp.objects.select_related("run").get(name=demo_camps.camp_name(1))
    assert following.name.startswith("第四期")
    assert following.state == Camp.State.ENROLLING
    assert following.run.opens_on.weekday() == 0
    assert following.run.opens_on > last
    assert following.enrolments.count() == len(learner_texts.NEXT_LEARNERS)
    assert list(first.run.tasks.order_by("pk").values()) == tasks
    after = counts()
    assert after["Camp"] == before["Camp"] + 1
    assert after["CheckIn"] == before["CheckIn"]
    seed.seed()
    assert counts() == after


def test_the_next_camp_is_led_by_the_owner_when_its_lead_has_left(at):
    demo = at("09:00")
    camp = the_camp()
    Camp.objects.filter(pk=camp.pk).update(state=Camp.State.CANCELLED)
    spaces.leave(space=Space.objects.get(slug="shanye"), member=demo.account("lead"))

    seed.seed()

    following = Camp.objects.get(name=demo_camps.camp_name(1))
    leads = RoomMembership.objects.active().filter(room=following.run.room, role="lead")
    assert [row.member.handle for row in leads] == ["laozhou"]
