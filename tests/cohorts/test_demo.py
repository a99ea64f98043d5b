"""The camps of the demo: at their days whenever it is made, alive, and left alone afterwards."""

import datetime as dt

import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import reverse

from cohorts.demo import camps as demo_camps
from cohorts.demo import learner_texts, staff_texts
from cohorts.models import (
    Camp,
    CheckIn,
    Enrolment,
    Evidence,
    HandOver,
    StaffDecision,
    TaskEvent,
)
from cohorts.services import announcement_calendar, announcement_desk, contacts, praise_queue
from cohorts.services.catch_up import catch_up
from community import clock
from community.demo import seed
from community.models import Digest, RoomMembership
from community.services import digest_checks, digest_texts
from tests.cohorts.demo_rows import counts

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker):
    """The demo made once for all tests that only read it, or put back what they change."""
    with django_db_blocker.unblock(), override_settings(DEMO=True), transaction.atomic():
        yield seed.seed()
        transaction.set_rollback(True)


@pytest.fixture
def demo(settings, seeded):
    settings.DEMO = True
    return seeded


def the_camp():
    return Camp.objects.select_related("space", "run__room", "run__version").get(
        name=demo_camps.camp_name(0)
    )


def test_there_is_one_camp_at_its_third_day_with_its_staff(demo):
    camp = the_camp()

    assert Camp.objects.filter(space=camp.space).count() == 1
    assert camp.calendar.today() == 3
    assert camp.run.opens_on == clock.local_date(camp.space.timezone) - dt.timedelta(days=2)
    assert camp.state == Camp.State.RUNNING
    staff = RoomMembership.objects.active().filter(room=camp.run.room).exclude(role="learner")
    assert dict(staff.values_list("member__handle", "role")) == {
        "wenzhu": "lead", "linjie": "assistant", "songzi": "atmosphere", "baicha": "presenter",
    }  # fmt: skip


def test_each_kind_of_learner_is_there(demo):
    camp = the_camp()
    places = {row.member.handle: row for row in camp.enrolments.select_related("member")}
    given = CheckIn.objects.filter(enrolment__camp=camp)

    assert len(places) == camp.seats_taken == 18
    assert all(row.reason for row in places.values())
    assert places["xiaolu"].member.is_minor
    assert places["dongqing"].state == Enrolment.State.PAUSED
    assert places["xingzhou"].from_day == 2
    late = Enrolment.objects.select_related("camp__space", "camp__run").get(
        pk=places["xingzhou"].pk
    )
    assert catch_up(late).before == "D1"
    assert catch_up(places["xiaoman"]) is None
    assert not given.filter(enrolment=places["luobo"]).exists()
    assert set(given.values_list("kind", flat=True)) == {"text", "link", "rest"}
    silent = {row.member.handle for row in contacts.silent(camp)}
    assert silent == {"luobo", "yutou", "qinghe", "guyu"}


def test_what_is_handed_in_fits_the_lessons():
    by_day = {}
    for given in learner_texts.CHECK_INS:
        by_day.setdefault(given.day, []).append(given)

    assert all(len(one.text) <= 60 for one in by_day[1])
    bodies = [one.text for one in by_day[2] if one.kind == "text"]
    assert all(80 <= len(text) <= 150 for text in bodies), [len(text) for text in bodies]
    assert all("\n" in one.text for one in by_day[3] if one.kind == "text")
    assert len({one.text for one in learner_texts.CHECK_INS if one.text}) == len(
        [one for one in learner_texts.CHECK_INS if one.text]
    )
    assert all("！" not in one.text for one in learner_texts.CHECK_INS)


def test_the_praise_of_the_demo_would_be_taken_by_the_house():
    known = {(one.handle, one.day) for one in learner_texts.CHECK_INS if one.kind != "rest"}

    for _giver, handle, day, text, _minutes in staff_texts.PRAISE:
        assert (handle, day) in known
        assert praise_queue.checked(text) == text


def test_who_did_what_is_told(demo):
    camp = the_camp()
    tasks = camp.run.tasks

    assert tasks.filter(closed_by_house=True, day__lt=3).count() >= 5
    assert tasks.filter(state="done", closed_by__handle="linjie").count() >= 10
    assert tasks.filter(state="done", closed_by__handle="songzi").exists()
    handed = TaskEvent.objects.get(kind="handed_over")
    assert handed.task.assignee.handle == "songzi"
    assert handed.note
    shown = Evidence.objects.filter(task__run=camp.run)
    assert set(shown.values_list("kind", flat=True)) == {"text", "link", "photo", "number"}
    sum_of_yesterday = CheckIn.objects.filter(enrolment__camp=camp, day=1).count()
    assert shown.get(task__step__key="morning-sum", task__day=2).number == sum_of_yesterday
    late = HandOver.objects.filter(run=camp.run).first()
    assert f"打卡 {CheckIn.objects.filter(enrolment__camp=camp, day=2).count()} 份" in late.text
    assert StaffDecision.objects.filter(room=camp.staff_room).count() == 2


def test_calendar_of_its_announcements_tells_a_story(demo):
    camp = the_camp()
    cells = {cell.day: cell.state for cell in announcement_calendar.cells(camp)}

    assert [cells[day] for day in (-3, -2, -1, 1, 2)] == ["sent"] * 5
    assert cells[3] in ("sent", "scheduled")  # by the hour at which the demo is made
    assert (cells[5], cells[6], cells[9]) == ("again", "problem", "draft")
    assert {cells[day] for day in (4, 7, 8, 10, 15)} == {"scheduled"}
    plan = announcement_desk.plan_all(announcement_calendar.cells(camp))
    assert [cell.day for cell in plan.ready] == [5, 9]


def test_the_english_camp_prepares_itself(demo):
    camp = Camp.objects.select_related("run__version__template", "space").get(space__slug="manhuo")

    assert camp.run.version.template.language == "en"
    assert camp.calendar.today() == -2
    assert camp.state == Camp.State.PREPARING
    assert camp.enrolments.count() == 5
    assert all(
        reason.isascii() or "“" in reason
        for reason in camp.enrolments.values_list("reason", flat=True)
    )
    leads = RoomMembership.objects.active().filter(room=camp.run.room, role="lead")
    assert [row.member.handle for row in leads] == ["gengye"]
    assert camp.run.tasks.filter(state="done", day=-3).exists()


def test_a_second_run_adds_nothing_and_takes_nothing_back(demo):
    camp = the_camp()
    CheckIn.objects.filter(enrolment__camp=camp, day=1).first().praise.all().delete()
    Camp.objects.filter(pk=camp.pk).update(name="Another name")
    before = counts()

    seed.seed()

    assert counts() == before
    assert Camp.objects.get(pk=camp.pk).name == "Another name"


def test_a_learner_and_an_assistant_see_what_there_is(demo, client):
    camp = the_camp()
    client.force_login(demo.account("learner"))
    home = client.get(reverse("cohorts:camp", args=["shanye", camp.slug]))
    assert home.status_code == 200
    assert camp.lessons.get(day=3).title in home.content.decode()

    client.force_login(demo.account("assistant"))
    page = client.get(reverse("cohorts:run_board", args=[camp.slug]))

    assert page.status_code == 200
    shown = page.content.decode()
    for step in ("收齐自我介绍的回应", "私下告诉停了的人可以补卡", "找出大家想听什么"):
        assert step in shown
    assert "芋头的自我介绍还没人回" in shown


def test_two_days_of_highlights_went_out_and_one_waits_with_a_question(demo):
    camp = the_camp()
    found = list(Digest.objects.filter(room=camp.room).order_by("day"))

    assert [(one.label, one.is_out()) for one in found] == [
        ("D-1", True), ("D1", True), ("D2", False),
    ]  # fmt: skip
    assert [one.items.count() for one in found] == [3, 4, 4]
    assert set(found[1].items.values_list("consent", flat=True)) == {"named", "anon"}
    assert found[2].items.filter(consent="asked").count() == 1
    assert all(row.phrase_found == 1 for row in found[2].items.all())
    assert not digest_checks.any_bad(digest_checks.checks(found[2], digest_texts.rows_of(found[2])))
