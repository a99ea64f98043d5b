"""An invitation into a camp: a link that lets somebody learn in it, without being asked each."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cohorts.models.camp import Camp
from community import clock
from community.models.ids import new_invitation_code, new_public_id


class CampInvitationQuerySet(models.QuerySet["CampInvitation"]):
    def usable(self) -> "CampInvitationQuerySet":
        """Not ended, not over, with a use left."""
        return self.filter(revoked_at=None, expires_at__gt=clock.now(), uses__lt=F("max_uses"))


class CampInvitation(models.Model):
    """Whoever knows ``code`` may join ``camp`` and, with it, its space; ``max_uses`` people in all.
    The places of the camp are counted besides."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    camp = models.ForeignKey(Camp, on_delete=models.PROTECT, related_name="invitations")
    code = models.CharField(max_length=12, unique=True, default=new_invitation_code, editable=False)
    note = models.CharField(max_length=60, blank=True)
    max_uses = models.PositiveIntegerField(default=60)
    uses = models.PositiveIntegerField(default=0, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = CampInvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(uses__lte=F("max_uses")),
                name="camp_invitation_is_not_used_too_often",
            ),
            models.CheckConstraint(
                condition=Q(max_uses__gte=1, max_uses__lte=10_000),
                name="camp_invitation_is_for_somebody",
                violation_error_message=_("An invitation is for 1 to 10,000 people."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.camp_id}: {self.uses} / {self.max_uses}"

    def get_absolute_url(self) -> str:
        """The link to hand out. Needs the camp with its space."""
        return reverse("cohorts:camp_join", args=[self.camp.space.slug, self.camp.slug, self.code])

    @property
    def is_usable(self) -> bool:
        return (
            self.revoked_at is None and self.expires_at > clock.now() and self.uses < self.max_uses
        )
