"""Words that people who run a space want to see, and the texts in which they were found."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models.ids import new_public_id
from community.models.space import Space
from community.trust.words import fold


class WatchWord(models.Model):
    """A word to be watched for in one space, or everywhere if ``space`` is empty."""

    class Level(models.TextChoices):
        FLAG = "flag", _("Show it to the people who run the space")
        HOLD = "hold", _("Hold the text until they have read it")
        REFUSE = "refuse", _("Refuse the text")

    space = models.ForeignKey(
        Space, on_delete=models.PROTECT, related_name="watch_words", null=True, blank=True
    )
    word = models.CharField(max_length=30)
    folded = models.CharField(max_length=60, editable=False)
    level = models.CharField(max_length=6, choices=Level.choices, default=Level.FLAG)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["word", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "folded"], name="word_is_watched_once_in_a_space"
            ),
            models.UniqueConstraint(
                fields=["folded"], condition=Q(space=None), name="word_is_watched_once_everywhere"
            ),
            models.CheckConstraint(condition=~Q(folded=""), name="watched_word_says_something"),
        ]

    def __str__(self) -> str:
        return self.word

    def save(self, *args, **kwargs) -> None:
        self.folded = fold(self.word)
        super().save(*args, **kwargs)


class Flag(models.Model):
    """In one part of a text, words were found that are watched for. Staff of ``space`` see it (an
    operator, if there is none), and nobody else, the writer neither.

    The row stays when it is cleared: the same text, by its hash, never flags again.
    """

    class What(models.TextChoices):
        INTRODUCTION = "introduction", _("Introduction")
        ARTICLE = "article", _("Article")
        PRAISE = "praise", _("Praise")
        CHECK_IN = "check_in", _("Check-in")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLEARED = "cleared", _("Cleared")
        UPHELD = "upheld", _("Taken up with the writer")
        GONE = "gone", _("The text was changed")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    space = models.ForeignKey(
        Space, on_delete=models.PROTECT, related_name="flags", null=True, blank=True
    )
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=12, choices=What.choices)
    subject = models.CharField(max_length=16)
    part = models.CharField(max_length=12)
    level = models.CharField(max_length=6, choices=WatchWord.Level.choices)
    words = models.JSONField(default=list)
    excerpt = models.CharField(max_length=200)
    text_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField(default=clock.now)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["found_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "what", "subject", "part", "text_hash"],
                name="text_is_flagged_once_in_a_space",
            ),
            models.UniqueConstraint(
                fields=["what", "subject", "part", "text_hash"],
                condition=Q(space=None),
                name="text_is_flagged_once_for_operators",
            ),
        ]
        indexes = [
            models.Index(fields=["space", "found_at"], condition=Q(state="open"), name="flag_open"),
            models.Index(fields=["what", "subject"], name="flag_of_text"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.subject} {self.part}: {self.state}"
