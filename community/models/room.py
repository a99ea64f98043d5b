"""A room is who reads the same things together: a space, a camp, a group, or its staff.

Rooms let community serve the apps above it: a camp owns a room by key, and posts, announcements,
"my camp" visibility and the check at send time are one join in here.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models.ids import new_public_id
from community.models.space import Membership


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, member) -> "RoomQuerySet":
        """The rooms she is in now, the parts of one she leads, and those of a space she manages.

        Costs nothing beyond her standing and the query itself.
        """
        standing = member.standing
        manages = [key for key, role in standing.spaces.items() if role in ("owner", "manager")]
        leads = [key for key, role in standing.rooms.items() if role == RoomMembership.Role.LEAD]
        return self.filter(
            Q(pk__in=list(standing.rooms)) | Q(part_of__in=leads) | Q(space__in=manages)
        ).select_related("space")


class Room(models.Model):
    """People who read the same things together, in one time zone.

    ``part_of`` is the room that this one belongs to: a camp's groups and its staff room are part
    of the camp's room. Without it the room stands right under the space.
    """

    class Kind(models.TextChoices):
        SPACE = "space", _("Space")
        CAMP = "camp", _("Camp")
        GROUP = "group", _("Group")
        STAFF = "staff", _("Staff room")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    space = models.ForeignKey("community.Space", on_delete=models.PROTECT, related_name="rooms")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    name = models.CharField(max_length=60)
    part_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="parts", null=True, blank=True
    )
    timezone = models.CharField(max_length=40, default="Asia/Shanghai")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = RoomQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["space"],
                condition=Q(kind="space"),
                name="space_has_one_room_of_all",
            ),
            models.UniqueConstraint(
                fields=["space"],
                condition=Q(kind="staff", part_of=None),
                name="space_has_one_staff_room_of_its_own",
            ),
            models.CheckConstraint(
                condition=Q(part_of=None) | Q(kind__in=["group", "staff"]),
                name="only_groups_and_staff_rooms_are_part_of_a_room",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("community:room_detail", args=[self.space.slug, self.public_id])

    @property
    def follows_space(self) -> bool:
        """True for the room of all and the space's own staff room: who is in them follows from
        the roles in the space, and nobody is put in or taken out by hand."""
        return self.kind == self.Kind.SPACE or (
            self.kind == self.Kind.STAFF and self.part_of_id is None
        )


class RoomMembershipQuerySet(models.QuerySet["RoomMembership"]):
    def active(self) -> "RoomMembershipQuerySet":
        return self.filter(until=None)

    def in_force(self, member: Any) -> "RoomMembershipQuerySet":
        """Hers that give access: active, in a space that she is in. ``member`` is she, her key, or
        the slot for it."""
        return self.active().filter(
            member=member,
            room__space__memberships__member=member,
            room__space__memberships__state=Membership.State.ACTIVE,
        )


class RoomMembership(models.Model):
    """``member`` is in ``room`` as ``role``, since a moment and until another, or until now.

    Access needs the space's membership too: who has left the space is in none of its rooms.
    """

    class Role(models.TextChoices):
        LEAD = "lead", _("Lead")
        ASSISTANT = "assistant", _("Assistant")
        ATMOSPHERE = "atmosphere", _("Atmosphere team")
        PRESENTER = "presenter", _("Presenter")
        LEARNER = "learner", _("Learner")

    STAFF_ROLES = (Role.LEAD, Role.ASSISTANT, Role.ATMOSPHERE, Role.PRESENTER)

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="memberships")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="room_memberships",
    )
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.LEARNER)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)

    objects = RoomMembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room", "member"],
                condition=Q(until=None),
                name="member_is_in_a_room_once",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="room_membership_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["member", "until"], name="room_membership_of_member")]

    def __str__(self) -> str:
        return f"{self.member_id} in room {self.room_id}: {self.role}"
