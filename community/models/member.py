"""A person, and what she may do where."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import rules
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CharField, Exists, F, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models.ids import new_handle, new_public_id
from community.models.inbox import InboxItem
from community.models.role_grant import RoleGrant
from community.models.room import RoomMembership
from community.models.space import Membership
from community.models.written import written


@dataclass(frozen=True)
class Standing:
    """Where a member stands: her roles in spaces and rooms, by their keys, and her grants.

    Only what is in force: no left or suspended membership, no room of a space she has left.
    """

    spaces: dict[int, str] = field(default_factory=dict)
    rooms: dict[int, str] = field(default_factory=dict)
    grants: frozenset[tuple[str, int | None]] = frozenset()
    has_unread: bool = False  # something in her inbox is new

    def has_grant(self, role: str, space_id: int | None = None) -> bool:
        """True if ``role`` was granted everywhere, or for the space with that key."""
        return (role, None) in self.grants or (role, space_id) in self.grants

    def is_granted_anywhere(self, role: str) -> bool:
        return any(granted == role for granted, _space in self.grants)


class MemberQuerySet(models.QuerySet["Member"]):
    def active(self) -> "MemberQuerySet":
        return self.filter(state=Member.State.ACTIVE)

    def listed(self) -> "MemberQuerySet":
        """Those who may stand in a list: active, not hidden, grown up."""
        return self.active().filter(hidden_at=None, is_minor=False)


class MemberManager(BaseUserManager["Member"].from_queryset(MemberQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str | None = None, password: str | None = None, **fields):
        """A new member; without a password she signs in by code. The e-mail becomes lower case."""
        member = self.model(email=email.lower() if email else None, **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def create_superuser(self, email: str, password: str | None = None, **fields):
        """The first operator of an installation; ``manage.py createsuperuser`` calls this."""
        member = self.create_user(email, password, is_staff=True, **fields)
        RoleGrant.objects.create(member=member, role=RoleGrant.Role.OPERATOR)
        return member

    def get_by_natural_key(self, email: str):
        return self.get(email=email.lower())


class Member(AbstractBaseUser):
    """A person with an account, or one whom staff have entered and who has yet to claim it.

    Never deleted but blanked (``state``), because others' threads and the ledger point here; every
    key to this table is PROTECT. Permissions come from ``community.rules`` and nowhere else.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        UNCLAIMED = "unclaimed", _("Not claimed yet")
        SUSPENDED = "suspended", _("Suspended")
        BLANKED = "blanked", _("Deleted")

    class Theme(models.TextChoices):
        AUTO = "auto", _("Like the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    handle = models.CharField(
        max_length=30,
        unique=True,
        default=new_handle,
        validators=[
            RegexValidator(
                r"^[a-z][a-z0-9_]{2,29}$",
                _("Use 3 to 30 small letters, digits or underscores, and begin with a letter."),
            )
        ],
    )
    display_name = models.CharField(max_length=60, blank=True)
    email = models.EmailField(max_length=254, null=True, blank=True)
    locale = models.CharField(
        max_length=7, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    timezone = models.CharField(max_length=40, default="Asia/Shanghai")
    theme = models.CharField(max_length=5, choices=Theme.choices, default=Theme.AUTO)
    state = models.CharField(max_length=9, choices=State.choices, default=State.ACTIVE)
    is_minor = models.BooleanField(default=False)
    is_staff = models.BooleanField(default=False, editable=False)
    # She is in no list and has no page for others until she comes out again.
    hidden_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = MemberManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email"], name="member_email_is_unique"),
            models.CheckConstraint(
                condition=Q(email=None) | Q(email=Lower("email")),
                name="member_email_is_lower_case",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.handle

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Django asks this at every request: a suspended member is signed out by it at once."""
        return self.state == self.State.ACTIVE

    @cached_property
    def standing(self) -> Standing:
        """Her roles everywhere, in one query, which is made once for each instance."""
        found: dict[str, list[tuple]] = {"space": [], "room": [], "grant": [], "inbox": []}
        for kind, key, role in _standing.bare(herself=self.pk):
            found[kind].append((key, role))
        return Standing(
            spaces=dict(found["space"]),
            rooms=dict(found["room"]),
            grants=frozenset((role, key) for key, role in found["grant"]),
            has_unread=bool(found["inbox"]),
        )

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """By the predicate registered for ``perm``; what has none is the admin's own business."""
        if not self.is_active:
            return False
        if rules.perm_exists(perm):
            return rules.has_perm(perm, self, obj)
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


@written
def _standing(*, herself: Any) -> models.QuerySet[Any, tuple[str, int, str]]:
    """(kind, key, role) of all that counts for a member: every page asks it."""
    has_unread = Exists(InboxItem.objects.of(herself).unread())

    def rows(queryset: models.QuerySet, kind: str, key: str, role: Any) -> models.QuerySet:
        return queryset.order_by().values_list(Value(kind, CharField()), F(key), role)

    return rows(
        Membership.objects.active().filter(member=herself), "space", "space_id", "role"
    ).union(
        rows(RoomMembership.objects.in_force(herself), "room", "room_id", "role"),
        rows(RoleGrant.objects.filter(member=herself), "grant", "space_id", "role"),
        # Asked along with the rest, so that the dot at the bell costs no query of its own.
        rows(Member.objects.filter(has_unread, pk=herself), "inbox", "pk", Value("", CharField())),
        all=True,
    )
