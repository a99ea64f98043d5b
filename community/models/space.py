"""A space is a community that runs side by side with others; a membership is a place in it."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import clock


class SpaceQuerySet(models.QuerySet["Space"]):
    def visible_to(self, member) -> "SpaceQuerySet":
        """The spaces she is in, and public ones; costs one query beyond her standing."""
        public = models.Q(visibility=Space.Visibility.PUBLIC)
        if not member.is_authenticated:
            return self.filter(public)
        return self.filter(public | models.Q(pk__in=list(member.standing.spaces)))

    def of(self, member) -> "SpaceQuerySet":
        """The spaces she is in."""
        return self.filter(pk__in=list(member.standing.spaces))


class Space(models.Model):
    """A community (社群) with its own people, rules, clock and language."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Anyone may read its front page")
        INVITED = "invited", _("Only its members see it")

    name = models.CharField(max_length=60)
    slug = models.CharField(
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z0-9]+(-[a-z0-9]+)*$",
                _("Use small letters, digits and single hyphens."),
            )
        ],
    )
    purpose = models.CharField(max_length=200, blank=True)
    timezone = models.CharField(max_length=40, default="Asia/Shanghai")
    default_locale = models.CharField(
        max_length=7, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    visibility = models.CharField(
        max_length=7, choices=Visibility.choices, default=Visibility.INVITED
    )
    # Whether what one person has scheduled waits until a second one has read it.
    second_approval = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = SpaceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("community:space_detail", args=[self.slug])


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        return self.filter(state=Membership.State.ACTIVE)

    def beside(self, mine: "MembershipQuerySet") -> "MembershipQuerySet":
        """Who is active in the spaces of ``mine``."""
        return self.active().filter(space__in=mine.values("space"))

    def named(self, words: str) -> "MembershipQuerySet":
        """Those whose name or handle holds ``words``; all of them when there are none."""
        words = words.strip()
        if not words:
            return self
        return self.filter(
            models.Q(member__display_name__icontains=words)
            | models.Q(member__handle__icontains=words)
        )

    def staff(self) -> "MembershipQuerySet":
        return self.active().filter(role__in=Membership.STAFF_ROLES)


class Membership(models.Model):
    """A member's place in a space; it stays as a row when she leaves or is suspended."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        MANAGER = "manager", _("Manager")
        ASSISTANT = "assistant", _("Assistant")
        ATMOSPHERE = "atmosphere", _("Atmosphere team")
        MEMBER = "member", _("Member")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        LEFT = "left", _("Left")

    STAFF_ROLES = (Role.OWNER, Role.MANAGER, Role.ASSISTANT, Role.ATMOSPHERE)

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="memberships")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    state = models.CharField(max_length=9, choices=State.choices, default=State.ACTIVE)
    joined_at = models.DateTimeField(default=clock.now, editable=False)
    left_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "member"], name="member_is_in_a_space_once"),
            models.CheckConstraint(
                condition=models.Q(state="left", left_at__isnull=False)
                | (~models.Q(state="left") & models.Q(left_at=None)),
                name="membership_that_ended_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["space", "state", "joined_at", "id"], name="membership_roster"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.space_id}: {self.role}"
