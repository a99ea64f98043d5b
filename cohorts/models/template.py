"""What a camp is made from: a template, its versions, and the steps and scripts of each."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cohorts.models.calendar import DueRule, Span
from community import clock
from community.models import RoomMembership
from community.models.ids import new_public_id


class Phase(models.TextChoices):
    PREPARATION = "preparation", _("Preparation")
    COURSE = "course", _("Course")
    CLOSING = "closing", _("Closing")


class StepRole(models.TextChoices):
    """Who does a step; the same names as the roles in a camp's room."""

    LEAD = RoomMembership.Role.LEAD.value, RoomMembership.Role.LEAD.label
    ASSISTANT = RoomMembership.Role.ASSISTANT.value, RoomMembership.Role.ASSISTANT.label
    ATMOSPHERE = RoomMembership.Role.ATMOSPHERE.value, RoomMembership.Role.ATMOSPHERE.label
    PRESENTER = RoomMembership.Role.PRESENTER.value, RoomMembership.Role.PRESENTER.label


class EvidenceKind(models.TextChoices):
    NONE = "none", _("Nothing: one tap")
    TEXT = "text", _("A few words")
    LINK = "link", _("A link")
    PHOTO = "photo", _("A screenshot")
    NUMBER = "number", _("A number")


class Moment(models.TextChoices):
    JOIN = "join", _("Somebody joins")
    WARM_UP = "warm-up", _("Warming up")
    COLD = "cold", _("It is quiet")
    OFF_TOPIC = "off-topic", _("Off topic")
    PRAISE = "praise", _("Praise")
    CLOSING = "closing", _("Closing")


class CampTemplateQuerySet(models.QuerySet["CampTemplate"]):
    def visible_to(self, member) -> "CampTemplateQuerySet":
        """Those that come with the house, those of the spaces that she helps to run, and those
        that a camp of hers was made from. Costs nothing beyond her standing."""
        standing = member.standing
        staffed = [key for key, role in standing.spaces.items() if role != "member"]
        rooms = [key for key, role in standing.rooms.items() if role != "learner"]
        hers = TemplateVersion.objects.filter(template=models.OuterRef("pk"), runs__room__in=rooms)
        return self.filter(Q(space=None) | Q(space__in=staffed) | models.Exists(hers))


class CampTemplate(models.Model):
    """A plan for camps (模板) in one language; ``space`` is None for those that come with the
    house. What is in it stands in its versions."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    space = models.ForeignKey(
        "community.Space", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    key = models.CharField(max_length=40)
    language = models.CharField(max_length=7, choices=settings.LANGUAGES)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = CampTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["key", "language", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "key", "language"],
                name="template_of_a_space_is_named_once",
                violation_error_message=_("The space has a template of this name already."),
            ),
            models.UniqueConstraint(
                fields=["key", "language"],
                condition=Q(space=None),
                name="template_of_the_house_is_named_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.language})"


class TemplateVersionQuerySet(models.QuerySet["TemplateVersion"]):
    def visible_to(self, member) -> "TemplateVersionQuerySet":
        return self.filter(template__in=CampTemplate.objects.visible_to(member))

    def newest(self) -> "TemplateVersionQuerySet":
        """One for each template: the last that was published."""
        later = TemplateVersion.objects.filter(
            template=models.OuterRef("template"), number__gt=models.OuterRef("number")
        )
        return self.filter(~models.Exists(later))


class TemplateVersion(models.Model):
    """One published state of a template. It never changes: a camp that was made from it can be
    explained by it for ever, and an update is a comparison of two of them.

    ``content`` holds what is read as a whole: phases, lessons, drafts of announcements, games, run
    sheets, awards. Steps and scripts have rows of their own, because tasks point at them.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    template = models.ForeignKey(CampTemplate, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=80)
    summary = models.TextField(blank=True)
    days = models.PositiveSmallIntegerField()
    preparation_days = models.PositiveSmallIntegerField(default=0)
    closing_days = models.PositiveSmallIntegerField(default=0)
    content = models.JSONField(default=dict, blank=True)
    sha256 = models.CharField(max_length=64)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    published_at = models.DateTimeField(default=clock.now)

    objects = TemplateVersionQuerySet.as_manager()

    class Meta:
        ordering = ["template", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "number"], name="template_version_is_numbered_once"
            ),
            models.CheckConstraint(condition=Q(days__gte=1), name="template_has_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("cohorts:template", args=[self.public_id])

    @property
    def span(self) -> Span:
        return Span(self.preparation_days, self.days, self.closing_days)


class SopStep(models.Model):
    """One step (步骤) of a version: who does what, when, and how one knows that it is done."""

    version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, related_name="steps")
    key = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    phase = models.CharField(max_length=11, choices=Phase.choices)
    role = models.CharField(max_length=10, choices=StepRole.choices)
    # The due rule: once at ``anchor`` (every = 0), or from ``anchor`` to ``until``.
    anchor = models.CharField(max_length=12)
    time = models.TimeField()
    every = models.PositiveSmallIntegerField(default=0)
    until = models.CharField(max_length=12, blank=True)
    minutes = models.PositiveSmallIntegerField(default=5)
    how_to = models.TextField(blank=True)
    cautions = models.TextField(blank=True)
    requirement = models.TextField(blank=True)
    done_when = models.TextField(blank=True)
    resources = models.JSONField(
        default=list, blank=True
    )  # [{"label", "url"} or {"label", "page"}]
    scripts = models.JSONField(default=list, blank=True)  # keys of scripts of the version
    needs = models.JSONField(default=list, blank=True)  # keys of steps that come first
    evidence = models.CharField(
        max_length=6, choices=EvidenceKind.choices, default=EvidenceKind.NONE
    )
    per_chat_group = models.BooleanField(default=False)
    # What the step watches (see cohorts.registry.facts): {"fact", "percent" | "at_least", "gate"}.
    watch = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="step_key_is_used_once")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def due(self) -> DueRule:
        return DueRule(self.anchor, self.time, self.every, self.until)

    @property
    def fact(self) -> str:
        """The name of the fact it watches, or ""."""
        return self.watch.get("fact", "")

    @property
    def is_gate(self) -> bool:
        """A gate is closed by a person, and only when the fact holds or a reason is given; what is
        bound and no gate closes itself."""
        return bool(self.watch.get("gate"))

    def lines(self, field: str) -> list[str]:
        """The lines of ``how_to`` and the like, without empty ones."""
        return [line.strip() for line in getattr(self, field).splitlines() if line.strip()]


class Script(models.Model):
    """Words for a moment (话术), to be copied by one tap. ＿＿ is left for the assistant to fill."""

    version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, related_name="scripts")
    key = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    moment = models.CharField(max_length=9, choices=Moment.choices)
    title = models.CharField(max_length=60)
    text = models.TextField()

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="script_key_is_used_once")
        ]

    def __str__(self) -> str:
        return self.title


class RoleWord(models.Model):
    """What a space's own lists call a role (主理人 → lead): asked once, then remembered.

    ``role`` is empty for a word whose rows are left out.
    """

    space = models.ForeignKey("community.Space", on_delete=models.PROTECT, related_name="+")
    word = models.CharField(max_length=40)
    role = models.CharField(max_length=10, choices=StepRole.choices, blank=True)
    said_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    said_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["word"]
        constraints = [
            models.UniqueConstraint(fields=["space", "word"], name="role_word_means_one_role")
        ]

    def __str__(self) -> str:
        return f"{self.word} → {self.role or '—'}"
