"""A picture that somebody gave us: private, and shown to those whom its audience names."""

from pathlib import Path

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models.ids import new_public_id


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, member) -> "UploadQuerySet":
        """What she may see; one query beyond her standing."""
        standing = member.standing
        staffed = [key for key, role in standing.spaces.items() if role in Upload.STAFF_ROLES]
        audience = Upload.Audience
        return self.filter(
            models.Q(owner=member)
            | models.Q(audience=audience.MEMBERS)
            | models.Q(audience=audience.SPACE, space__in=list(standing.spaces))
            | models.Q(audience=audience.ROOM, room__in=list(standing.rooms))
            | models.Q(audience=audience.STAFF, space__in=staffed)
        )


class Upload(models.Model):
    """The row to a file under ``MEDIA_ROOT``; the file is ours, made anew from what was sent."""

    class Kind(models.TextChoices):
        AVATAR = "avatar", _("Portrait")
        EVIDENCE = "evidence", _("Picture")

    class Audience(models.TextChoices):
        OWNER = "owner", _("Only me")
        STAFF = "staff", _("Staff of the space")
        ROOM = "room", _("People in the room")
        SPACE = "space", _("Members of the space")
        MEMBERS = "members", _("All members")

    STAFF_ROLES = ("owner", "manager", "assistant", "atmosphere")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    audience = models.CharField(max_length=7, choices=Audience.choices, default=Audience.OWNER)
    space = models.ForeignKey(
        "community.Space", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    room = models.ForeignKey(
        "community.Room", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(audience__in=["space", "staff"])
                | models.Q(space__isnull=False),
                name="upload_for_a_space_names_it",
            ),
            models.CheckConstraint(
                condition=~models.Q(audience="room") | models.Q(room__isnull=False),
                name="upload_for_a_room_names_it",
            ),
        ]
        indexes = [models.Index(fields=["owner", "created_at"], name="upload_of_owner")]

    def __str__(self) -> str:
        return self.public_id

    def get_absolute_url(self) -> str:
        return reverse("community:upload_file", args=[self.public_id])

    @property
    def path(self) -> Path:
        """Where the bytes are; by the first characters of the id, so that folders stay small."""
        return Path(settings.MEDIA_ROOT) / self.public_id[:2] / f"{self.public_id}.jpg"
