"""What a member wants to be told, and how."""

from django.conf import settings
from django.db import models

from community import clock


class Preference(models.Model):
    """``member`` wants (``on``) or does not want messages of ``kind`` by ``channel``, since when.

    No row means: as it comes. The kinds are those of ``community.registry.mail_kinds``; account
    mail (sign-in codes, notices about the account) is no kind and cannot be turned off.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="preferences",
        db_index=False,
    )  # the unique constraint's index begins with it
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=20, default="email")
    on = models.BooleanField()
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "channel"], name="member_wants_a_kind_or_not"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.channel} for {self.member_id}: {'on' if self.on else 'off'}"
