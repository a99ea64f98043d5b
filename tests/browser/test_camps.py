"""Opening a camp as a lead does it: look at what will be made, change the day, press once."""

import datetime as dt

import pytest

from cohorts.models import Camp
from tests.cohorts.camps.helpers import people_of, version_of


@pytest.fixture
def team(transactional_db):
    team = people_of("letters")
    version_of(team.space)
    return team


@pytest.mark.parametrize("width, js", [(390, True), (1280, True), (390, False)])
def test_a_camp_is_opened_in_two_clicks(open_page, team, width, js):
    opened = open_page("/ops/camps/", width=width, language="en", member=team.lead, js=js)
    page = opened.page

    page.get_by_role("link", name="Open a camp").click()
    page.get_by_role("button", name="Open the camp").click()
    page.wait_for_url("**/ops/camp/three-days-*/")

    assert page.get_by_role("heading", name="Three days, no. 1").count() == 1
    assert page.get_by_role("link", name="Bring learners in").count() == 1


def test_what_will_be_made_follows_the_day_while_one_chooses(open_page, team):
    opened = open_page("/ops/camps/open/", language="en", member=team.lead)
    page = opened.page
    field = page.get_by_label("Opening day (D1)")
    proposed = dt.date.fromisoformat(field.input_value())

    later = proposed + dt.timedelta(days=7)
    field.fill(later.isoformat())
    field.dispatch_event("change")
    last = later + dt.timedelta(days=3)
    page.get_by_text(f"{last.day}, {last.year}").wait_for()
    field.fill("2020-01-01")
    field.dispatch_event("change")
    page.get_by_text("With this opening the camp was over").wait_for()

    assert not Camp.objects.exists()
