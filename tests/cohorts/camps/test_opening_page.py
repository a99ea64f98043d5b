"""The list of camps and the form for a new one: from the one to the other in two clicks."""

import datetime as dt

import pytest
from django.urls import reverse

from cohorts.models import Camp
from community.models import RoomMembership
from community.services import form_tokens, spaces
from tests.cohorts.camps.helpers import at, sent, shown, today, version_of

pytestmark = pytest.mark.django_db


def initial_of(response):
    form = response.context["form"]
    fields = {name: form[name].initial for name in form.fields}
    return {name: value for name, value in fields.items() if value is not None}


def test_a_lead_without_camps_is_told_what_to_do_next(lead):
    page = shown(lead.get(reverse("cohorts:camp_list")))

    assert "No camp is under way" in page
    assert reverse("cohorts:camp_open") in page


def test_an_assistant_without_camps_is_not_sent_to_a_form_she_may_not_open(client, team):
    client.force_login(team.assistant)

    page = shown(client.get(reverse("cohorts:camp_list")))

    assert "You help to run no camp" in page
    assert reverse("cohorts:camp_open") not in page


def test_from_the_list_to_an_open_camp_are_two_clicks(lead, team):
    version_of(team.space)
    form = lead.get(reverse("cohorts:camp_open"))

    response = sent(lead, reverse("cohorts:camp_open"), **initial_of(form))

    camp = Camp.objects.get()
    assert response.url == at("camp_desk", camp)
    assert camp.name == "Three days, no. 1"
    assert camp.run.opens_on.weekday() == 0
    assert camp.calendar.date_of(-2) >= today()
    places = RoomMembership.objects.active().filter(room=camp.room)
    assert {row.member: row.role for row in places} == {
        team.lead: "lead",
        team.assistant: "assistant",
    }


def test_the_form_says_what_will_be_made_before_it_is_made(lead, team):
    version_of(team.space)

    page = shown(lead.get(reverse("cohorts:camp_open")))

    assert "6 days in all, from " in page
    assert "7 steps get their day, and 3 lessons are ready." in page


def test_the_preview_follows_the_day_and_says_why_it_cannot_be(lead, team):
    version = version_of(team.space)
    url = reverse("cohorts:camp_preview")
    asked = {"space": team.space.slug, "version": version.public_id}

    good = lead.get(url, asked | {"opens_on": "2027-03-01"})
    past = lead.get(url, asked | {"opens_on": str(today() - dt.timedelta(days=10))})
    nothing = lead.get(url, asked | {"opens_on": "soon"})

    assert "from Feb. 27, 2027 to March 4, 2027" in shown(good)
    assert "With this opening the camp was over on" in shown(past)
    assert "Choose a template and a day" in shown(nothing)


def test_a_bad_form_says_so_keeps_what_was_typed_and_makes_nothing(lead, team):
    version_of(team.space)
    form = initial_of(lead.get(reverse("cohorts:camp_open")))

    response = sent(
        lead,
        reverse("cohorts:camp_open"),
        **form | {"opens_on": "2020-01-01", "name": "My camp", "lead": "nobody"},
    )

    assert response.status_code == 422
    assert 'value="My camp"' in shown(response)
    assert not Camp.objects.exists()

    late = sent(lead, reverse("cohorts:camp_open"), **form | {"opens_on": "2020-01-01"})
    assert late.status_code == 422
    assert "Choose a later day." in shown(late)


def test_the_proposed_name_follows_the_template_that_is_chosen(lead, team):
    version_of(team.space, title="Aaa")
    other = version_of(team.space, key="other", title="Other")
    form = initial_of(lead.get(reverse("cohorts:camp_open")))
    assert form["name"] == "Aaa, no. 1"

    sent(lead, reverse("cohorts:camp_open"), **form | {"version": other.public_id})

    assert Camp.objects.get().name == "Other, no. 1"


def test_one_press_twice_opens_one_camp(lead, team):
    version_of(team.space)
    form = initial_of(lead.get(reverse("cohorts:camp_open"))) | {"form_token": form_tokens.issue()}

    first = lead.post(reverse("cohorts:camp_open"), form)
    second = lead.post(reverse("cohorts:camp_open"), form)

    assert Camp.objects.count() == 1
    assert first.url == second.url


def test_without_a_template_the_form_leads_to_bringing_one_in(lead, team):
    page = shown(lead.get(reverse("cohorts:camp_open")))

    assert "there is none yet" in page


def test_who_manages_two_spaces_chooses_and_others_are_refused(client, team):
    other = spaces.open_space(owner=team.lead, name="Zebra", slug="zebra")
    version_of(team.space)
    version_of(other, title="Of the zebras")
    client.force_login(team.lead)

    page = shown(client.get(reverse("cohorts:camp_open"), {"space": "zebra"}))

    assert "In Zebra." in page
    assert "Of the zebras" in page
    assert "Three days" not in page
    client.force_login(team.assistant)
    assert client.get(reverse("cohorts:camp_open")).status_code == 403
    client.force_login(team.member)
    assert client.get(reverse("cohorts:camp_open"), {"space": "zebra"}).status_code == 403
