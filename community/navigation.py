"""Community's own places in the navigation; the apps above add theirs in the same way."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.registry import NavItem, navigation
from community.services import late_desk


def _to(name: str) -> Callable[[Any], str]:
    return lambda member: reverse(name)


def _may(perm: str) -> Callable[[Any], bool]:
    return lambda member: member.has_perm(perm)


def has_tools(member: Any) -> bool:
    """Is there anything on the page "Work" for her?"""
    return any(item.slot == 0 and item.shown_to(member) for item in navigation)


def _everybody(member: Any) -> bool:
    return True


PLACES = {
    "today": NavItem(_("Today"), "today", _to("community:today"), _everybody, slot=1, order=10),
    "spaces": NavItem(
        _("Spaces"), "community", _to("community:space_list"), _everybody, slot=2, order=20
    ),
    # A minor has no directory.
    "people": NavItem(
        _("People"),
        "people",
        _to("community:people_index"),
        lambda member: bool(member.standing.spaces) and not member.is_minor,
        slot=3,
        order=30,
    ),
    "work": NavItem(_("Work"), "work", _to("community:work"), has_tools, slot=4, order=40),
    "me": NavItem(_("Me"), "me", _to("community:me"), _everybody, slot=5, order=50),
}
TOOLS = {
    "greetings": NavItem(
        _("Introductions to answer"),
        "nugget",
        _to("community:greeting_list"),
        _may("community.answer_introductions"),
        order=60,
        text=_("The first answer decides whether somebody comes back."),
    ),
    "help-requests": NavItem(
        _("Who wants to write together"),
        "edit",
        _to("community:help_request_list"),
        _may("community.answer_introductions"),
        order=61,
        text=_("Sit down with somebody for whom writing is hard."),
    ),
    "flags": NavItem(
        _("Words that were found"),
        "flag",
        _to("community:flag_list"),
        _may("community.see_flags"),
        order=62,
        text=_("Texts with a word that somebody should look at. Only staff see this."),
    ),
    "late": NavItem(
        _("Missed and late"),
        "clock",
        _to("community:late_list"),
        _may("community.decide_what_is_late"),
        order=63,
        text=_("What did not go out at its time, and waits for you."),
        waiting=lambda member: late_desk.waiting(member).count(),
    ),
    "delivery": NavItem(
        _("Delivery"),
        "mail",
        _to("community:delivery"),
        _may("community.see_delivery"),
        order=70,
        text=_("What leaves the house, and what could not."),
    ),
    "roles": NavItem(
        _("Roles"),
        "lock",
        _to("community:role_list"),
        _may("community.operate"),
        order=71,
        text=_("Who cares for beds, money and machines."),
    ),
    "accounts": NavItem(
        _("Accounts"),
        "shield",
        _to("community:account_list"),
        _may("community.operate"),
        order=72,
        text=_("Suspend an account, open it again, erase a person."),
    ),
}

for _name, _item in {**PLACES, **TOOLS}.items():
    navigation.register(_name, _item)
