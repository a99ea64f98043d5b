"""The desk of a camp: its sums, its links, its state."""

import datetime as dt

import pytest

from cohorts.models import Absence
from cohorts.services import enrolment
from cohorts.views import camp_links
from tests.cohorts.camps.helpers import at, opened, shown, today

pytestmark = pytest.mark.django_db


def test_every_page_that_the_desk_leads_to_is_there(team):
    camp = opened(team)
    known = {"slug": camp.slug, "space": "letters", "today": "2026-03-02", "version": "abc"}

    missing = [
        link.name
        for _title, links in camp_links.GROUPS
        for link in links
        if not camp_links.address(link, known)
    ]

    assert missing == []


def test_the_desk_shows_sums_phases_and_who_is_away(lead, team):
    camp = opened(team, in_days=-1, chat_groups=["Group one"])
    enrolment.enrol(camp=camp, member=team.member, by=team.lead)
    Absence.objects.create(
        run=camp.run, member=team.assistant, stand_in=team.lead,
        first_day=today(), last_day=today() + dt.timedelta(days=2),
    )  # fmt: skip

    response = lead.get(at("camp_desk", camp))
    page = shown(response)

    counts = response.context["counts"]
    assert (counts.learning, counts.introduced, counts.checked_in) == (1, 0, 0)
    assert response.context["phases"] == [
        ("Preparation", "done"), ("Course", "current"), ("Closing", ""),
    ]  # fmt: skip
    assert f"{team.lead} stands in" in page
    assert "Group one" in page
    assert at("camp_staff", camp) in page


def test_an_assistant_sees_the_desk_without_what_only_a_lead_does(client, team):
    camp = opened(team)
    client.force_login(team.assistant)

    page = shown(client.get(at("camp_desk", camp)))

    assert at("camp_enrol", camp) not in page
    assert at("camp_state", camp) not in page


def test_a_camp_is_called_off_with_a_reason_and_then_stands_still(lead, team):
    camp = opened(team)

    silent = lead.post(at("camp_state", camp), {"state": "cancelled", "reason": ""})
    assert silent.status_code == 422
    done = lead.post(at("camp_state", camp), {"state": "cancelled", "reason": "Too few."})

    camp.refresh_from_db()
    assert done.url == at("camp_desk", camp)
    assert camp.state == "cancelled"
    assert "Nothing changes any more" in shown(lead.get(at("camp_state", camp)))
    assert "Bring learners in" not in shown(lead.get(at("camp_desk", camp)))


def test_a_state_that_does_not_follow_is_not_offered(lead, team):
    camp = opened(team)

    response = lead.post(at("camp_state", camp), {"state": "finished", "reason": "Now."})

    assert response.status_code == 422
    camp.refresh_from_db()
    assert camp.state == "enrolling"


def test_who_pauses_holds_a_place_and_is_not_counted_among_those_who_learn(lead, team):
    camp = opened(team, capacity=9)
    row = enrolment.enrol(camp=camp, member=team.member, by=team.lead)
    enrolment.pause(enrolment=row, by=team.member)

    response = lead.get(at("camp_desk", camp))

    counts = response.context["counts"]
    assert (counts.learning, counts.paused) == (0, 1)
    assert "1 of 9 places are taken." in shown(response)
