"""What a member has agreed to, when, and in which words."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community import clock


class Consent(models.Model):
    """``member`` agreed to ``version`` of ``document`` as shown in ``locale``.

    A row is never changed but for its withdrawal; a new version asks for a new row.
    """

    class Document(models.TextChoices):
        RULES = "rules", _("Community rules")
        PRIVACY = "privacy", _("Privacy statement")

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consents"
    )
    document = models.CharField(max_length=20, choices=Document.choices)
    version = models.CharField(max_length=20)
    locale = models.CharField(max_length=7)
    given_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "document", "version"],
                condition=models.Q(withdrawn_at=None),
                name="consent_is_given_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.document} {self.version}"
