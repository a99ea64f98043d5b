"""The pages of the board: what they show, to whom, and what they cost."""

import pytest
import time_machine
from django.urls import reverse

from cohorts.models import TaskSeen
from tests.cohorts.board.helpers import NOW, scene
from tests.cohorts.factories import ScriptFactory

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
