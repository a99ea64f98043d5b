"""A claim link makes an account that staff have entered belong to the person herself."""

from django.conf import settings
from django.db import models

from community import clock


class ClaimLink(models.Model):
    """One-time link for an unclaimed member; only the hash of its token is kept."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claim_links"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=models.Q(used_at=None, revoked_at=None),
                name="member_has_one_open_claim_link",
            )
        ]

    def __str__(self) -> str:
        return f"claim of {self.member_id}"
