"""One thing worth telling (精华): starred where it was said, quoted in the digest of its day."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models.digest import Digest
from community.models.ids import new_public_id
from community.models.room import Room
from community.models.upload import Upload

LONGEST_QUOTE = 300
LONGEST_TITLE = 40
LONGEST_TEXT = 3_000
LONGEST_PHRASE = 30


class HighlightQuerySet(models.QuerySet["Highlight"]):
    def starred(self) -> "HighlightQuerySet":
        """Those that somebody of the staff wants told."""
        return self.filter(unstarred_at=None)

    def tellable(self) -> "HighlightQuerySet":
        """Those whose author has not said no."""
        return self.starred().exclude(consent=Highlight.Consent.NO)


class Highlight(models.Model):
    """``text`` is what was said, handed down by whoever owns it when it is starred; of a chat
    (``kind`` chat) only the chosen words are kept. ``source`` names it within its kind, so that two
    taps are one star.

    ``author`` is the member who said it, ``speaker`` how a chat calls her. She is named only after a
    yes, her own (``consent_by`` is she) or one that staff heard and wrote down.

    ``spots`` says, for each character of ``text``, how many characters from there on occur nowhere
    else in what the chat said that day (0: all of the rest does): the chat itself is not kept, and a
    jump phrase can be checked all the same.
    """

    class Kind(models.TextChoices):
        CHECK_IN = "check_in", _("Check-in")
        INTRODUCTION = "intro", _("Introduction")
        POST = "post", _("Post")
        CHAT = "chat", _("Chat")
        SCREENSHOT = "picture", _("Screenshot")

    class Tag(models.TextChoices):
        TIP = "tip", _("Know-how")
        STORY = "story", _("Story")
        RESOURCE = "resource", _("Resource")

    class Consent(models.TextChoices):
        OPEN = "", _("Not asked yet")
        ASKED = "asked", _("Asked, no answer yet")
        NAMED = "named", _("With the name")
        ANONYMOUS = "anon", _("Without the name")
        NO = "no", _("Not at all")

    # Kinds that stand in the chat as well: there the phrase finds them whoever is named here.
    IN_CHAT = (Kind.CHAT, Kind.SCREENSHOT)

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="highlights")
    day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    source = models.CharField(max_length=64)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="highlights",
        null=True,
        blank=True,
    )
    speaker = models.CharField(max_length=60, blank=True)
    said_at = models.DateTimeField(null=True, blank=True)
    text = models.TextField(blank=True)
    path = models.CharField(max_length=300, blank=True)
    spots = models.JSONField(default=list, blank=True)
    upload = models.ForeignKey(
        Upload, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    starred_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    starred_at = models.DateTimeField(default=clock.now)
    unstarred_at = models.DateTimeField(null=True, blank=True)
    # As it stands in the digest.
    digest = models.ForeignKey(
        Digest, on_delete=models.PROTECT, related_name="items", null=True, blank=True
    )
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    quote = models.CharField(max_length=LONGEST_QUOTE, blank=True)
    tag = models.CharField(max_length=8, choices=Tag.choices, blank=True)
    phrase = models.CharField(max_length=LONGEST_PHRASE, blank=True)
    # How often the phrase was found; None while nobody can know.
    phrase_found = models.PositiveSmallIntegerField(null=True, blank=True)
    consent = models.CharField(max_length=5, choices=Consent.choices, blank=True, default="")
    consent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    consent_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    asked_at = models.DateTimeField(null=True, blank=True)

    objects = HighlightQuerySet.as_manager()

    class Meta:
        ordering = ["position", "said_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "kind", "source"], name="thing_is_starred_once_in_a_room"
            ),
            models.CheckConstraint(
                condition=Q(unstarred_at=None) | Q(digest=None),
                name="item_of_a_digest_is_starred",
            ),
            models.CheckConstraint(
                condition=~Q(consent="no") | Q(digest=None),
                name="refused_item_stands_in_no_digest",
            ),
        ]
        indexes = [
            models.Index(
                fields=["room", "day"], condition=Q(unstarred_at=None), name="highlight_of_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source} in room {self.room_id}"
