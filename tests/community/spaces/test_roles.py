"""Roles beyond rooms: granted and revoked by operators."""

import pytest
from django.db import IntegrityError, transaction

from community.errors import DomainError
from community.models import Member, RoleGrant
from community.services import roles
from tests.factories import MemberFactory, SpaceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    member = MemberFactory()
    roles.grant(member=member, role="operator", by=None)
    return member


def test_granting_twice_is_one_grant(operator):
    member = MemberFactory()
    first = roles.grant(member=member, role="host", by=operator)
    assert roles.grant(member=member, role="host", by=operator) == first
    assert RoleGrant.objects.filter(member=member).count() == 1


def test_a_role_everywhere_and_one_in_a_space_are_two(operator):
    member, space = MemberFactory(), SpaceFactory()
    roles.grant(member=member, role="coordinator", by=operator, space=space)
    roles.grant(member=member, role="coordinator", by=operator)
    assert member.standing.grants == {("coordinator", space.pk), ("coordinator", None)}


def test_a_grant_in_one_space_is_none_in_another(operator):
    member, here, there = MemberFactory(), SpaceFactory(), SpaceFactory()
    roles.grant(member=member, role="coordinator", by=operator, space=here)
    assert member.standing.has_grant("coordinator", here.pk)
    assert not member.standing.has_grant("coordinator", there.pk)
    assert not member.standing.has_grant("coordinator")


def test_an_operator_of_one_space_is_not_possible(operator):
    member, space = MemberFactory(), SpaceFactory()
    with pytest.raises(DomainError, match="works for all spaces"):
        roles.grant(member=member, role="operator", by=operator, space=space)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(member=member, role="operator", space=space)
    assert not member.has_perm("community.operate")


def test_an_operator_reaches_the_admin_until_revoked(operator):
    member = MemberFactory()
    held = roles.grant(member=member, role="operator", by=operator)
    assert Member.objects.get(pk=member.pk).is_staff
    roles.revoke(held=held, by=operator)
    after = Member.objects.get(pk=member.pk)
    assert not after.is_staff
    assert not after.has_perm("community.operate")


def test_the_last_operator_stays(operator):
    held = RoleGrant.objects.get(member=operator)
    with pytest.raises(DomainError, match="needs an operator"):
        roles.revoke(held=held, by=operator)
    assert operator.has_perm("community.operate")


@pytest.mark.parametrize("state", ["suspended", "blanked"])
def test_who_has_no_active_account_gets_no_role(operator, state):
    with pytest.raises(DomainError, match="can hold no role"):
        roles.grant(member=MemberFactory(state=state), role="partner", by=operator)
