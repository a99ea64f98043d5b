"""What a room is told each day (群公告), and in which chat groups it was posted by hand."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models.ids import new_public_id
from community.models.room import Room
from community.models.upload import Upload

SLOTS = ("preview", "lesson", "check_in", "encouragement")


class ChatGroup(models.Model):
    """A group on another platform (微信群) that a room's people read; the house cannot write to it,
    so somebody posts there by hand and says so here."""

    class Platform(models.TextChoices):
        WECHAT = "wechat", _("WeChat")
        WECOM = "wecom", _("WeCom")
        FEISHU = "feishu", _("Feishu")
        DINGTALK = "dingtalk", _("DingTalk")
        OTHER = "other", _("Somewhere else")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="chat_groups")
    name = models.CharField(max_length=60)
    platform = models.CharField(max_length=8, choices=Platform.choices, default=Platform.WECHAT)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "name"],
                condition=Q(closed_at=None),
                name="chat_group_is_named_once_in_a_room",
                violation_error_message=_("There is a chat group of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Announcement(models.Model):
    """One text for a room, from ``day`` to ``last_day`` (the same day, but for the preparation,
    which has ONE unchanging text), shown from ``at`` on by the room's clock.

    A course day has the four slots, anything else ``text``. ``values`` is what the text may name
    ({{ lesson.title }} …), day by day, handed down by whoever owns the room when it is saved.
    """

    class Kind(models.TextChoices):
        PREPARATION = "preparation", _("Preparation")
        DAILY = "daily", _("Daily")
        CLOSING = "closing", _("Closing")
        CORRECTION = "correction", _("Correction")

    class Again(models.TextChoices):
        LESSON = "lesson", _("What the text names has changed: a lesson, or the camp.")
        TEXT = "text", _("The text was changed.")
        DATE = "date", _("The camp has moved.")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ASKED = "asked", _("Waits for approval")
        APPROVED = "approved", _("Scheduled")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="announcements")
    kind = models.CharField(max_length=11, choices=Kind.choices, default=Kind.DAILY)
    day = models.DateField()
    last_day = models.DateField()
    at = models.TimeField()
    preview = models.TextField(blank=True)
    lesson = models.TextField(blank=True)
    check_in = models.TextField(blank=True)
    encouragement = models.TextField(blank=True)
    text = models.TextField(blank=True)
    values = models.JSONField(default=dict, blank=True)
    # In it the text speaks, whoever reads it; handed down with the values, and so is where its readers
    # find it on this site.
    language = models.CharField(
        max_length=7,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
        db_default=settings.LANGUAGE_CODE,
    )
    path = models.CharField(max_length=300, blank=True, default="", db_default="")
    # Whether the house may send it. That it was sent, or missed, is what its runs say.
    state = models.CharField(
        max_length=9, choices=State.choices, default=State.DRAFT, db_default="draft"
    )
    # Who wants it sent, and who has said yes to exactly this text (the same person where the space
    # asks for no second one). ``approved_hash`` is of the text as rendered: another text asks again.
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    scheduled_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    # Why one that was scheduled has to be asked for again.
    asks_again = models.CharField(
        max_length=6, choices=Again.choices, blank=True, default="", db_default=""
    )
    # Whose name stands under it; who leads, as handed down with the values, unless told.
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="corrections", null=True, blank=True
    )
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["day", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("day")), name="announcement_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["room", "day"],
                condition=~Q(kind="correction"),
                name="room_has_one_announcement_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | (Q(approved_by__isnull=False, approved_at__isnull=False) & ~Q(approved_hash="")),
                name="approved_announcement_says_by_whom_and_what",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | Q(kind="correction"),
                name="only_a_correction_corrects",
            ),
        ]
        indexes = [
            models.Index(
                fields=["day"],
                condition=~Q(state="cancelled"),
                name="announcement_by_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} for room {self.room_id} on {self.day}"

    @property
    def source(self) -> str:
        """The text as written, its placeholders unfilled: the slots joined by blank lines."""
        if self.text:
            return self.text
        return "\n\n".join(part for slot in SLOTS if (part := getattr(self, slot).strip()))


class Posting(models.Model):
    """Somebody says that she has posted an announcement by hand, and what shows it. Without
    ``chat_group`` it counts for a room that has none."""

    announcement = models.ForeignKey(
        Announcement, on_delete=models.PROTECT, related_name="postings"
    )
    chat_group = models.ForeignKey(
        ChatGroup, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    url = models.CharField(max_length=500, blank=True)
    upload = models.ForeignKey(
        Upload, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "chat_group"],
                condition=Q(withdrawn_at=None, chat_group__isnull=False),
                name="announcement_is_posted_once_in_a_group",
            ),
            models.UniqueConstraint(
                fields=["announcement"],
                condition=Q(withdrawn_at=None, chat_group=None),
                name="announcement_is_posted_once_without_groups",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} in {self.chat_group_id or '—'}"
