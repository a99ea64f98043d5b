"""An invitation is a code that lets a number of people in until a moment."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models.ids import new_invitation_code, new_public_id


class InvitationLinkQuerySet(models.QuerySet):
    def usable(self) -> Self:
        """Not revoked, not over, with a use left; ``claim_use`` asks the same once more."""
        return self.filter(revoked_at=None, expires_at__gt=clock.now(), uses__lt=F("max_uses"))


class InvitationLink(models.Model):
    """Whoever knows ``code`` may come in, ``max_uses`` people in all. Into what, the model says
    that is made from this one."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    code = models.CharField(max_length=12, unique=True, default=new_invitation_code, editable=False)
    note = models.CharField(max_length=60, blank=True)
    max_uses = models.PositiveIntegerField(default=1)
    uses = models.PositiveIntegerField(default=0, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = InvitationLinkQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(uses__lte=F("max_uses")), name="%(class)s_is_not_used_too_often"
            ),
            models.CheckConstraint(
                condition=Q(max_uses__gte=1, max_uses__lte=10_000),
                name="%(class)s_is_for_somebody",
                violation_error_message=_("An invitation is for 1 to 10,000 people."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.uses} / {self.max_uses}"

    @property
    def is_usable(self) -> bool:
        return (
            self.revoked_at is None and self.expires_at > clock.now() and self.uses < self.max_uses
        )


class Invitation(InvitationLink):
    """Into ``space``."""

    space = models.ForeignKey(
        "community.Space", on_delete=models.PROTECT, related_name="invitations"
    )

    class Meta(InvitationLink.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.space_id}: {self.uses} / {self.max_uses}"

    def get_absolute_url(self) -> str:
        """The link to hand out."""
        return reverse("community:invitation", args=[self.code])
