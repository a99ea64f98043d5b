"""Two switches that stop delivery."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community import clock


class Switch(models.Model):
    """On while the row exists.

    ``HOLD`` is set by a restore: what was queued before waits for a person, because yesterday's
    rows may have been sent already. A sign-in code asked for now still goes out, or nobody could
    sign in to lift the hold. ``STOP`` lets nothing out at all.
    """

    class Name(models.TextChoices):
        HOLD = "hold", _("Held")
        STOP = "stop", _("Stopped")

    name = models.CharField(max_length=4, choices=Name.choices, unique=True)
    since = models.DateTimeField(default=clock.now)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )

    def __str__(self) -> str:
        return f"{self.name} since {self.since:%Y-%m-%d %H:%M}"
