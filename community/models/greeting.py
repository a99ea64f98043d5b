"""A new introduction waits in each space for its first answer by the people who run it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models.ids import new_public_id
from community.models.introduction import Introduction
from community.models.member import Member
from community.models.praise import Praise
from community.models.space import Membership, Space


class GreetingQuerySet(models.QuerySet["Greeting"]):
    def waiting(self) -> "GreetingQuerySet":
        """Unanswered, of people who are still there to be answered; the oldest first."""
        still_there = Membership.objects.active().filter(
            member=models.OuterRef("introduction__member"), space=models.OuterRef("space")
        )
        return self.filter(
            models.Exists(still_there),
            state=Greeting.State.WAITING,
            introduction__held_at=None,
            introduction__member__state=Member.State.ACTIVE,
            introduction__member__hidden_at=None,
        ).order_by("asked_at", "pk")

    def in_spaces(self, keys: list[int]) -> "GreetingQuerySet":
        return self.filter(space__in=keys)


class Greeting(models.Model):
    """One for each space and introduction: waiting, then answered by the first praise that staff
    of that space give."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ANSWERED = "answered", _("Answered")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="greetings")
    introduction = models.ForeignKey(
        Introduction, on_delete=models.PROTECT, related_name="greetings"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    praise = models.ForeignKey(
        Praise, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = GreetingQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "introduction"], name="introduction_is_greeted_once_in_a_space"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at=None)
                | Q(state="answered", answered_at__isnull=False),
                name="answered_greeting_says_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["space", "asked_at"],
                condition=Q(state="waiting"),
                name="greeting_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.introduction_id} in {self.space_id}: {self.state}"
