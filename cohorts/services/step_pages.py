"""Where the pages are that a step's resources name: the closed list of ``page:`` in templates."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cohorts.models import Camp, SopTask

# name: (name of the address, what of the task fills it in)
PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "announcement": ("cohorts:announcement", ("slug", "date")),
    "check-in": ("cohorts:check_in", ("space", "slug")),
    "lesson": ("cohorts:lesson", ("space", "slug", "lesson_day")),
    "scripts": ("cohorts:script_list", ()),
    "games": ("cohorts:games", ("slug",)),
    "run-sheet-opening": ("cohorts:run_sheet", ("slug", "opening")),
    "run-sheet-closing": ("cohorts:run_sheet", ("slug", "closing")),
    "staff-room": ("cohorts:staff_room", ("slug",)),
    "greetings": ("community:greeting_list", ()),
    "praise": ("cohorts:praise_queue", ("slug",)),
    "contacts": ("cohorts:contacts", ("slug",)),
    "learners": ("cohorts:learners", ("slug",)),
    "camp": ("cohorts:camp", ("space", "slug")),
    "template": ("cohorts:template", ("version",)),
}


@dataclass(frozen=True)
class Link:
    label: str
    url: str


def links_of(task: SopTask, camp: Camp | None) -> list[Link]:
    """The resources of a task's step. A page of a camp is left out where there is no camp, and the
    lesson on days that have none. No query."""
    links = []
    for resource in task.step.resources:
        url = resource.get("url") or address(resource.get("page", ""), task, camp)
        if url:
            links.append(Link(resource["label"], url))
    return links


def address(page: str, task: SopTask, camp: Camp | None) -> str:
    """The address of ``page`` for a task; "" where it has none."""
    if page not in PAGES:
        return ""
    name, parts = PAGES[page]
    known = _known(task, camp)
    if any(known.get(part, part) is None for part in parts):
        return ""
    return reverse(name, args=[known.get(part, part) for part in parts])


def _known(task: SopTask, camp: Camp | None) -> dict[str, Any]:
    run = task.run
    return {
        "slug": camp.slug if camp else None,
        "space": camp.space.slug if camp else None,
        "date": run.calendar.date_of(task.day).isoformat(),
        "lesson_day": task.day if 1 <= task.day <= run.days else None,
        "version": run.version.public_id,
    }
