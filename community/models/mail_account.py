"""The accounts that mail leaves by: how they stand, and how much went through them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock


class MailAccount(models.Model):
    """What is known of the sender account ``address`` of the settings. A row is there once it has
    failed; ``fault`` is empty while it works."""

    class Fault(models.TextChoices):
        PASSWORD = "password", _("Wrong password")
        NO_TLS = "no_tls", _("No encryption")
        CERTIFICATE = "certificate", _("Certificate not trusted")
        UNKNOWN_HOST = "unknown_host", _("Unknown server")
        UNREACHABLE = "unreachable", _("Cannot be reached")
        SILENT = "silent", _("Does not answer")
        BROKEN_OFF = "broken_off", _("Breaks off")
        NOT_ITS_OWN = "not_its_own", _("Not its own address")
        CLOSING = "closing", _("Closes the door for now")
        OTHER = "other", _("Something else")

    address = models.CharField(max_length=254, unique=True)
    fault = models.CharField(max_length=12, choices=Fault.choices, blank=True)
    said = models.CharField(max_length=500, blank=True)
    faulty_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(fault="", faulty_since=None, retry_at=None)
                | (~Q(fault="") & Q(faulty_since__isnull=False, retry_at__isnull=False)),
                name="faulty_mail_account_says_since_when",
            )
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.fault or 'well'}"


class MailCount(models.Model):
    """How many mails were begun in one clock hour for one name: ``from:<address of the account>`` or
    ``to:<domain of the recipients>``. Counted before they are sent, so that a limit holds however
    many senders there are; a sender that dies has counted too many, never too few."""

    name = models.CharField(max_length=270)
    hour = models.DateTimeField(default=clock.now)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "hour"], name="mail_is_counted_once_an_hour")
        ]
        indexes = [models.Index(fields=["hour"], name="mail_count_old")]

    def __str__(self) -> str:
        return f"{self.name} {self.hour:%Y-%m-%d %H}h: {self.count}"
