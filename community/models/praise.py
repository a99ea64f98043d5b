"""What others say about an introduction: praise of one concrete thing, and "I know who this is"."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models.ids import new_public_id
from community.models.introduction import Introduction

LONGEST_PRAISE = 300
LONGEST_HOW = 100


class Praise(models.Model):
    """``by`` answers one concrete thing in an introduction. ``part`` is what it is about."""

    class Part(models.TextChoices):
        LINE = "line", _("The sentence")
        PROUD = "proud", _("What they are proud of")
        REASONS = "reasons", _("Why they are here")
        OFFERS = "offers", _("What they can give")
        NEEDS = "needs", _("What they look for")
        OTHER = "other", _("Something else")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    introduction = models.ForeignKey(Introduction, on_delete=models.PROTECT, related_name="praise")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="praise_given"
    )
    part = models.CharField(max_length=7, choices=Part.choices, default=Part.OTHER)
    text = models.CharField(max_length=LONGEST_PRAISE)
    given_at = models.DateTimeField(default=clock.now)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["given_at", "pk"]
        indexes = [
            models.Index(
                fields=["introduction", "given_at"],
                condition=Q(taken_back_at=None),
                name="praise_of_introduction",
            )
        ]

    def __str__(self) -> str:
        return f"{self.by_id} on {self.introduction_id}: {self.part}"


class Recognition(models.Model):
    """``by`` says with her name that she knows who this is. It opens as much as a complete text,
    for those who do not write well."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="recognitions"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="recognitions_given"
    )
    how = models.CharField(max_length=LONGEST_HOW, blank=True)
    given_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "by"], name="member_is_recognised_once_by_each"
            ),
            models.CheckConstraint(
                condition=~Q(member=F("by")),
                name="nobody_recognises_herself",
                violation_error_message=_("Somebody else has to say that they know you."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} knows {self.member_id}"
