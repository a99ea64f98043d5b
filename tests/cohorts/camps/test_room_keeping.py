"""Who comes or goes by the room alone comes into the camp, or leaves it, at the next look."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.models import Camp, Enrolment
from cohorts.services import enrolment, room_keeping
from community.models import AuditEvent, RoomMembership
from community.registry import look_parts
from community.services import members, rooms, spaces
from tests.cohorts.camps.helpers import opened
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


def test_who_leaves_the_space_gives_her_place_free(team):
    camp = opened(team, capacity=1)
    enrolment.enrol(camp=camp, member=team.member, by=team.lead)
    spaces.leave(space=team.space, member=team.member)

    assert room_keeping.free_places() == 1
    assert room_keeping.free_places() == 0

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

    assert room_keeping.free_places() == 2
    assert Camp.objects.get(pk=camp.pk).seats_taken == 0


def test_who_is_still_there_and_what_is_over_stay_as_they_are(team):
    camp, over = opened(team), opened(team)
    for one in (camp, over):
        enrolment.enrol(camp=one, member=team.member, by=team.lead)
    Camp.objects.filter(pk=over.pk).update(state="finished")
    assert room_keeping.free_places() == 0
    spaces.leave(space=team.space, member=team.member)

    assert room_keeping.free_places() == 1

    assert Enrolment.objects.get(camp=over).state == "active"


def test_who_was_brought_into_the_room_by_hand_gets_a_seat(team):
    camp = opened(team, in_days=-1)
    rooms.enter(room=camp.room, member=team.member, by=team.lead)

    assert room_keeping.keep() == 1
    assert room_keeping.keep() == 0

    row = Enrolment.objects.get()
    assert (row.member, row.state, row.from_day) == (team.member, "active", 2)
    assert Camp.objects.get(pk=camp.pk).seats_taken == 1


def test_who_finds_no_seat_leaves_the_room_again(team):
    camp = opened(team, capacity=1)
    other = MemberFactory()
    spaces.join(space=team.space, member=other)
    enrolment.enrol(camp=camp, member=team.member, by=team.lead)
    rooms.enter(room=camp.room, member=other, by=team.lead)

    assert room_keeping.keep() == 1

    assert not RoomMembership.objects.active().filter(room=camp.room, member=other)
    assert Camp.objects.get(pk=camp.pk).seats_taken == 1


def test_a_room_without_a_camp_and_the_staff_are_none_of_its_business(team):
    opened(team)
    alone = rooms.open_room(space=team.space, kind="camp", name="Alone", timezone="UTC")
    rooms.enter(room=alone, member=team.member)

    assert room_keeping.keep() == 0

    assert not Enrolment.objects.exists()


def test_a_look_that_finds_nothing_is_two_queries(team):
    enrolment.enrol(camp=opened(team), member=team.member, by=team.lead)

    with CaptureQueriesContext(connection) as asked:
        assert room_keeping.keep() == 0

    assert len(asked) == 2
    assert look_parts["rooms-of-camps"].run is room_keeping.keep
