"""Links into a camp, and a learner’s own place in it."""

import datetime as dt

import pytest
from django.urls import reverse

from cohorts.models import Camp, CampInvitation, Enrolment
from cohorts.services import camp_invitations, enrolment
from tests.cohorts.camps.helpers import at, opened, sent, shown
from tests.community.accounts.helpers import come_in
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


def invited(team, camp, **fields):
    values = {"max_uses": 5, "days": 7} | fields
    return camp_invitations.invite(camp=camp, by=team.lead, **values)


def test_a_link_is_made_shown_as_a_code_and_ended(lead, team):
    camp = opened(team)
    response = sent(lead, at("camp_invitation_list", camp), max_uses="5", days="7", note="Poster")
    made = CampInvitation.objects.get()
    assert response.url == at("camp_invitation", camp, made.public_id)

    page = shown(lead.get(response.url))
    assert made.get_absolute_url() in page
    assert "<svg" in page
    lead.post(at("camp_invitation_revoke", camp, made.public_id))

    assert "This invitation was ended." in shown(lead.get(response.url))


def test_a_guest_reads_what_the_camp_is_and_is_led_to_sign_up_and_back(client, team):
    camp = opened(team)
    link = invited(team, camp).get_absolute_url()

    page = shown(client.get(link))
    posted = client.post(link)

    for text in ("Nothing.", "It makes nobody rich.", "A page about yourself.", str(team.lead)):
        assert text in page
    assert f"{reverse('community:join')}?next=" in page
    assert posted.url.startswith(f"{reverse('community:join')}?next=%2Fc%2Fletters%2Fcamp%2F")
    assert not Enrolment.objects.exists()


def test_a_stranger_joins_space_and_camp_in_one_press_with_her_reason(client, team):
    camp = opened(team)
    invitation = invited(team, camp)
    stranger = MemberFactory()
    client.force_login(stranger)

    response = client.post(invitation.get_absolute_url(), {"reason": "To find my words."})

    made = Enrolment.objects.get(member=stranger)
    assert (made.way, made.reason) == ("invitation", "To find my words.")
    assert response.url == camp.get_absolute_url()
    assert stranger.memberships.get().space == team.space
    again = shown(client.get(invitation.get_absolute_url()))
    assert "You are in this camp already." in again


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"expires_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "was good until"),
        ({"uses": 5}, "All 5 people"),
        ({"revoked_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "was ended"),
    ],
)
def test_a_link_that_is_over_says_why_and_lets_nobody_in(client, team, change, sentence):
    camp = opened(team)
    invitation = invited(team, camp)
    CampInvitation.objects.filter(pk=invitation.pk).update(**change)
    client.force_login(MemberFactory())

    looked = client.get(invitation.get_absolute_url())
    pressed = client.post(invitation.get_absolute_url(), {"reason": ""})

    assert sentence in shown(looked)
    assert pressed.status_code == 409
    assert sentence in shown(pressed)
    assert not Enrolment.objects.exists()


def test_a_full_and_a_cancelled_camp_say_so_at_the_door(client, team):
    camp = opened(team, capacity=1)
    link = invited(team, camp).get_absolute_url()
    enrolment.enrol(camp=camp, member=team.member, by=team.lead)

    assert "all 1 places are taken" in shown(client.get(link))
    Camp.objects.filter(pk=camp.pk).update(state="cancelled")
    assert "was called off" in shown(client.get(link))


def test_a_code_that_never_was_is_not_found_and_guessing_is_slowed_down(client, team):
    camp = opened(team)
    url = reverse("cohorts:camp_join", args=["letters", camp.slug, "nosuchcode99"])

    codes = [client.get(url).status_code for _ in range(61)]

    assert set(codes[:60]) == {404}
    assert codes[60] == 429


def test_a_learner_changes_her_reason_pauses_goes_on_and_leaves(client, team):
    camp = opened(team)
    made = enrolment.enrol(camp=camp, member=team.member, by=team.lead)
    client.force_login(team.member)
    here = reverse("cohorts:my_place", args=["letters", camp.slug])

    client.post(here, {"reason": "To write letters."})
    client.post(here, {"do": "pause"})
    made.refresh_from_db()
    assert (made.reason, made.state) == ("To write letters.", "paused")
    client.post(here, {"do": "go_on"})
    made.refresh_from_db()
    assert made.state == "active"
    client.post(here, {"do": "leave"})

    made.refresh_from_db()
    assert made.state == "left"
    assert client.get(here).status_code == 404


def test_a_lead_lets_a_learner_pause_and_takes_her_out(lead, team):
    camp = opened(team)
    made = enrolment.enrol(camp=camp, member=team.member, by=team.lead)
    here = at("learner_place", camp, team.member.handle)
    assert "Let them pause" in shown(lead.get(here))

    lead.post(here, {"do": "pause"})
    lead.post(here, {"do": "leave"})

    made.refresh_from_db()
    assert made.state == "left"


def test_the_home_of_a_space_shows_its_camps_to_each_in_her_way(client, team):
    camp = opened(team)
    other = opened(team, name="The second camp")
    enrolment.enrol(camp=camp, member=team.member, by=team.lead)
    client.force_login(team.member)
    home = reverse("community:space_detail", args=["letters"])

    hers = shown(client.get(home))
    client.force_login(team.lead)
    of_the_lead = shown(client.get(home))

    assert "Camps of this space" in hers
    assert f'href="{camp.get_absolute_url()}"' in hers
    assert "The second camp" in hers
    assert other.slug not in hers
    assert at("camp_desk", other) in of_the_lead


def test_somebody_new_signs_up_by_the_link_and_comes_back_to_join(client, team):
    camp = opened(team)
    link = invited(team, camp).get_absolute_url()

    page = client.get(client.post(link).url)
    response = come_in(client, "new@example.org", agree="on", next=page.context["next"])
    assert response.url == link
    joined = client.post(link, {"reason": "To begin."})

    made = Enrolment.objects.get()
    assert joined.url == camp.get_absolute_url()
    assert (made.member.email, made.reason) == ("new@example.org", "To begin.")
