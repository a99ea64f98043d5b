"""What a member finds under her bell."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from community import clock
from community.models.run import Run


class InboxItemQuerySet(models.QuerySet["InboxItem"]):
    def of(self, member) -> "InboxItemQuerySet":
        return self.filter(member=member)

    def unread(self) -> "InboxItemQuerySet":
        return self.filter(read_at=None)


class InboxItem(models.Model):
    """``run`` reached ``member``. What it says stands once, in the run.

    Thin on purpose: one INSERT … SELECT writes it for 10,000 members, so every column is either
    given there or has a default in the database.
    """

    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, related_name="items", db_index=False
    )  # the unique constraint's index begins with it
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="inbox_items",
        db_index=False,
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True, db_default=None)

    objects = InboxItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "member"], name="inbox_item_reaches_once")
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="inbox_of_member"),
            models.Index(fields=["member"], condition=Q(read_at=None), name="inbox_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} for {self.member_id}"
