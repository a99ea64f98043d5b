"""Who learns, who is staff, who is away, and the chat groups, as one presses it."""

import pytest

from cohorts.models import Absence, Enrolment
from community.models import RoomMembership, RosterImport, RosterRow
from community.services import spaces
from tests.cohorts.camps.helpers import at, opened, sent, shown, today
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


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
