"""The pages that belong to no noun: landing, today, work, help."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from community import access
from community.models import Space
from community.registry import landing_doors, navigation, today_sections
from community.services import spaces


@access.public
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("community:today")
    visible = Space.objects.visible_to(request.user)[:6]
    return render(request, "community/landing.html", {"doors": landing_doors, "spaces": visible})


@access.signed_in
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """What this member can do today: the sections of all apps that have something for her."""
    sections = [
        {"section": section, "rows": rows[: section.limit]}
        for section in today_sections
        if (rows := section.rows(request.user))
    ]
    mine = spaces.spaces_of(request.user)
    return render(request, "community/today.html", {"sections": sections, "spaces": mine})


@access.signed_in
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """The tools of those who run something; on a desktop they stand in the sidebar as well. A query
    for each tool that says how many wait."""
    member = request.user
    tools = [
        {
            "label": tool.label,
            "text": tool.text,
            "url": tool.url(member),
            "waiting": tool.waiting(member) if tool.waiting else 0,
        }
        for tool in navigation
        if tool.slot == 0 and tool.shown_to(member)
    ]
    return render(request, "community/work.html", {"tools": tools})


@access.signed_in
@require_safe
def people_index(request: HttpRequest) -> HttpResponse:
    """To the people of her space; who is in several chooses. One query."""
    mine = [] if request.user.is_minor else spaces.spaces_of(request.user)
    if len(mine) == 1:
        return redirect("community:people", mine[0].slug)
    return render(request, "community/people_index.html", {"spaces": mine})


@access.public
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "community/help.html")
