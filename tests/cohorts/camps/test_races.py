"""Fifty at one door: a camp never holds more than it has places, and a link no more than it is for.

Each guard has a control without it, in which the fault must happen.
"""

import time
from functools import partial

import pytest
from django.db import transaction
from django.db.models import QuerySet

from cohorts.models import Camp, CampInvitation, Enrolment
from cohorts.services import camp_dates, camp_invitations, enrolment
from community.models import AuditEvent, RoomMembership
from community.services import spaces
from tests.cohorts.camps.helpers import opened, people_of
from tests.factories import MemberFactory
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)
GAP = 0.2


def a_camp(places):
    team = people_of("letters")
    return team, opened(team, capacity=places)


def people_in(team, count):
    people = MemberFactory.create_batch(count)
    for member in people:
        spaces.join(space=team.space, member=member)
    return people


def learners(camp):
    return RoomMembership.objects.active().filter(room=camp.run.room, role="learner").count()


def without_locks(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda queryset, **asked: queryset)


def test_fifty_at_once_for_seven_places_are_seven(english):
    team, camp = a_camp(places=7)
    fifty = people_in(team, 50)

    said = race(*(partial(enrolment.enrol, camp=camp, member=one, by=team.lead) for one in fifty))

    assert said.count("done") == 7
    assert len([text for text in said if "all 7 places are taken" in text]) == 43
    assert Camp.objects.get(pk=camp.pk).seats_taken == 7
    assert Enrolment.objects.filter(camp=camp).count() == learners(camp) == 7


def test_without_any_lock_the_compare_and_swap_holds_alone(english, monkeypatch):
    team, camp = a_camp(places=5)
    twenty = people_in(team, 20)
    without_locks(monkeypatch)

    said = race(*(partial(enrolment.enrol, camp=camp, member=one, by=team.lead) for one in twenty))

    assert said.count("done") == 5
    assert Enrolment.objects.filter(camp=camp).count() == learners(camp) == 5


def test_control_counting_first_and_writing_later_overfills_the_camp(english):
    team, camp = a_camp(places=3)
    eight = people_in(team, 8)

    def naive(member):
        assert Enrolment.objects.filter(camp=camp).count() < camp.capacity
        time.sleep(GAP)
        with transaction.atomic():
            Enrolment.objects.create(camp=camp, member=member)

    race(*(partial(naive, one) for one in eight))

    assert Enrolment.objects.filter(camp=camp).count() > 3


def test_strangers_who_press_one_link_at_once_use_it_as_often_as_it_is_for(english):
    team, camp = a_camp(places=60)
    invitation = camp_invitations.invite(camp=camp, by=team.lead, max_uses=4, days=7)
    strangers = MemberFactory.create_batch(12)

    def accept(member):
        found = camp_invitations.find(space="letters", slug=camp.slug, code=invitation.code)
        camp_invitations.accept(invitation=found, member=member)

    said = race(*(partial(accept, one) for one in strangers))

    assert said.count("done") == 4
    assert CampInvitation.objects.get(pk=invitation.pk).uses == 4
    assert Enrolment.objects.filter(camp=camp).count() == learners(camp) == 4
    assert team.space.memberships.active().filter(member__in=strangers).count() == 4


def test_one_person_with_eight_open_pages_takes_one_place_and_one_use(english):
    team, camp = a_camp(places=60)
    invitation = camp_invitations.invite(camp=camp, by=team.lead, max_uses=5, days=7)
    stranger = MemberFactory()

    said = race(*[partial(camp_invitations.accept, invitation=invitation, member=stranger)] * 8)

    assert said == ["done"] * 8
    assert CampInvitation.objects.get(pk=invitation.pk).uses == 1
    assert Camp.objects.get(pk=camp.pk).seats_taken == learners(camp) == 1


def test_two_looks_at_once_move_a_camp_once(english):
    _team, camp = a_camp(places=60)
    Camp.objects.filter(pk=camp.pk).update(state="planned")

    race(camp_dates.move_due, camp_dates.move_due, camp_dates.move_due)

    assert Camp.objects.get(pk=camp.pk).state == "enrolling"
    moved = AuditEvent.objects.filter(
        action="camp.moved", subject=str(camp.pk), data__to="enrolling", data__from="planned"
    )
    assert moved.count() == 2  # once as it was opened, once now
