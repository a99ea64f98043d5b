"""The places of cohorts in the navigation."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.registry import NavItem, navigation

navigation.register(
    "camps",
    NavItem(
        _("Camps"),
        "calendar",
        lambda member: reverse("cohorts:camp_list"),
        lambda member: member.has_perm("cohorts.see_board"),
        order=51,
        text=_("Open one, bring people in, see where each stands."),
    ),
)
navigation.register(
    "board",
    NavItem(
        _("Board"),
        "work",
        lambda member: reverse("cohorts:board"),
        lambda member: member.has_perm("cohorts.see_board"),
        order=50,
        text=_("What your camps ask of you today, step by step."),
    ),
)
navigation.register(
    "scripts",
    NavItem(
        _("Scripts"),
        "copy",
        lambda member: reverse("cohorts:script_list"),
        lambda member: member.has_perm("cohorts.see_board"),
        order=52,
        text=_("Words for the moment, copied by one tap."),
    ),
)
navigation.register(
    "templates",
    NavItem(
        _("Camp templates"),
        "ledger",
        lambda member: reverse("cohorts:template_list"),
        lambda member: member.has_perm("cohorts.see_templates"),
        order=53,
        text=_("What a camp is made from. Read it, try a day of it, bring one in."),
    ),
)
