"""Bringing a list of people into a space: upload, look, say yes, watch it come in."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access, pages
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.forms.roster import SHOWN, RosterForm
from community.models import RosterImport, RosterRow
from community.services import form_tokens
from community.services.roster import reporting, rules, runs
from community.views.scope import space_for

TAGS = {"new": "ok", "changed": "info", "same": "plain", "unchanged": "plain", "reject": "late"}


@access.requires("community.manage_space")
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def roster_list(request: HttpRequest, space: str) -> HttpResponse:
    """The lists so far, newest first, and a form for a new one. Two queries to look."""
    found = space_for(request, "community.manage_space", space)
    form = RosterForm(request.POST, request.FILES) if request.method == "POST" else RosterForm()
    if request.method == "POST" and form.is_valid():
        try:
            name, data = form.read()
            roster = runs.upload(space=found, by=request.user, name=name, data=data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            return redirect(roster)
    listed = RosterImport.objects.filter(space=found)
    page = pages.page(listed, by="-created_at", cursor=request.GET.get("after", ""))
    context = {"space": found, "form": form, "page": page}
    return render(request, "community/roster_list.html", context, status=status_of(form))


@access.requires("community.manage_space")
@require_safe
def roster_import(request: HttpRequest, space: str, public_id: str) -> HttpResponse:
    """One list: what would happen to each row, how far it is, or what came of it. Three queries,
    whatever the number of rows."""
    roster = _roster_for(request, space, public_id)
    show = request.GET.get("show", "")
    show = show if show in dict(SHOWN) else ""
    rows = reporting.rows_of(roster, show)
    page = pages.page(rows, by="line", cursor=request.GET.get("after", ""))
    context = {
        "space": roster.space,
        "roster": roster,
        "page": page,
        "rows": [(row, TAGS[row.verdict], rules.sentences(row.notes)) for row in page.rows],
        "shown": _filters(roster, show),
        "left_out": _count(roster, "reject"),
        "query": urlencode({"show": show}) if show else "",
        "taken": reporting.heading_of(roster),
        "links": reporting.without_email(roster).count() if roster.state == "done" else 0,
    }
    return render(request, "community/roster_import.html", context)


@access.requires("community.manage_space")
@require_safe
@never_cache
def roster_progress(request: HttpRequest, space: str, public_id: str) -> HttpResponse:
    """How far it is, asked for every two seconds; when it is over, the page is loaded anew."""
    roster = _roster_for(request, space, public_id)
    if roster.state != RosterImport.State.IMPORTING:
        response = HttpResponse(headers={"HX-Refresh": "true"})
        return response if request.htmx else redirect(roster)
    context = {"space": roster.space, "roster": roster}
    return render(request, "community/_roster_progress.html", context)


@access.requires("community.manage_space")
@form_tokens.once
@require_POST
def roster_confirm(request: HttpRequest, space: str, public_id: str) -> HttpResponse:
    """Yes to the preview whose digest the form holds."""
    roster = _roster_for(request, space, public_id)
    try:
        runs.confirm(roster=roster, by=request.user, digest=request.POST.get("digest", ""))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(roster)


@access.requires("community.manage_space")
@require_POST
def roster_discard(request: HttpRequest, space: str, public_id: str) -> HttpResponse:
    roster = _roster_for(request, space, public_id)
    try:
        runs.discard(roster=roster, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(roster)
    messages.success(request, _("The list was thrown away. Nobody came in by it."))
    return redirect("community:roster_list", space)


@access.requires("community.manage_space")
@require_POST
def roster_go_on(request: HttpRequest, space: str, public_id: str) -> HttpResponse:
    roster = _roster_for(request, space, public_id)
    try:
        runs.go_on(roster=roster, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(roster)


@access.requires("community.manage_space")
@require_safe
@never_cache
def roster_reasons(request: HttpRequest, space: str, public_id: str) -> HttpResponse:
    """The rows with their reasons, as a file."""
    roster = _roster_for(request, space, public_id)
    show = request.GET.get("show", "reasons")
    try:
        data = reporting.reasons_csv(roster, show if show in dict(SHOWN) else "reasons")
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(roster)
    name = f"reasons-{roster.created_at:%Y%m%d}-{roster.public_id}.csv"
    return HttpResponse(
        data,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@access.requires("community.manage_space")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def roster_links(request: HttpRequest, space: str, public_id: str) -> HttpResponse:
    """GET says whom a sheet of claim links is for; POST makes the links and shows them this once."""
    roster = _roster_for(request, space, public_id)
    people = reporting.without_email(roster)
    count = people.count()
    start = _start(request.POST.get("start") or request.GET.get("start", ""), count)
    made = []
    if request.method == "POST":
        try:
            made = reporting.slips(roster, by=request.user, start=start)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("community:roster_links", space, public_id)
    context = {
        "space": roster.space,
        "roster": roster,
        "count": count,
        "sheets": [
            (first, min(first + reporting.SHEET, count) - first, first + 1)
            for first in range(0, count, reporting.SHEET)
        ],
        "slips": made,
    }
    return render(request, "community/roster_links.html", context)


def _start(text: str, count: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and int(text) < count else 0


def _filters(roster: RosterImport, show: str) -> list[dict[str, object]]:
    """The filters under which there is something to see."""
    filters = []
    for key, label in SHOWN:
        count = _count(roster, key)
        if count == 0 and key != show:
            continue
        filters.append(
            {
                "label": str(label) if count is None else f"{label} {count}",
                "href": f"{roster.get_absolute_url()}?{urlencode({'show': key})}#rows",
                "current": key == show,
            }
        )
    return filters


def _count(roster: RosterImport, key: str) -> int | None:
    """How many rows a filter shows; None for the one that is not counted."""
    counts = roster.counts
    if key == "reasons":
        return None
    if key == RosterRow.Verdict.REJECT:
        return counts.get("refused", counts.get("reject", 0))
    return counts.get(key or "rows", 0)


def _roster_for(request: HttpRequest, space: str, public_id: str) -> RosterImport:
    """A list of a space that she manages. Two queries."""
    found = space_for(request, "community.manage_space", space)
    roster = get_object_or_404(RosterImport.objects.filter(space=found), public_id=public_id)
    roster.space = found
    return roster
