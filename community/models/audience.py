"""Who may read a part of what a member wrote, from the widest circle to the narrowest."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Each circle lies within the one before it: who stands in a camp with her is in her space."""

    PUBLIC = "public", _("Everybody")
    SPACES = "spaces", _("People of my spaces")
    CAMP = "camp", _("Only my camp")
    STAFF = "staff", _("Only the people who run my space")


# How near a reader is. What is for a circle is read from there inwards; she herself reads it all.
LEVEL = {Audience.PUBLIC: 0, Audience.SPACES: 1, Audience.CAMP: 2, Audience.STAFF: 3}
OWN = 4


def reads(level: int, audience: str) -> bool:
    """Whether somebody who stands at ``level`` reads what is for ``audience``."""
    return level >= LEVEL[Audience(audience)]
