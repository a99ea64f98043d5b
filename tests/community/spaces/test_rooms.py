"""Coming into a room, leaving it, and who sees it."""

import pytest

from community.errors import DomainError
from community.models import Member, Room
from community.services import rooms, spaces
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def space():
    return spaces.open_space(owner=MemberFactory(), name="Letters", slug="letters")


@pytest.fixture
def lead(space):
    return joined(space)


@pytest.fixture
def camp(space, lead):
    return rooms.open_room(space=space, kind="camp", name="Camp", timezone="UTC", lead=lead)


@pytest.fixture
def staff_room(space, camp, lead):
    return rooms.open_room(
        space=space, kind="staff", name="Staff", timezone="UTC", part_of=camp, lead=lead
    )


def joined(space):
    member = MemberFactory()
    spaces.join(space=space, member=member)
    return member


def sees(member):
    """The rooms that she finds, read anew."""
    return set(Room.objects.visible_to(Member.objects.get(pk=member.pk)))


def roles_of(room, member):
    return [row.role for row in room.memberships.filter(member=member).order_by("pk")]


def test_who_is_not_in_the_space_cannot_come_into_its_room(camp):
    with pytest.raises(DomainError, match="Invite them to the space first"):
        rooms.enter(room=camp, member=MemberFactory())


def test_a_change_of_role_keeps_what_was_before(space, camp):
    member = joined(space)
    rooms.enter(room=camp, member=member)
    rooms.enter(room=camp, member=member)
    rooms.enter(room=camp, member=member, role="presenter")
    assert roles_of(camp, member) == ["learner", "presenter"]
    assert camp.memberships.active().get(member=member).role == "presenter"


def test_a_learner_knows_nothing_of_the_staff_room(space, camp, staff_room):
    learner = joined(space)
    rooms.enter(room=camp, member=learner)
    assert sees(learner) == {space.rooms.get(kind="space"), camp}


def test_a_staff_room_takes_no_learner(space, camp, staff_room):
    learner = joined(space)
    rooms.enter(room=camp, member=learner)
    for role in ("learner", "assistant"):
        with pytest.raises(DomainError, match="A staff room has no learners"):
            rooms.enter(room=staff_room, member=learner, role=role)
    assert not staff_room.memberships.filter(member=learner).exists()


def test_who_becomes_a_learner_is_out_of_the_staff_room(space, camp, staff_room):
    member = joined(space)
    rooms.enter(room=camp, member=member, role="assistant")
    rooms.enter(room=staff_room, member=member, role="assistant")
    rooms.enter(room=camp, member=member, role="learner")
    assert not staff_room.memberships.active().filter(member=member).exists()


def test_leaving_a_camp_leaves_its_groups_and_its_staff_room(space, camp, staff_room, lead):
    group = rooms.open_room(
        space=space, kind="group", name="One", timezone="UTC", part_of=camp, lead=lead
    )
    assert rooms.depart(room=camp, member=lead) is True
    assert rooms.depart(room=camp, member=lead) is False
    for room in (camp, group, staff_room):
        assert not room.memberships.active().filter(member=lead).exists()


def test_who_leads_a_camp_reaches_its_parts_without_being_in_them(space, camp, lead):
    group = rooms.open_room(space=space, kind="group", name="One", timezone="UTC", part_of=camp)
    alone = rooms.open_room(space=space, kind="group", name="Apart", timezone="UTC")
    member = Member.objects.get(pk=lead.pk)
    assert group in sees(lead)
    assert alone not in sees(lead)
    assert member.has_perm("community.manage_room", group)
    assert not member.has_perm("community.manage_room", alone)


@pytest.mark.parametrize("kind", ["space", "staff"])
def test_the_spaces_own_rooms_are_filled_by_roles_and_not_by_hand(space, kind):
    own, member = space.rooms.get(kind=kind), joined(space)
    with pytest.raises(DomainError, match="follows from the roles"):
        rooms.enter(room=own, member=member, role="assistant")
    with pytest.raises(DomainError, match="follows from the roles"):
        rooms.depart(room=own, member=member)


def test_a_camp_is_part_of_nothing_and_a_staff_room_of_something(space, camp):
    with pytest.raises(DomainError, match="Only a group or a staff room"):
        rooms.open_room(space=space, kind="camp", name="In", timezone="UTC", part_of=camp)
    with pytest.raises(DomainError, match="has its own room of this kind"):
        rooms.open_room(space=space, kind="staff", name="Staff", timezone="UTC")


def test_a_room_is_part_of_a_room_of_the_same_space_only(camp):
    other = spaces.open_space(owner=MemberFactory(), name="Other", slug="other")
    with pytest.raises(DomainError, match="of the same space"):
        rooms.open_room(space=other, kind="group", name="One", timezone="UTC", part_of=camp)


def test_all_come_in_or_nobody_does(space, camp):
    inside, outside = joined(space), MemberFactory()
    with pytest.raises(DomainError):
        rooms.enter_all(room=camp, people=[inside, outside], role="learner", by=inside)
    assert not camp.memberships.filter(member=inside).exists()
