"""Making an invitation, taking it up, and what makes it useless."""

import datetime as dt

import pytest

from community import clock
from community.errors import DomainError
from community.models import Invitation, Membership
from community.services import invitations, spaces
from tests.factories import InvitationFactory, MemberFactory

pytestmark = pytest.mark.django_db
USELESS = "can no longer be used"


@pytest.fixture
def space():
    return spaces.open_space(owner=MemberFactory(), name="Letters", slug="letters")


def uses(invitation):
    return Invitation.objects.get(pk=invitation.pk).uses


def test_accepting_lets_in_and_counts_one_use(space):
    invitation, member = InvitationFactory(space=space, max_uses=2), MemberFactory()
    assert invitations.accept(code=invitation.code, member=member) == space
    assert invitations.accept(code=invitation.code, member=member) == space  # pressed twice
    assert Membership.objects.active().filter(space=space, member=member).exists()
    assert uses(invitation) == 1


def test_who_is_in_already_uses_nothing_up(space):
    owner = Membership.objects.get(space=space).member
    invitation = InvitationFactory(space=space)
    invitations.accept(code=invitation.code, member=owner)
    assert uses(invitation) == 0
    assert Membership.objects.get(space=space, member=owner).role == "owner"


@pytest.mark.parametrize(
    "spoilt",
    [
        {"expires_at": clock.now() - dt.timedelta(seconds=1)},
        {"revoked_at": clock.now()},
        {"uses": 1, "max_uses": 1},
    ],
    ids=["over", "revoked", "used up"],
)
def test_a_spoilt_invitation_says_the_same_as_an_unknown_code(space, spoilt):
    invitation, member = InvitationFactory(space=space, **spoilt), MemberFactory()
    said = []
    for code in (invitation.code, "zzzzzzzzzzzz"):
        for ask in (invitations.find, lambda code: invitations.accept(code=code, member=member)):
            with pytest.raises(DomainError, match=USELESS) as refusal:
                ask(code=code)
            said.append(str(refusal.value))
    assert len(set(said)) == 1
    assert not Membership.objects.filter(member=member).exists()


def test_a_suspended_member_gets_in_by_no_invitation_and_uses_none_up(space):
    owner, member = Membership.objects.get(space=space).member, MemberFactory()
    spaces.join(space=space, member=member)
    spaces.suspend(space=space, member=member, by=owner)
    invitation = InvitationFactory(space=space)
    with pytest.raises(DomainError, match="cannot join Letters now"):
        invitations.accept(code=invitation.code, member=member)
    assert uses(invitation) == 0


def test_revoking_twice_is_one_revocation(space):
    owner = Membership.objects.get(space=space).member
    invitation = invitations.invite(space=space, by=owner, max_uses=5, days=7, note="Slip")
    assert invitations.revoke(invitation=invitation, by=owner) is True
    assert invitations.revoke(invitation=invitation, by=owner) is False
    assert not Invitation.objects.usable().exists()
