"""What is stored, by noun, and what is always true of it."""

from community.models.announcement import Announcement, ChatGroup, Posting
from community.models.announcement_marks import AnnouncementProof, AnnouncementReceipt
from community.models.article import Article, ArticleVersion
from community.models.audience import Audience
from community.models.audit import AuditEvent
from community.models.block import Block
from community.models.claim import ClaimLink
from community.models.consent import Consent
from community.models.contact import MemberPhone
from community.models.digest import Digest
from community.models.field_key_proof import FieldKeyProof
from community.models.flag import Flag, WatchWord
from community.models.form_token import FormToken
from community.models.greeting import Greeting
from community.models.help_request import HelpRequest
from community.models.highlight import Highlight
from community.models.inbox import InboxItem
from community.models.introduction import (
    ContactPreference,
    Introduction,
    IntroductionTag,
    IntroductionVersion,
)
from community.models.invitation import Invitation
from community.models.look import Look
from community.models.mail_account import MailAccount, MailCount
from community.models.member import Member, Standing
from community.models.notification import NotificationSettings, QuietDays
from community.models.outbox import OutboxMessage
from community.models.praise import Praise, Recognition
from community.models.preference import Preference
from community.models.robot import Robot
from community.models.role_grant import RoleGrant
from community.models.room import Room, RoomMembership
from community.models.roster_import import RosterFile, RosterImport, RosterRow
from community.models.run import Run
from community.models.sign_in import SignInCode
from community.models.space import Membership, Space
from community.models.stopped_address import MailReport, StoppedAddress
from community.models.switch import Switch
from community.models.tag import Tag
from community.models.upload import Upload

__all__ = [
    "Announcement",
    "AnnouncementProof",
    "AnnouncementReceipt",
    "Article",
    "ArticleVersion",
    "Audience",
    "AuditEvent",
    "Block",
    "ChatGroup",
    "ClaimLink",
    "Consent",
    "ContactPreference",
    "Digest",
    "FieldKeyProof",
    "Flag",
    "FormToken",
    "Greeting",
    "HelpRequest",
    "Highlight",
    "InboxItem",
    "Introduction",
    "IntroductionTag",
    "IntroductionVersion",
    "Invitation",
    "Look",
    "MailAccount",
    "MailCount",
    "MailReport",
    "Member",
    "MemberPhone",
    "Membership",
    "NotificationSettings",
    "OutboxMessage",
    "Posting",
    "Praise",
    "Preference",
    "QuietDays",
    "Recognition",
    "Robot",
    "RoleGrant",
    "Room",
    "RoomMembership",
    "RosterFile",
    "RosterImport",
    "RosterRow",
    "Run",
    "SignInCode",
    "Space",
    "Standing",
    "StoppedAddress",
    "Switch",
    "Tag",
    "Upload",
    "WatchWord",
]
