"""The pages of the board: what they show, to whom, and what they cost."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cohorts.models import HandOver, ScriptUse, TaskSeen
from cohorts.services import step_pages, tasks
from cohorts.services.evidence import Given
from community.models import ChatGroup, Membership
from community.services import help_requests, introductions, rooms
from tests.cohorts.board.helpers import NOW, scene
from tests.cohorts.factories import CampFactory, ScriptFactory, SopRunFactory
from tests.community.intro.helpers import said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten_past_nine():
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_board_sorts_its_steps_by_urgency():
    s = scene()
    for time in ("08:30", "09:00", "10:00", "20:00"):
        s.task(time=time, title=f"Step at {time}")

    page = s.board().content.decode()

    order = ["Late, 1", "Step at 08:30", "Late by 40 minutes", "Now, 2", "Step at 09:00",
             "Step at 10:00", "Later, 1", "Step at 20:00"]  # fmt: skip
    assert [page.index(part) for part in order] == sorted(page.index(part) for part in order)
    assert "0 / 4" in page


def test_opening_a_step_shows_all_of_it_and_tells_the_others_who_has_seen_it():
    s = scene()
    script = ScriptFactory(version=s.run.version, text="Welcome to {{ camp.name }}, day {{ day }}.")
    task = s.task(
        how_to="Copy it.\nPost it.", cautions="An empty line.", requirement="One screen.",
        done_when="It is pinned.", scripts=[script.key],
        resources=[{"label": "Sheet", "url": "https://example.org/sheet"}],
    )  # fmt: skip

    page = s.client.get(task.get_absolute_url()).content.decode()

    for part in ("Copy it.", "An empty line.", "One screen.", "It is pinned.",
                 "https://example.org/sheet", "Welcome to Camp, day 1."):  # fmt: skip
        assert part in page
    assert TaskSeen.objects.get().member == s.assistant
    s.enter(s.second)
    assert "小桃" in s.board().content.decode()


@pytest.mark.parametrize("name", ["cohorts:run_board", "cohorts:hand_over"])
def test_a_learner_does_not_see_the_board(name):
    s = scene()
    s.enter(s.learner)

    assert s.client.get(reverse(name, args=[s.camp.slug])).status_code == 403
    assert s.client.get(s.task().get_absolute_url()).status_code == 404
    assert s.client.get(reverse("cohorts:board")).status_code == 403


def test_today_shows_five_steps_of_her_camps_and_the_way_to_the_board():
    s = scene()
    for hour in range(8, 15):
        s.task(time=f"{hour:02}:00", title=f"Step at {hour}")
    s.task(day=2, title="Tomorrow")

    page = s.client.get(reverse("community:today")).content.decode()

    assert "SOP of today" in page
    assert "Step at 8" in page
    assert "Step at 12" in page
    assert "Step at 13" not in page
    assert "Tomorrow" not in page
    assert reverse("cohorts:board") in page


def test_today_of_a_learner_has_no_steps():
    s = scene()
    s.task()
    s.enter(s.learner)

    assert "SOP of today" not in s.client.get(reverse("community:today")).content.decode()


def test_all_my_camps_stand_on_one_board_with_one_day_of_each():
    s = scene()
    s.task(title="Here")
    other = scene_of_another_camp(s)
    s.task(camp=other, day=2, title="There")

    page = s.client.get(reverse("cohorts:board")).content.decode()

    assert page.index("Camp D1") < page.index("Here")
    assert page.index("Other D2") < page.index("There")


def scene_of_another_camp(s):
    room = rooms.open_room(
        space=s.camp.space, kind="camp", name="Other", timezone="Asia/Shanghai", lead=s.assistant
    )
    run = SopRunFactory(room=room, opens_on=s.run.opens_on - dt.timedelta(days=1))
    return CampFactory(space=s.camp.space, run=run, name="Other", slug="other")


@pytest.mark.parametrize("url", ["/ops/board/", "/ops/camp/camp/board/"])
def test_a_board_asks_the_same_with_one_step_and_with_three(url, django_assert_num_queries):
    s = scene()
    counts = []
    for number in (1, 2):
        for _each in range(number):
            task = s.task(
                needs=["never"], evidence="link", watch={"fact": "check_ins", "percent": 60}
            )
            done = s.task()
            tasks.complete(task=done, by=s.assistant, version=1)
            tasks.see(task=task, by=s.second)
            tasks.hand_over(task=task, by=s.second, version=1, to=s.second)
        HandOver.objects.create(run=s.run, by=s.second, text="Note.")
        s.client.get(url)
        with CaptureQueriesContext(connection) as captured:
            s.client.get(url)
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 12


def test_a_step_asks_the_same_with_one_attempt_and_with_three():
    s = scene()
    groups = [ChatGroup.objects.create(room=s.run.room, name=f"Group {n}") for n in range(5)]
    scripts = [ScriptFactory(version=s.run.version) for _n in range(3)]
    task = s.task(evidence="link", per_chat_group=True, scripts=[scripts[0].key])
    counts = []
    for number in (1, 2):
        for n in range(number):
            given = Given("https://example.org/")
            tasks.complete(
                task=task, by=s.assistant, version=1, given=given, groups=[groups[number + n]]
            )
            ScriptUse.objects.create(script=scripts[0], run=s.run, by=s.second)
        task.step.scripts = [script.key for script in scripts[: 1 + number]]
        task.step.save()
        s.client.get(task.get_absolute_url())
        with CaptureQueriesContext(connection) as captured:
            s.client.get(task.get_absolute_url())
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 14


def test_every_page_that_a_template_may_name_has_an_address():
    s = scene()
    task = s.task()
    task.run = s.run

    found = {name: step_pages.address(name, task, s.camp) for name in step_pages.PAGES}

    assert {name for name, url in found.items() if not url} == set()


def test_who_waits_in_her_space_stands_beside_the_steps_as_on_today():
    s = scene()
    Membership.objects.filter(member=s.assistant).update(role="assistant")
    introductions.publish(member=s.learner, answers=said(line="Three films this spring."))
    help_requests.ask(member=s.second, space=s.camp.space, note="I begin and stop.")

    board, today = (
        s.client.get(url).content.decode() for url in ("/ops/camp/camp/board/", "/today/")
    )

    for page in (board, today):
        assert "Three films this spring." in page
        assert "I begin and stop." in page
    s.enter(s.second)
    assert "Three films this spring." not in s.board().content.decode()
