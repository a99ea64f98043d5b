"""Somebody does not want to meet somebody again; only she herself knows of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community import clock


class Block(models.Model):
    """``member`` and ``blocked`` do not find each other any more."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="blocks_made"
    )
    blocked = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="blocks_met"
    )
    since = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "blocked"], name="member_is_blocked_once"),
            models.CheckConstraint(
                condition=~Q(member=F("blocked")),
                name="nobody_blocks_herself",
                violation_error_message=_("You cannot block yourself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} / {self.blocked_id}"
