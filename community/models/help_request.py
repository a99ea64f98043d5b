""" "Write it with me": a member asks for somebody to sit down with her introduction."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models.ids import new_public_id
from community.models.space import Space


class HelpRequestQuerySet(models.QuerySet["HelpRequest"]):
    def pending(self) -> "HelpRequestQuerySet":
        """Open or taken, the oldest first."""
        return self.filter(state__in=HelpRequest.PENDING).order_by("asked_at", "pk")


class HelpRequest(models.Model):
    """open → taken by one of the staff → done; or withdrawn by the member herself."""

    class State(models.TextChoices):
        OPEN = "open", _("Nobody has taken it yet")
        TAKEN = "taken", _("Somebody is on it")
        DONE = "done", _("Done")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    PENDING = (State.OPEN, State.TAKEN)

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="help_requests")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="help_requests"
    )
    note = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField(default=clock.now)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "member"],
                condition=Q(state__in=["open", "taken"]),
                name="member_asks_for_help_once_in_a_space",
            ),
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(taken_by__isnull=False),
                name="taken_help_request_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.space_id}: {self.state}"
