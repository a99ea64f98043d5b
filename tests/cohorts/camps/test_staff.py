"""Who runs a camp, who is away, and who stands in."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.models import Absence
from cohorts.services import camp_staff, enrolment
from community.errors import DomainError
from community.models import RoomMembership
from community.services import spaces
from tests.cohorts.camps.helpers import opened, today
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


def days(first, last):
    return {
        "first_day": today() + dt.timedelta(days=first),
        "last_day": today() + dt.timedelta(days=last),
    }


def rooms_of(member):
    return set(RoomMembership.objects.active().filter(member=member).values_list("room", "role"))


def test_who_joins_the_staff_is_in_both_rooms_and_leaves_both(team):
    camp = opened(team)
    camp_staff.put(camp=camp, member=team.member, role="presenter", by=team.lead)
    both = {(camp.run.room_id, "presenter"), (camp.staff_room_id, "presenter")}
    assert both <= rooms_of(team.member)

    assert camp_staff.take_out(camp=camp, member=team.member, by=team.lead) is True
    assert camp_staff.take_out(camp=camp, member=team.member, by=team.lead) is False

    assert not both & rooms_of(team.member)


def test_a_learner_an_outsider_and_an_unknown_role_are_refused(team):
    camp = opened(team)
    enrolment.enrol(camp=camp, member=team.member, by=team.lead)

    for who, role, sentence in (
        (team.member, "assistant", "learns in this camp"),
        (MemberFactory(), "assistant", "not in this space"),
        (team.assistant, "learner", "is no role"),
    ):
        with pytest.raises(DomainError, match=sentence):
            camp_staff.put(camp=camp, member=who, role=role, by=team.lead)
    assert (camp.staff_room_id, "assistant") not in rooms_of(team.member)


def test_the_last_lead_neither_goes_nor_becomes_something_else(team):
    camp = opened(team)

    with pytest.raises(DomainError, match="needs a lead"):
        camp_staff.put(camp=camp, member=team.lead, role="assistant", by=team.lead)
    with pytest.raises(DomainError, match="needs a lead"):
        camp_staff.take_out(camp=camp, member=team.lead, by=team.lead)
    camp_staff.put(camp=camp, member=team.assistant, role="lead", by=team.lead)
    camp_staff.take_out(camp=camp, member=team.lead, by=team.assistant)

    assert [place.member for place in camp_staff.team(camp)] == [team.assistant]


def test_days_away_stand_with_the_person_and_name_the_stand_in(team):
    camp = opened(team)
    camp_staff.be_away(
        camp=camp, member=team.assistant, by=team.assistant, stand_in=team.lead,
        note="A wedding", **days(0, 2),
    )  # fmt: skip
    camp_staff.be_away(camp=camp, member=team.assistant, by=team.assistant, **days(5, 5))

    lead, assistant = camp_staff.team(camp)
    assert (lead.role, lead.absences) == ("lead", [])
    assert assistant.away_now.stand_in == team.lead
    assert [row.note for row in assistant.absences] == ["A wedding", ""]


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (3, 2, "before the first one"),
        (-5, -2, "These days are over"),
        (0, 400, "more than a year"),
        (2, 6, "is away from .* already"),
    ],
)
def test_days_that_cannot_be_are_refused(team, first, last, sentence):
    camp = opened(team)
    camp_staff.be_away(camp=camp, member=team.assistant, by=team.lead, **days(5, 7))

    with pytest.raises(DomainError, match=sentence):
        camp_staff.be_away(camp=camp, member=team.assistant, by=team.lead, **days(first, last))

    assert Absence.objects.count() == 1


def test_a_stand_in_is_of_the_staff_another_person_and_here(team):
    camp = opened(team)
    camp_staff.be_away(camp=camp, member=team.lead, by=team.lead, **days(1, 3))

    for stand_in, sentence in (
        (team.assistant, "Somebody else has to stand in"),
        (team.member, "not of this camp's staff"),
        (team.lead, "is away from .*Choose somebody else"),
    ):
        with pytest.raises(DomainError, match=sentence) as refusal:
            camp_staff.be_away(
                camp=camp, member=team.assistant, by=team.lead, stand_in=stand_in, **days(2, 4)
            )
        assert refusal.value.field == "stand_in"


def test_who_is_not_of_the_staff_has_no_days_away(team):
    camp = opened(team)

    with pytest.raises(DomainError, match="not of this camp's staff"):
        camp_staff.be_away(camp=camp, member=team.member, by=team.lead, **days(1, 2))


def test_being_back_ends_what_began_and_forgets_what_did_not(team):
    camp = opened(team)
    begun = Absence.objects.create(run=camp.run, member=team.assistant, **days(-3, 3))
    ahead = Absence.objects.create(run=camp.run, member=team.assistant, **days(9, 9))

    camp_staff.be_back(absence=begun, camp=camp, by=team.lead)
    camp_staff.be_back(absence=ahead, camp=camp, by=team.lead)

    assert Absence.objects.get().last_day == today() - dt.timedelta(days=1)


def test_the_team_is_two_queries_whatever_its_size(team):
    camp = opened(team)
    counts = []
    for number in (0, 3):
        for member in MemberFactory.create_batch(number):
            spaces.join(space=team.space, member=member)
            camp_staff.put(camp=camp, member=member, role="atmosphere", by=team.lead)
            camp_staff.be_away(camp=camp, member=member, by=team.lead, **days(0, 1))
        with CaptureQueriesContext(connection) as asked:
            assert len(camp_staff.team(camp)) == 2 + number
        counts.append(len(asked))

    assert counts == [2, 2]
