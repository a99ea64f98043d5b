"""What people say of an announcement: that it was looked at before it went out, and "got it" after."""

from django.conf import settings
from django.db import models

from community import clock
from community.models.announcement import Announcement


class AnnouncementProof(models.Model):
    """``by`` has sent exactly this text to herself and has seen it in the chat. Another text has
    another hash, and asks for another look."""

    announcement = models.ForeignKey(Announcement, on_delete=models.PROTECT, related_name="proofs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    text_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "by", "text_hash"], name="text_is_seen_once_by_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} seen by {self.by_id}"


class AnnouncementReceipt(models.Model):
    """``member`` has pressed "got it" (收到). Nothing is written when she only reads."""

    announcement = models.ForeignKey(
        Announcement, on_delete=models.PROTECT, related_name="receipts"
    )
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "member"], name="member_has_got_an_announcement_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id}: {self.member_id}"
