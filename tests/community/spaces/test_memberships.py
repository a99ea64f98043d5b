"""Who is in a space: coming, leaving, roles, suspension."""

import functools

import pytest
from django.db import IntegrityError, transaction

from community.errors import DomainError
from community.models import Invitation, Member, Membership, RoleGrant, Room, RoomMembership, Space
from community.services import rooms, spaces
from tests.factories import InvitationFactory, MemberFactory

pytestmark = pytest.mark.django_db
Role, State = Membership.Role, Membership.State


@pytest.fixture
def owner():
    return MemberFactory(display_name="Lao Zhou")


@pytest.fixture
def space(owner):
    return spaces.open_space(owner=owner, name="Letters", slug="letters")


def joined(space, role=Role.MEMBER, **fields):
    member = MemberFactory(**fields)
    spaces.join(space=space, member=member, role=role)
    return member


def place(space, member):
    return Membership.objects.get(space=space, member=member)


def in_rooms(space, member):
    """What she is in which of the space's rooms, by kind."""
    places = RoomMembership.objects.active().filter(room__space=space, member=member)
    return {row.room.kind: row.role for row in places.select_related("room")}


def test_opening_a_space_makes_its_two_rooms_and_its_owner(space, owner):
    assert {room.kind for room in space.rooms.all()} == {"space", "staff"}
    assert place(space, owner).role == Role.OWNER
    assert in_rooms(space, owner) == {"space": "lead", "staff": "lead"}


def test_an_address_that_is_taken_is_refused_at_its_field(space, owner):
    with pytest.raises(DomainError, match="has this address already") as refusal:
        spaces.open_space(owner=owner, name="Other", slug="letters")
    assert refusal.value.field == "slug"
    assert Space.objects.count() == 1


def test_joining_puts_into_the_room_of_all_and_twice_is_fine(space):
    member = MemberFactory()
    assert spaces.join(space=space, member=member) is True
    assert spaces.join(space=space, member=member, role=Role.OWNER) is False
    assert place(space, member).role == Role.MEMBER
    assert in_rooms(space, member) == {"space": "learner"}


def test_who_comes_back_has_left_the_old_role_behind(space, owner):
    member = joined(space, Role.ASSISTANT)
    spaces.leave(space=space, member=member)
    assert spaces.join(space=space, member=member) is True
    assert place(space, member).role == Role.MEMBER
    assert in_rooms(space, member) == {"space": "learner"}


def test_the_last_owner_cannot_leave_and_another_one_can(space, owner):
    with pytest.raises(DomainError, match="needs an owner"):
        spaces.leave(space=space, member=owner)
    second = joined(space)
    spaces.change_role(space=space, member=second, role=Role.OWNER, by=owner)
    spaces.leave(space=space, member=owner)
    assert place(space, owner).state == State.LEFT
    assert in_rooms(space, owner) == {}
    with pytest.raises(DomainError, match="needs an owner"):
        spaces.leave(space=space, member=second)


def test_leaving_ends_rooms_and_grants_of_that_space_only(space, owner):
    member = joined(space)
    camp = rooms.open_room(space=space, kind="camp", name="Camp", timezone="UTC", lead=member)
    elsewhere = spaces.open_space(owner=member, name="Other", slug="other")
    RoleGrant.objects.create(member=member, role="coordinator", space=space)
    kept = RoleGrant.objects.create(member=member, role="host")

    spaces.leave(space=space, member=member)

    assert not camp.memberships.active().exists()
    assert in_rooms(elsewhere, member) == {"space": "lead", "staff": "lead"}
    assert list(member.role_grants.all()) == [kept]


def test_a_suspended_member_is_out_of_everything_and_her_invitations_end(space, owner):
    manager = joined(space, Role.MANAGER)
    mine = InvitationFactory(space=space, created_by=manager)
    others = InvitationFactory(space=space, created_by=owner)

    spaces.suspend(space=space, member=manager, by=owner, reason="Sold things.")

    assert place(space, manager).state == State.SUSPENDED
    assert in_rooms(space, manager) == {}
    assert Member.objects.get(pk=manager.pk).standing.spaces == {}
    assert list(Invitation.objects.usable()) == [others]
    assert Invitation.objects.get(pk=mine.pk).revoked_at is not None


def test_nobody_lifts_a_suspension_by_leaving_and_joining_again(space, owner):
    member = joined(space)
    spaces.suspend(space=space, member=member, by=owner)
    with pytest.raises(DomainError, match="is suspended"):
        spaces.leave(space=space, member=member)
    with pytest.raises(DomainError, match="cannot join Letters now"):
        spaces.join(space=space, member=member)
    assert place(space, member).state == State.SUSPENDED


def test_reinstating_gives_back_membership_but_no_role(space, owner):
    assistant = joined(space, Role.ASSISTANT)
    spaces.suspend(space=space, member=assistant, by=owner)
    spaces.reinstate(space=space, member=assistant, by=owner)
    assert place(space, assistant).role == Role.MEMBER
    assert in_rooms(space, assistant) == {"space": "learner"}
    with pytest.raises(DomainError, match="is not suspended"):
        spaces.reinstate(space=space, member=assistant, by=owner)


def test_the_staff_room_follows_the_role(space, owner):
    member = joined(space)
    spaces.change_role(space=space, member=member, role=Role.ATMOSPHERE, by=owner)
    assert in_rooms(space, member) == {"space": "atmosphere", "staff": "atmosphere"}
    spaces.change_role(space=space, member=member, role=Role.MEMBER, by=owner)
    assert in_rooms(space, member) == {"space": "learner"}


@pytest.mark.parametrize(
    "by, of, role",
    [
        (Role.MANAGER, Role.OWNER, Role.MEMBER),
        (Role.MANAGER, Role.MEMBER, Role.OWNER),
        (Role.ASSISTANT, Role.MEMBER, Role.ASSISTANT),
        (Role.MEMBER, Role.MEMBER, Role.MANAGER),
    ],
)
def test_a_role_beyond_ones_own_reach_is_refused(space, by, of, role):
    actor, target = joined(space, by), joined(space, of)
    with pytest.raises(DomainError, match="You may not do this"):
        spaces.change_role(space=space, member=target, role=role, by=actor)
    assert place(space, target).role == of


@pytest.mark.parametrize(
    "change", [spaces.suspend, functools.partial(spaces.change_role, role=Role.MEMBER)]
)
def test_nobody_manages_her_own_place(space, owner, change):
    joined(space, Role.OWNER)  # so that it is not about the last owner
    with pytest.raises(DomainError, match="Nobody manages their own place"):
        change(space=space, member=owner, by=owner)
    assert (place(space, owner).role, place(space, owner).state) == (Role.OWNER, State.ACTIVE)


def test_a_manager_may_not_suspend_an_owner_but_an_owner_may(space, owner):
    manager, second = joined(space, Role.MANAGER), joined(space, Role.OWNER)
    with pytest.raises(DomainError, match="You may not do this"):
        spaces.suspend(space=space, member=second, by=manager)
    spaces.suspend(space=space, member=second, by=owner)
    assert place(space, second).state == State.SUSPENDED


def test_who_was_demoted_a_moment_ago_can_no_longer_suspend(space, owner):
    """The page had been opened while she was a manager: the right is read again under the lock."""
    manager, target = joined(space, Role.MANAGER), joined(space)
    assert manager.standing.spaces[space.pk] == Role.MANAGER  # as the page saw it
    spaces.change_role(space=space, member=manager, role=Role.MEMBER, by=owner)
    with pytest.raises(DomainError, match="has just changed"):
        spaces.suspend(space=space, member=target, by=manager)


def test_changed_settings_reach_the_spaces_own_rooms(space, owner):
    camp = rooms.open_room(space=space, kind="camp", name="Camp", timezone="Asia/Shanghai")
    spaces.change_settings(space=space, by=owner, name="Long letters", timezone="Asia/Tokyo")
    own = {room.kind: (room.name, room.timezone) for room in space.rooms.filter(part_of=None)}
    assert own["space"] == ("Long letters", "Asia/Tokyo")
    assert own["staff"][1] == "Asia/Tokyo"
    assert own["camp"] == (camp.name, "Asia/Shanghai")


def test_the_database_refuses_a_second_room_of_all_and_a_second_staff_room(space):
    for kind in ("space", "staff"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Room.objects.create(space=space, kind=kind, name="Another")
    assert space.rooms.count() == 2
