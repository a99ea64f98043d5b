"""Coming into a camp as a learner, stepping back, and going on."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cohorts.models import Camp, Enrolment
from cohorts.services import enrolment
from community.errors import DomainError
from community.models import AuditEvent, Member, RoomMembership
from community.services import spaces
from tests.cohorts.camps.helpers import opened
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


def newcomers(team, count):
    people = MemberFactory.create_batch(count)
    for member in people:
        spaces.join(space=team.space, member=member)
    return people


def learners(camp):
    return set(
        RoomMembership.objects.active()
        .filter(room=camp.run.room, role="learner")
        .values_list("member", flat=True)
    )


def seats(camp):
    return Camp.objects.values_list("seats_taken", flat=True).get(pk=camp.pk)


def test_who_is_enrolled_has_a_row_a_place_in_the_room_and_a_seat(team):
    camp = opened(team)

    made = enrolment.enrol(
        camp=camp, member=team.member, by=team.lead, way="hand", reason="To write again."
    )

    assert (made.state, made.way, made.from_day) == ("active", "hand", 1)
    assert made.reason == "To write again."
    assert learners(camp) == {team.member.pk}
    assert seats(camp) == 1
    event = AuditEvent.objects.get(action="enrolment.made")
    assert event.actor == team.lead.public_id
    assert event.data == {"member": team.member.public_id, "way": "hand", "from_day": 1}


def test_enrolling_twice_changes_nothing(team):
    camp = opened(team)
    first = enrolment.enrol(camp=camp, member=team.member, by=team.lead)

    assert enrolment.enrol(camp=camp, member=team.member, by=team.lead) == first

    assert seats(camp) == 1
    assert AuditEvent.objects.filter(action="enrolment.made").count() == 1


@pytest.mark.parametrize(("in_days", "from_day"), [(7, 1), (1, 1), (0, 1), (-1, 2), (-2, 3)])
def test_a_late_joiner_begins_on_the_day_she_comes(team, in_days, from_day):
    camp = opened(team, in_days=in_days)

    assert enrolment.enrol(camp=camp, member=team.member, by=team.lead).from_day == from_day


def test_a_full_camp_says_so_and_takes_nobody(team):
    camp = opened(team, capacity=1)
    enrolment.enrol(camp=camp, member=team.member, by=team.lead)
    (late,) = newcomers(team, 1)

    with pytest.raises(DomainError, match="is full: all 1 places are taken"):
        enrolment.enrol(camp=camp, member=late, by=team.lead)

    assert learners(camp) == {team.member.pk}
    assert not Enrolment.objects.filter(member=late).exists()


def test_the_database_itself_holds_more_seats_than_places_impossible(team):
    camp = opened(team, capacity=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        Camp.objects.filter(pk=camp.pk).update(seats_taken=2)


def test_staff_outsiders_and_the_suspended_are_left_out_with_a_reason(team):
    camp = opened(team)
    outsider = MemberFactory()
    (suspended,) = newcomers(team, 1)
    Member.objects.filter(pk=suspended.pk).update(state="suspended")
    suspended.refresh_from_db()

    for who, sentence in (
        (team.assistant, "is of the camp's staff"),
        (outsider, "is not in this space"),
        (suspended, "has no active account"),
    ):
        with pytest.raises(DomainError, match=sentence):
            enrolment.enrol(camp=camp, member=who, by=team.lead)
    assert seats(camp) == 0


def test_somebody_who_has_yet_to_claim_her_account_can_be_enrolled(team):
    camp = opened(team)
    (unclaimed,) = newcomers(team, 1)
    Member.objects.filter(pk=unclaimed.pk).update(state="unclaimed")
    unclaimed.refresh_from_db()

    assert enrolment.enrol(camp=camp, member=unclaimed, by=team.lead).state == "active"


@pytest.mark.parametrize(
    ("state", "sentence"),
    [("cancelled", "was called off"), ("closing", "course is over"), ("finished", "is over")],
)
def test_a_camp_that_is_over_takes_nobody(team, state, sentence):
    camp = opened(team)
    Camp.objects.filter(pk=camp.pk).update(state=state)  # what this page has not heard of yet

    with pytest.raises(DomainError, match=sentence):
        enrolment.enrol(camp=camp, member=team.member, by=team.lead)


def test_of_many_those_who_fit_come_in_and_each_other_has_her_reason(team):
    camp = opened(team, capacity=4)
    people = newcomers(team, 4)
    enrolment.enrol(camp=camp, member=team.member, by=team.lead)

    said = enrolment.enrol_all(
        camp=camp,
        people=[team.assistant, team.member, *people, people[0]],
        by=team.lead,
        way="roster",
    )

    assert [row.member for row in said.enrolled] == people[:3]
    assert said.already == 1
    assert [who for who, _why in said.left_out] == [team.assistant, people[3]]
    assert "all 4 places are taken" in said.left_out[1][1]
    assert learners(camp) == {team.member.pk, *(one.pk for one in people[:3])}
    assert seats(camp) == 4


def test_enrolling_many_asks_as_often_as_enrolling_one(team):
    camp = opened(team)
    counts = []
    for number in (1, 12):
        people = newcomers(team, number)
        with CaptureQueriesContext(connection) as asked:
            enrolment.enrol_all(camp=camp, people=people, by=team.lead, way="roster")
        counts.append(len(asked))

    assert seats(camp) == 13
    assert counts[0] == counts[1] <= 24


def test_who_leaves_gives_her_place_free_and_keeps_what_she_wrote(team):
    camp = opened(team, capacity=1)
    made = enrolment.enrol(camp=camp, member=team.member, by=team.lead, reason="To write.")

    assert enrolment.leave(enrolment=made, by=team.member) is True
    assert enrolment.leave(enrolment=made, by=team.member) is False

    made.refresh_from_db()
    assert (made.state, made.reason) == ("left", "To write.")
    assert made.left_at is not None
    assert learners(camp) == set()
    assert seats(camp) == 0


def test_who_comes_back_begins_anew_on_that_day_with_her_reason(team):
    camp = opened(team, in_days=-1)
    made = enrolment.enrol(camp=camp, member=team.member, by=team.lead, reason="To write.")
    Enrolment.objects.filter(pk=made.pk).update(from_day=1)
    enrolment.leave(enrolment=made, by=team.member)

    again = enrolment.enrol(camp=camp, member=team.member, by=team.lead, way="invitation")

    assert again.pk == made.pk
    assert (again.state, again.from_day, again.reason) == ("active", 2, "To write.")
    assert again.left_at is None
    assert learners(camp) == {team.member.pk}
    assert seats(camp) == 1


def test_a_pause_keeps_the_place_and_ends_when_she_goes_on(team):
    camp = opened(team)
    made = enrolment.enrol(camp=camp, member=team.member, by=team.lead)

    assert enrolment.pause(enrolment=made, by=team.member) is True
    assert enrolment.pause(enrolment=made, by=team.member) is False
    assert seats(camp) == 1
    assert learners(camp) == {team.member.pk}
    assert enrolment.go_on(enrolment=made, by=team.member) is True

    made.refresh_from_db()
    assert made.state == "active"


def test_a_reason_can_be_changed_and_taken_back_but_is_no_essay(team):
    made = enrolment.enrol(camp=opened(team), member=team.member, by=team.lead)

    enrolment.change_reason(enrolment=made, reason="  To find work. ")
    made.refresh_from_db()
    assert made.reason == "To find work."
    with pytest.raises(DomainError, match="300 characters fit"):
        enrolment.change_reason(enrolment=made, reason="x" * 301)
    enrolment.change_reason(enrolment=made, reason="")

    made.refresh_from_db()
    assert made.reason == ""
