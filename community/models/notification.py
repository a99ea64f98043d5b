"""When a member wants to be left alone, and how often she wants her own digest."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models.ids import new_public_id


def quiet_from() -> dt.time:
    """When the quiet hours begin for who has not chosen otherwise."""
    return settings.QUIET_HOURS[0]


def quiet_until() -> dt.time:
    """When they end."""
    return settings.QUIET_HOURS[1]


class NotificationSettings(models.Model):
    """Made the first time she changes something or her own digest is planned; without a row the
    defaults of the fields count.

    ``preset`` says which of the three her choices (``Preference`` and ``digest``) come to; it is
    written along with them and decides nothing. Times of day are by her own clock
    (``member.timezone``); quiet hours that end when they begin are none. ``next_digest_at`` is the
    moment in UTC at which her next own digest is due; ``digest_covers_until`` is what the last one
    reached to, so that nothing is told twice and nothing is left out between two of them.
    """

    class Preset(models.TextChoices):
        QUIET = "quiet", _("Quiet")
        NORMAL = "normal", _("Normal")
        ALL = "all", _("Everything")
        OWN = "own", _("As chosen below")

    class Frequency(models.TextChoices):
        NEVER = "never", _("Never")
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Every week")

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notification_settings"
    )
    preset = models.CharField(max_length=6, choices=Preset.choices, default=Preset.NORMAL)
    quiet_from = models.TimeField(default=quiet_from)
    quiet_until = models.TimeField(default=quiet_until)
    muted_until = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=6, choices=Frequency.choices, default=Frequency.WEEKLY)
    digest_at = models.TimeField(default=dt.time(8, 30))
    digest_weekday = models.PositiveSmallIntegerField(default=0)  # 0 is Monday
    next_digest_at = models.DateTimeField(null=True, blank=True)
    digest_covers_until = models.DateTimeField(null=True, blank=True)
    # A printable letter instead of a page, for who does not read in chats.
    as_letter = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(digest_weekday__lte=6), name="digest_comes_on_a_day_of_the_week"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_digest_at"],
                condition=Q(next_digest_at__isnull=False),
                name="digest_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.preset}"


class QuietDays(models.Model):
    """Days on which nothing is sent to her, by her own calendar: a holiday, a journey."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="quiet_days"
    )
    first = models.DateField()
    last = models.DateField()

    class Meta:
        ordering = ["first", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=models.F("first")),
                name="quiet_days_end_after_they_begin",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.UniqueConstraint(
                fields=["member", "first", "last"],
                name="quiet_days_stand_in_the_list_once",
                violation_error_message=_("These days are in your list already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.first}–{self.last}"
