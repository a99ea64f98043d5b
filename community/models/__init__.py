"""What is stored, by noun, and what is always true of it."""

from community.models.claim import ClaimLink
from community.models.consent import Consent
from community.models.invitation import Invitation
from community.models.member import Member, Standing
from community.models.role_grant import RoleGrant
from community.models.room import Room, RoomMembership
from community.models.sign_in import SignInCode
from community.models.space import Membership, Space

__all__ = [
    "ClaimLink",
    "Consent",
    "Invitation",
    "Member",
    "Membership",
    "RoleGrant",
    "Room",
    "RoomMembership",
    "SignInCode",
    "Space",
    "Standing",
]
