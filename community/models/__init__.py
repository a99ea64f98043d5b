"""What is stored, by noun, and what is always true of it."""

from community.models.claim import ClaimLink
from community.models.consent import Consent
from community.models.inbox import InboxItem
from community.models.invitation import Invitation
from community.models.look import Look
from community.models.member import Member, Standing
from community.models.outbox import OutboxMessage
from community.models.role_grant import RoleGrant
from community.models.room import Room, RoomMembership
from community.models.run import Run
from community.models.sign_in import SignInCode
from community.models.space import Membership, Space
from community.models.switch import Switch

__all__ = [
    "ClaimLink",
    "Consent",
    "InboxItem",
    "Invitation",
    "Look",
    "Member",
    "Membership",
    "OutboxMessage",
    "RoleGrant",
    "Room",
    "RoomMembership",
    "Run",
    "SignInCode",
    "Space",
    "Standing",
    "Switch",
]
