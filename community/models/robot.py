"""The robot of a staff group on another platform: how the house writes there."""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models.ids import new_public_id
from community.models.room import Room
from community.models.space import Space
from community.trust.sealed import EncryptedTextField

SHOWN = 4  # of a key, so that one can tell it from another one


class RobotQuerySet(models.QuerySet["Robot"]):
    def open(self) -> "RobotQuerySet":
        return self.filter(closed_at=None)

    def visible_to(self, member) -> "RobotQuerySet":
        """Those of the spaces and rooms that she may know of. Costs nothing beyond her standing and
        the query itself."""
        standing = member.standing
        manages = [key for key, role in standing.spaces.items() if role in ("owner", "manager")]
        return self.filter(
            Q(room=None, space__in=list(standing.spaces))
            | Q(room__in=list(standing.rooms))
            | Q(space__in=manages)
        ).select_related("space", "room")

    def of(self, space: Space, room: Room | None) -> "RobotQuerySet":
        """Those of the space itself, or those of one of its rooms."""
        return self.filter(space=space, room=room)


class Robot(models.Model):
    """One way to write to the group of those who run a space or a camp (its ``room``).

    ``key`` and ``secret`` are what the platform made for it; they are sealed, never shown again,
    and wiped when the robot is closed. ``fault`` is what was wrong the last time, in one word, and
    empty while it works. The last fields but one count what was begun in this clock minute and in
    the one before, so that the platform's limit holds however many senders there are.
    """

    class Platform(models.TextChoices):
        WECOM = "wecom", _("WeCom")
        FEISHU = "feishu", _("Feishu")
        LARK = "lark", _("Lark")
        DINGTALK = "dingtalk", _("DingTalk")

    class Kind(models.TextChoices):
        TEST = "test", _("A test")
        LATE = "late", _("Something that should have gone out waits for a person")
        BOARD = "board", _("Once a day: how many steps are late")
        DRAFT = "draft", _("A draft of the highlights is ready")
        ALARM = "alarm", _("Something was due yesterday, and nothing went out")
        HELP = "help", _("Once a day: how many want help with their introduction")

    # The kinds that can be switched, each by a field of its own.
    SWITCHED = (Kind.LATE, Kind.BOARD, Kind.DRAFT, Kind.ALARM, Kind.HELP)

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="robots")
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="robots", null=True, blank=True
    )
    platform = models.CharField(max_length=8, choices=Platform.choices)
    name = models.CharField(max_length=60)
    locale = models.CharField(
        max_length=7, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    key = EncryptedTextField(blank=True, default="")
    secret = EncryptedTextField(blank=True, default="")
    # A word that the platform wants in each text, where the group's owner has set one.
    keyword = models.CharField(max_length=20, blank=True)

    tells_late = models.BooleanField(default=True)
    tells_board = models.BooleanField(default=True)
    tells_draft = models.BooleanField(default=True)
    tells_alarm = models.BooleanField(default=True)
    tells_help = models.BooleanField(default=True)
    # When what comes once a day is told, by the clock of the room or the space.
    daily_at = models.TimeField(default=dt.time(9, 0))
    told_on = models.DateField(null=True, blank=True, editable=False)

    fault = models.CharField(
        max_length=12,
        blank=True,
        editable=False,
        validators=[RegexValidator(r"^[a-z_]+$", _("Use small letters and underscores."))],
    )
    said = models.CharField(max_length=300, blank=True, editable=False)
    faulty_since = models.DateTimeField(null=True, blank=True, editable=False)
    worked_at = models.DateTimeField(null=True, blank=True, editable=False)

    minute = models.DateTimeField(null=True, blank=True, editable=False)
    this_minute = models.PositiveSmallIntegerField(default=0, editable=False)
    minute_before = models.PositiveSmallIntegerField(default=0, editable=False)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RobotQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["space"],
                condition=Q(room=None, closed_at=None),
                name="space_has_one_robot",
            ),
            models.UniqueConstraint(
                fields=["room"], condition=Q(closed_at=None), name="room_has_one_robot"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(key="", secret=""),
                name="closed_robot_has_no_key",
            ),
            models.CheckConstraint(
                condition=Q(fault="", faulty_since=None)
                | (~Q(fault="") & Q(faulty_since__isnull=False)),
                name="faulty_robot_says_since_when",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> Space | Room:
        """What it belongs to. Needs ``space`` and ``room``."""
        return self.room or self.space

    @property
    def timezone(self) -> str:
        return self.place.timezone

    @property
    def masked_key(self) -> str:
        """The end of its key, which opens nothing."""
        return f"…{self.key[-SHOWN:]}" if self.key else ""

    def tells(self, kind: str) -> bool:
        """Whether messages of ``kind`` go to its group. A test always does."""
        return kind == self.Kind.TEST or bool(getattr(self, f"tells_{kind}"))

    def told_kinds(self) -> Iterator["Robot.Kind"]:
        """Those that are switched on, in their order."""
        return (kind for kind in self.SWITCHED if self.tells(kind))
