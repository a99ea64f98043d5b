"""The pages of a camp: opening it in three clicks, its desk, its people, its links."""

import datetime as dt

import pytest
from django.urls import reverse

from cohorts.models import Absence, Camp, CampInvitation, Enrolment
from cohorts.services import camp_invitations, enrolment
from cohorts.views import camp_links
from community.models import RoomMembership, RosterImport, RosterRow
from community.services import form_tokens, spaces
from tests.cohorts.camps.helpers import opened, today, version_of
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client, team):
    client.force_login(team.lead)
    return client


def shown(response):
    return response.content.decode()


def sent(client, url, **fields):
    return client.post(url, {"form_token": form_tokens.issue()} | fields)


def at(name, camp, *more):
    return reverse(f"cohorts:{name}", args=[camp.slug, *more])


def initial_of(response):
    form = response.context["form"]
    fields = {name: form[name].initial for name in form.fields}
    return {name: value for name, value in fields.items() if value is not None}


# The list and the form ------------------------------------------------------


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


# The desk -------------------------------------------------------------------


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


# People ---------------------------------------------------------------------


def test_people_of_the_space_are_ticked_and_learn(lead, team):
    camp = opened(team)
    page = shown(lead.get(at("camp_enrol", camp)))
    assert team.member.handle in page
    assert team.assistant.handle not in page

    lead.post(at("camp_enrol", camp), {"people": [team.member.handle]})

    made = Enrolment.objects.get()
    assert (made.member, made.way) == (team.member, "hand")
    assert team.member.handle not in shown(lead.get(at("camp_enrol", camp)))


def test_the_search_and_an_astray_cursor_do_no_harm(lead, team):
    camp = opened(team)

    found = shown(lead.get(at("camp_enrol", camp), {"q": str(team.member)}))
    nobody = shown(lead.get(at("camp_enrol", camp), {"q": "zzz"}))
    astray = shown(lead.get(at("camp_enrol", camp), {"after": "nonsense"}))

    assert team.member.handle in found
    assert "Nobody to show" in nobody
    assert "was not whole" in astray


def roster_of(team, people, rejected=()):
    roster = RosterImport.objects.create(
        space=team.space, created_by=team.lead, file_name="people.csv", sha256="0", size=1,
        state="done",
    )  # fmt: skip
    for line, member in enumerate(people, start=2):
        RosterRow.objects.create(
            roster=roster, line=line, verdict="new", nickname=str(member), member=member, done=True
        )
    for line in rejected:
        RosterRow.objects.create(
            roster=roster, line=line, verdict="reject", notes=[["no_nickname", {}]]
        )
    return roster


def test_a_whole_list_comes_in_by_one_press_and_says_who_stays_out(lead, team):
    camp = opened(team, capacity=2)
    three = MemberFactory.create_batch(3)
    for member in three:
        spaces.join(space=team.space, member=member)
    roster = roster_of(team, [*three, team.assistant])
    url = at("camp_enrol_list", camp, roster.public_id)

    before = shown(lead.get(url))
    sent(lead, url)
    after = shown(lead.get(url))

    assert "0 of the 4 people of this list are in the camp." in before
    assert "Bring 2 people in" in before
    assert "2 of the 4 people of this list are in the camp." in after
    assert "all 2 places are taken" in after
    assert "is of the camp&#x27;s staff" in after
    assert Enrolment.objects.filter(way="roster").count() == 2


def test_a_list_of_another_space_is_not_there(lead, team):
    camp = opened(team)
    other = spaces.open_space(owner=MemberFactory(), name="Other", slug="other")
    foreign = RosterImport.objects.create(
        space=other, file_name="x", sha256="0", size=1, state="done"
    )

    assert lead.get(at("camp_enrol_list", camp, foreign.public_id)).status_code == 404


def test_staff_come_in_change_roles_and_go(lead, team):
    camp = opened(team)

    lead.post(at("camp_staff_add", camp), {"people": [team.member.handle], "role": "atmosphere"})
    place = at("camp_staff_place", camp, team.member.handle)
    lead.post(place, {"role": "presenter"})
    held = RoomMembership.objects.active().filter(member=team.member, role="presenter")
    assert {row.room for row in held} == {camp.room, camp.staff_room}
    lead.post(place, {"do": "out"})

    assert not RoomMembership.objects.active().filter(
        member=team.member, room__in=[camp.room, camp.staff_room]
    )
    assert lead.get(place).status_code == 404


def test_the_last_lead_stays(lead, team):
    camp = opened(team)
    place = at("camp_staff_place", camp, team.lead.handle)

    response = lead.post(place, {"role": "assistant"}, follow=True)

    assert "A camp needs a lead." in shown(response)


def test_an_assistant_says_her_own_days_away_and_not_those_of_others(client, team):
    camp = opened(team)
    client.force_login(team.assistant)
    days = {"first_day": str(today()), "last_day": str(today()), "stand_in": team.lead.handle}

    response = sent(client, at("camp_away", camp, team.assistant.handle), **days)

    assert response.url == at("camp_staff", camp)
    assert Absence.objects.get().stand_in == team.lead
    assert client.get(at("camp_away", camp, team.lead.handle)).status_code == 403

    client.post(at("camp_back", camp, team.assistant.handle), {"first_day": str(today())})
    assert not Absence.objects.exists()
    nonsense = client.post(
        at("camp_back", camp, team.assistant.handle), {"first_day": "2026-99-99"}
    )
    assert nonsense.status_code == 404


def test_chat_groups_are_added_renamed_and_closed(lead, team):
    camp = opened(team)
    sent(lead, at("camp_chat_groups", camp), name="One", platform="wechat")
    twice = sent(lead, at("camp_chat_groups", camp), name="One", platform="wechat")
    group = camp.room.chat_groups.get()

    lead.post(at("camp_chat_group", camp, group.public_id), {"name": "Two"})
    group.refresh_from_db()
    assert (twice.status_code, group.name) == (422, "Two")
    assert "There is a chat group of this name already." in shown(twice)
    lead.post(at("camp_chat_group", camp, group.public_id), {"do": "close"})

    group.refresh_from_db()
    assert group.closed_at is not None
    late = lead.post(at("camp_chat_group", camp, group.public_id), {"name": "Three"})
    assert late.status_code == 422


# Links and joining ----------------------------------------------------------


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
