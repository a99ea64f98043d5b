"""The calendar of a camp's announcements: all days at a glance, all scheduled at once, many pasted."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cohorts.forms.composing import PasteForm
from cohorts.models import Camp
from cohorts.services import announcement_calendar, announcement_desk
from cohorts.views.scope import camp_for
from community import access
from community.errors import DomainError
from community.forms.refusal import status_of
from community.services import announcement_paste


@access.requires("cohorts.staff_camp")
@require_safe
def schedule(request: HttpRequest, slug: str) -> HttpResponse:
    """All days in a table, each leading to its editor. Five queries beyond her own."""
    camp = camp_for(request, "cohorts.staff_camp", slug)
    cells = announcement_calendar.cells(camp)
    plan = announcement_desk.plan_all(cells)
    context = {
        "camp": camp,
        "weeks": announcement_calendar.weeks(cells),
        "cells": cells,
        "ready": len(plan.ready),
        "empty": sum(cell.state == "empty" for cell in cells),
        "states": _key(cells),
        "to_see_to": any(cell.why for cell in cells),
        "from_template": bool(camp.run.version.content.get("announcements")),
    }
    return render(request, "cohorts/schedule.html", context)


@access.requires("cohorts.staff_camp")
@require_http_methods(["GET", "HEAD", "POST"])
def schedule_all(request: HttpRequest, slug: str) -> HttpResponse:
    """What would be scheduled and what is left out and why; then all of it by one press."""
    camp = camp_for(request, "cohorts.staff_camp", slug)
    if request.method == "POST":
        return _schedule_chosen(request, camp)
    plan = announcement_desk.plan_all(announcement_calendar.cells(camp))
    return render(request, "cohorts/schedule_all.html", {"camp": camp, "plan": plan})


@access.requires("cohorts.staff_camp")
@require_POST
def schedule_generate(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the days that nobody has written, from the camp's template."""
    camp = camp_for(request, "cohorts.staff_camp", slug)
    try:
        made = announcement_desk.generate(camp=camp, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("cohorts:schedule", slug)
    if made:
        said = ngettext("%(n)d day is written.", "%(n)d days are written.", made) % {"n": made}
        messages.success(request, said)
    else:
        messages.info(request, _("The template has nothing for the days that are empty."))
    return redirect("cohorts:schedule", slug)


@access.requires("cohorts.staff_camp")
@require_http_methods(["GET", "HEAD", "POST"])
def schedule_paste(request: HttpRequest, slug: str) -> HttpResponse:
    """Many days in one block: shown with what would become of each, then kept. What cannot be kept
    stays in the field."""
    camp = camp_for(request, "cohorts.staff_camp", slug)
    form = PasteForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(
            request, "cohorts/schedule_paste.html", {"camp": camp, "form": form},
            status=status_of(form),
        )  # fmt: skip
    block = announcement_paste.parse(form.cleaned_data["block"])
    cells = announcement_calendar.cells(camp)
    made = announcement_desk.sheets(camp, block.days, cells)
    if request.POST.get("do") == "save":
        return _keep(request, camp, block, made)
    return _show(request, camp, form, block, made)


def _schedule_chosen(request: HttpRequest, camp: Camp) -> HttpResponse:
    versions = {}
    for chosen in request.POST.getlist("day"):
        public_id, _colon, version = chosen.partition(":")
        if version.isdigit():
            versions[public_id] = int(version)
    done, left = announcement_desk.schedule_all(camp=camp, versions=versions, by=request.user)
    if done:
        said = ngettext("%(n)d text is scheduled.", "%(n)d texts are scheduled.", len(done))
        if any(row.state == row.State.ASKED for row in done):
            said = ngettext(
                "%(n)d text waits for a second person.", "%(n)d texts wait for a second person.",
                len(done),
            )  # fmt: skip
        messages.success(request, said % {"n": len(done)})
    for row, reason in left:
        day = camp.calendar.day_on(row.day)
        messages.warning(request, _("D%(day)d: %(reason)s") % {"day": day, "reason": reason})
    if not done and not left:
        messages.info(request, _("There was nothing to schedule."))
    return redirect("cohorts:schedule", camp.slug)


def _keep(request: HttpRequest, camp: Camp, block: Any, made: list[Any]) -> HttpResponse:
    versions = {
        sheet.pasted.day: int(given)
        for sheet in made
        if (given := request.POST.get(f"version-{sheet.pasted.day}", "")).isdigit()
    }
    kept, left = announcement_desk.save_pasted(
        camp=camp, made=made, versions=versions, by=request.user
    )
    if kept:
        said = ngettext("%(n)d day is kept.", "%(n)d days are kept.", len(kept))
        messages.success(request, said % {"n": len(kept)})
    if not left and not block.before:
        return redirect("cohorts:schedule", camp.slug)
    rest = "\n\n".join(filter(None, [block.before, *(sheet.pasted.as_pasted for sheet in left)]))
    form = PasteForm({"block": rest})
    again = announcement_paste.parse(rest)
    fresh = announcement_desk.sheets(camp, again.days, announcement_calendar.cells(camp))
    why = {sheet.pasted.day: sheet.refusal for sheet in left}
    for sheet in fresh:
        sheet.refusal = sheet.refusal or why.get(sheet.pasted.day, "")
    return _show(request, camp, form, again, fresh, is_rest=True)


def _show(
    request: HttpRequest, camp: Camp, form: PasteForm, block: Any, made: list[Any], **more: Any
) -> HttpResponse:
    context = {
        "camp": camp,
        "form": form,
        "pasted": block,
        "sheets": made,
        "can_keep": sum(not sheet.refusal for sheet in made),
        "replaced": sum(not sheet.is_new and not sheet.refusal for sheet in made),
    }
    return render(request, "cohorts/schedule_paste.html", context | more)


def _key(cells: list[announcement_calendar.Cell]) -> list[tuple[str, Any, str, int]]:
    """(state, word, icon, how many) of the states that there are, for the key under the table."""
    return [
        (state, word, icon, count)
        for state, (word, icon) in announcement_calendar.STATES.items()
        if (count := sum(cell.state == state for cell in cells))
    ]
