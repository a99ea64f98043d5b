"""Community's own places in the navigation; the apps above add theirs in the same way."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.registry import NavItem, navigation


navigation.register(
    "today",
    NavItem(
        label=_("Today"),
        icon="today",
        url=lambda member: reverse("community:today"),
        shown_to=lambda member: True,
        slot=1,
        order=10,
    ),
)
navigation.register(
    "spaces",
    NavItem(
        label=_("Spaces"),
        icon="community",
        url=lambda member: reverse("community:space_list"),
        shown_to=lambda member: True,
        slot=2,
        order=20,
    ),
)
