"""The places of cohorts in the navigation."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.registry import NavItem, navigation


def _to(name: str) -> Callable[[Any], str]:
    return lambda member: reverse(name)


def _may(perm: str) -> Callable[[Any], bool]:
    return lambda member: member.has_perm(perm)


TOOLS = {
    "board": NavItem(
        _("Board"),
        "work",
        _to("cohorts:board"),
        _may("cohorts.see_board"),
        order=50,
        text=_("What your camps ask of you today, step by step."),
    ),
    "camps": NavItem(
        _("Camps"),
        "calendar",
        _to("cohorts:camp_list"),
        _may("cohorts.see_board"),
        order=51,
        text=_("Open one, bring people in, see where each stands."),
    ),
    "scripts": NavItem(
        _("Scripts"),
        "copy",
        _to("cohorts:script_list"),
        _may("cohorts.see_board"),
        order=52,
        text=_("Words for the moment, copied by one tap."),
    ),
    "templates": NavItem(
        _("Camp templates"),
        "ledger",
        _to("cohorts:template_list"),
        _may("cohorts.see_templates"),
        order=53,
        text=_("What a camp is made from. Read it, try a day of it, bring one in."),
    ),
}

for _name, _item in TOOLS.items():
    navigation.register(_name, _item)
