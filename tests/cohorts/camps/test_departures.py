"""Who has left the space leaves its camps at the next look."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.models import Camp, Enrolment
from cohorts.services import departures, enrolment
from community.models import AuditEvent
from community.registry import look_parts
from community.services import members, spaces
from tests.cohorts.camps.helpers import opened
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


def test_who_leaves_the_space_gives_her_place_free(team):
    camp = opened(team, capacity=1)
    enrolment.enrol(camp=camp, member=team.member, by=team.lead)
    spaces.leave(space=team.space, member=team.member)

    assert departures.free_places() == 1
    assert departures.free_places() == 0

    row = Enrolment.objects.get()
    assert (row.state, row.left_at is None) == ("left", False)
    assert Camp.objects.get(pk=camp.pk).seats_taken == 0
    assert AuditEvent.objects.get(action="enrolment.left").actor == ""


def test_who_is_suspended_or_erased_gives_it_free_too(team):
    camp = opened(team)
    other = MemberFactory()
    spaces.join(space=team.space, member=other)
    enrolment.enrol_all(camp=camp, people=[team.member, other], by=team.lead, way="hand")
    spaces.suspend(space=team.space, member=team.member, by=team.lead, reason="A test.")
    members.blank(member=other)

    assert departures.free_places() == 2
    assert Camp.objects.get(pk=camp.pk).seats_taken == 0


def test_who_is_still_there_and_what_is_over_stay_as_they_are(team):
    camp, over = opened(team), opened(team)
    for one in (camp, over):
        enrolment.enrol(camp=one, member=team.member, by=team.lead)
    Camp.objects.filter(pk=over.pk).update(state="finished")
    assert departures.free_places() == 0
    spaces.leave(space=team.space, member=team.member)

    assert departures.free_places() == 1

    assert Enrolment.objects.get(camp=over).state == "active"


def test_a_look_that_finds_nobody_is_one_query(team):
    enrolment.enrol(camp=opened(team), member=team.member, by=team.lead)

    with CaptureQueriesContext(connection) as asked:
        assert departures.free_places() == 0

    assert len(asked) == 1
    assert look_parts["seats-of-those-who-left"].run is departures.free_places
