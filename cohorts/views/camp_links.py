"""Where the desk of a camp leads: one table, so that a page which is missing is found by a test."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from cohorts.models import Camp
from community import clock


@dataclass(frozen=True)
class Link:
    """``args`` are filled in by ``_known``."""

    label: Any
    text: Any
    name: str
    args: tuple[str, ...] = ("slug",)


EVERY_DAY = (
    Link(_("Board"), _("What is to be done today, step by step."), "cohorts:run_board"),
    Link(
        _("Announcement of the day"),
        _("Read it, change it lightly, copy it, say where it stands."),
        "cohorts:announcement",
        ("slug", "today"),
    ),
    Link(
        _("All announcements"),
        _("The whole camp written ahead, checked and scheduled."),
        "cohorts:schedule",
    ),
    Link(
        _("Highlights"),
        _("Yesterday's best, picked from the stars and sent in the morning."),
        "cohorts:highlights_days",
    ),
    Link(_("Check-ins to praise"), _("One concrete thing for each."), "cohorts:praise_queue"),
    Link(
        _("Who has not been spoken with"),
        _("A few words to somebody who has been quiet."),
        "cohorts:contacts",
    ),
)
BEHIND = (
    Link(_("Learners"), _("Everybody's card."), "cohorts:learners"),
    Link(
        _("Staff room"), _("Notes and agreed wording; no learner reads it."), "cohorts:staff_room"
    ),
    Link(_("Scripts"), _("Words for the moment, to copy."), "cohorts:script_list", ()),
    Link(_("Light games"), _("For a quiet hour."), "cohorts:games"),
    Link(_("Run sheet of the opening"), "", "cohorts:run_sheet", ("slug", "opening")),
    Link(_("Run sheet of the closing"), "", "cohorts:run_sheet", ("slug", "closing")),
    Link(_("As learners see it"), "", "cohorts:camp", ("space", "slug")),
    Link(_("The template"), "", "cohorts:template", ("version",)),
)
GROUPS = ((_("Every day"), EVERY_DAY), (_("Behind the scenes"), BEHIND))


def groups_of(camp: Camp) -> list[tuple[Any, list[tuple[Link, str]]]]:
    """(title, its links with their addresses). A page that is not there is left out. No query;
    needs ``run__version``."""
    known = {
        "slug": camp.slug,
        "space": camp.space.slug,
        "today": clock.local_date(camp.run.timezone).isoformat(),
        "version": camp.run.version.public_id,
    }
    return [
        (title, [(link, href) for link in links if (href := address(link, known))])
        for title, links in GROUPS
    ]


def address(link: Link, known: dict[str, str]) -> str:
    try:
        return reverse(link.name, args=[known.get(part, part) for part in link.args])
    except NoReverseMatch:
        return ""
