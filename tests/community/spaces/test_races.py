"""What must hold when several people press at once; each with a control in which it does not.

The controls take the lock or the compare-and-swap away and widen the gap between looking and
writing: if the fault does not happen then, the test above it proves nothing.
"""

import time
from functools import partial

import pytest

from community.models import Invitation, Membership, RoleGrant
from community.services import invitations, roles, spaces
from tests.factories import InvitationFactory, MemberFactory
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)
Role, State = Membership.Role, Membership.State
ROUNDS = 3  # each is a space of its own
GAP = 0.2


def space_with_two_owners(number=0):
    first, second = MemberFactory(), MemberFactory()
    space = spaces.open_space(owner=first, name="Letters", slug=f"letters-{number}")
    spaces.join(space=space, member=second)
    spaces.change_role(space=space, member=second, role=Role.OWNER, by=first)
    return space, first, second


def owners(space):
    return Membership.objects.active().filter(space=space, role=Role.OWNER).count()


def test_the_last_two_owners_cannot_both_leave_at_once():
    for number in range(ROUNDS):
        space, *two = space_with_two_owners(number)
        said = race(*(partial(spaces.leave, space=space, member=m) for m in two))
        assert said.count("done") == 1
        assert [text for text in said if "needs an owner" in text]
        assert owners(space) == 1


def test_control_without_lock_and_transaction_both_owners_leave(monkeypatch):
    space, *two = space_with_two_owners()
    check = spaces._refuse_to_lose_the_last_owner
    monkeypatch.setattr(spaces, "_lock", lambda space: None)
    monkeypatch.setattr(
        spaces,
        "_refuse_to_lose_the_last_owner",
        lambda membership: (check(membership), time.sleep(GAP)),
    )
    leave = spaces.leave.__wrapped__  # the same words, outside a transaction
    race(*(partial(leave, space=space, member=m) for m in two))
    assert owners(space) == 0


def test_two_managers_who_suspend_each_other_are_not_both_gone():
    for number in range(ROUNDS):
        space, owner, _second = space_with_two_owners(number)
        one, other = MemberFactory(), MemberFactory()
        for manager in (one, other):
            spaces.join(space=space, member=manager)
            spaces.change_role(space=space, member=manager, role=Role.MANAGER, by=owner)
        said = race(
            partial(spaces.suspend, space=space, member=one, by=other),
            partial(spaces.suspend, space=space, member=other, by=one),
        )
        assert said.count("done") == 1
        managers = Membership.objects.active().filter(space=space, role=Role.MANAGER)
        assert managers.count() == 1


def test_the_last_places_of_an_invitation_go_to_as_many_as_there_are():
    space, owner, _second = space_with_two_owners()
    invitation = InvitationFactory(space=space, created_by=owner, max_uses=3)
    eight = [MemberFactory() for _ in range(8)]

    said = race(*(partial(invitations.accept, code=invitation.code, member=m) for m in eight))

    assert said.count("done") == 3
    assert Invitation.objects.get(pk=invitation.pk).uses == 3
    assert Membership.objects.active().filter(space=space, member__in=eight).count() == 3


def test_one_person_with_eight_open_pages_uses_one_place():
    space, owner, _second = space_with_two_owners()
    invitation = InvitationFactory(space=space, created_by=owner, max_uses=5)
    member = MemberFactory()
    accept = [partial(invitations.accept, code=invitation.code, member=member)] * 8

    assert race(*accept) == ["done"] * 8

    assert Invitation.objects.get(pk=invitation.pk).uses == 1
    assert Membership.objects.filter(space=space, member=member).count() == 1


def test_control_looking_first_and_counting_later_lets_too_many_in():
    space, owner, _second = space_with_two_owners()
    invitation = InvitationFactory(space=space, created_by=owner, max_uses=3)
    eight = [MemberFactory() for _ in range(8)]

    def naive(member):
        found = Invitation.objects.get(code=invitation.code)
        assert found.uses < found.max_uses
        time.sleep(GAP)
        spaces.join(space=space, member=member)
        found.uses += 1
        found.save(update_fields=["uses"])

    race(*(partial(naive, m) for m in eight))
    assert Membership.objects.active().filter(space=space, member__in=eight).count() > 3


def test_the_last_two_operators_cannot_both_be_revoked_at_once():
    one, other = MemberFactory(), MemberFactory()
    grants = [roles.grant(member=member, role="operator", by=None) for member in (one, other)]
    said = race(
        partial(roles.revoke, held=grants[0], by=other),
        partial(roles.revoke, held=grants[1], by=one),
    )
    assert said.count("done") == 1
    assert RoleGrant.objects.filter(role="operator").count() == 1
