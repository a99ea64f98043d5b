"""What the staff of a camp know and decide together; no learner reads any of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cohorts.models.camp import Enrolment
from cohorts.models.run import SopRun
from community import clock
from community.models import Room
from community.models.ids import new_public_id
from community.trust.markup import RenderedMarkdownField

LONGEST_NOTE = 4_000


class ContactNote(models.Model):
    """``by`` has spoken with a learner (聊过): through which channel, and what of value she found."""

    class Channel(models.TextChoices):
        CHAT = "chat", _("Private chat")
        PHONE = "phone", _("Phone")
        GROUP = "group", _("In the group")
        IN_PERSON = "person", _("In person")
        LETTER = "letter", _("Letter or mail")

    class Value(models.TextChoices):
        KNOWLEDGE = "knowledge", _("Knowledge")
        NETWORK = "network", _("Network")
        INSPIRATION = "inspiration", _("Inspiration")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="contacts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=6, choices=Channel.choices, default=Channel.CHAT)
    note = models.CharField(max_length=500, blank=True)
    # What others could have from her, found while talking: of which kind, and in a few words.
    value_kind = models.CharField(max_length=11, choices=Value.choices, blank=True)
    value = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["enrolment", "-at"], name="contact_last_spoken")]

    def __str__(self) -> str:
        return f"{self.by_id} spoke with {self.enrolment_id}"


class StaffNote(models.Model):
    """A note in a staff room, or an answer to one (``answers``)."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    answers = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="replies", null=True, blank=True
    )
    # A note about one learner stands on her card too.
    about = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="staff_notes", null=True, blank=True
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=LONGEST_NOTE)
    text_html = RenderedMarkdownField(source="text")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="staff_note_says_something")
        ]
        indexes = [models.Index(fields=["room", "answers", "-at"], name="staff_note_of_room")]

    def __str__(self) -> str:
        return f"{self.by_id} in {self.room_id}"


class StaffDecision(models.Model):
    """What the staff agreed to say (统一口径): the wording, who tells whom, and where it stands.

    ``replaced_by`` leads to the newer wording; the old one stays to be read.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=200)
    wording = models.TextField(max_length=LONGEST_NOTE)
    teller = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    told = models.CharField(max_length=120, blank=True)  # whom: "everybody in group 2"
    link = models.URLField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    replaced_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="replaces", null=True, blank=True
    )

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["room", "-at"], name="staff_decision_of_room")]

    def __str__(self) -> str:
        return self.question


class HandOver(models.Model):
    """A note from one who leaves the board to those who come after (交接)."""

    run = models.ForeignKey(SopRun, on_delete=models.PROTECT, related_name="hand_overs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=LONGEST_NOTE)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.by_id} in run {self.run_id}"
