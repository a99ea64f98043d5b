"""The highlights of one day of a room (昨日精华), sent the next morning."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models.ids import new_public_id
from community.models.room import Room
from community.models.run import Run

FEWEST, MOST = 3, 5
SENT_AT = dt.time(8, 30)


class DigestQuerySet(models.QuerySet["Digest"]):
    def out(self, now: dt.datetime | None = None) -> "DigestQuerySet":
        """Those whose people may read them: a person has said yes, and their hour has come."""
        return self.filter(state=Digest.State.APPROVED, due_at__lte=now or clock.now())

    def without_a_run(self) -> "DigestQuerySet":
        """Those that nothing has been planned for yet."""
        runs = Run.objects.filter(what=Digest.WHAT, subject=models.OuterRef("public_id"))
        return self.filter(~models.Exists(runs))


class Digest(models.Model):
    """What was worth telling on ``day`` in ``room``: its items are the highlights that name it.

    A draft is made from the stars and waits for a person. ``due_at`` is the moment when it goes out
    if she has said yes by then. ``path``, ``label`` ("D2") and ``locale`` are handed down by whoever
    owns the room: where its readers find it, what the day is called there, and in which language.
    """

    WHAT = "digest"

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Scheduled")

    class Style(models.TextChoices):
        SCREEN = "screen", _("One screen")
        LONG = "long", _("In full")
        LETTER = "letter", _("As a letter")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="digests")
    day = models.DateField()
    label = models.CharField(max_length=20, blank=True)
    path = models.CharField(max_length=300, blank=True)
    locale = models.CharField(max_length=10, default="zh-hans")
    style = models.CharField(max_length=6, choices=Style.choices, default=Style.SCREEN)
    opening = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    # What was put right after it had gone out, in a sentence that its readers see.
    correction = models.CharField(max_length=300, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    changed_at = models.DateTimeField(default=clock.now)
    made_at = models.DateTimeField(default=clock.now, editable=False)

    objects = DigestQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["room", "day"], name="room_has_one_digest_a_day"),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="approved_digest_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(path="") | Q(path__startswith="/"),
                name="digest_leads_to_a_path_of_this_site",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="digest_by_hour")]

    def __str__(self) -> str:
        return f"Highlights of room {self.room_id} on {self.day}"

    def is_out(self, now: dt.datetime | None = None) -> bool:
        """Whether its people may read it. No query."""
        return self.state == self.State.APPROVED and self.due_at <= (now or clock.now())
