"""Addresses that mail no longer goes to, and what their providers reported."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models.ids import new_public_id


class StoppedAddress(models.Model):
    """An address we no longer write to, until somebody lifts it.

    Known by ``address_index``, a keyed fingerprint: the list can be asked for an address and cannot
    be read back. ``masked`` is what a person at the desk recognises it by.
    """

    class Why(models.TextChoices):
        BOUNCED = "bounced", _("Mail comes back: there is no such mailbox.")
        BOUNCES = "bounces", _("Mail came back three times in two weeks.")
        COMPLAINED = "complained", _("Our mail was marked as spam there.")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    address_index = models.CharField(max_length=64)
    masked = models.CharField(max_length=80)
    why = models.CharField(max_length=10, choices=Why.choices)
    said = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField(default=clock.now)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["address_index"],
                condition=Q(lifted_at=None),
                name="address_is_stopped_once",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="address_is_lifted_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(lifted_at=None), name="address_stopped")
        ]

    def __str__(self) -> str:
        return f"{self.masked}: {self.why}"


class MailReport(models.Model):
    """One report of a mail provider. ``report_id`` is its own id for it: the database takes each
    once, so a report that is sent again, or replayed, does nothing."""

    class Kind(models.TextChoices):
        HARD = "hard", _("Comes back for good")
        SOFT = "soft", _("Comes back for now")
        COMPLAINT = "complaint", _("Marked as spam")

    report_id = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    address_index = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["address_index", "at"], name="mail_reports_of_address")]

    def __str__(self) -> str:
        return f"{self.kind} {self.report_id}"
