"""Roles beyond a room: people who care for beds, money and machines."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community import clock


class RoleGrant(models.Model):
    """``member`` holds ``role`` in one space, or everywhere if ``space`` is empty."""

    class Role(models.TextChoices):
        COORDINATOR = "coordinator", _("Coordinator")
        SECOND_APPROVER = "second_approver", _("Second approver")
        PARTNER = "partner", _("Partner")
        HOST = "host", _("Host")
        OPERATOR = "operator", _("Operator")

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_grants"
    )
    role = models.CharField(max_length=15, choices=Role.choices)
    space = models.ForeignKey(
        "community.Space",
        on_delete=models.PROTECT,
        related_name="role_grants",
        null=True,
        blank=True,
    )
    granted_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "role", "space"],
                name="role_is_granted_once_in_a_space",
            ),
            models.UniqueConstraint(
                fields=["member", "role"],
                condition=models.Q(space=None),
                name="role_is_granted_once_everywhere",
            ),
            models.CheckConstraint(
                condition=~models.Q(role="operator") | models.Q(space=None),
                name="operator_is_granted_everywhere_or_not_at_all",
                violation_error_message=_(
                    "An operator works for all spaces. Leave the space empty."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.role}"
