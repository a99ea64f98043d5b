"""The list of camps, opening one from a template, and what its dates and its lead make of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cohorts.forms.camps import OpenCampForm, OpeningForm, PlanForm, StateForm
from cohorts.models import Camp
from cohorts.services import camp_dates, camp_defaults, camp_desk, camp_moves, camp_staff, camps
from cohorts.views.camp_links import groups_of
from cohorts.views.scope import camp_for
from community import access, pages
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.models import Space
from community.rules import MANAGERS
from community.services import form_tokens

MOST_AT_ONCE = 60
FOLDED = {"capacity", "chat_groups", "timezone"}  # fields that open their fold when wrong
ENDED = (Camp.State.FINISHED, Camp.State.CANCELLED)


@access.requires("cohorts.see_board")
@require_safe
def camp_list(request: HttpRequest) -> HttpResponse:
    """The camps she helps to run: those under way by their dates, then those that are over, page by
    page. Two queries."""
    access.check(request, "cohorts.see_board")
    mine = Camp.objects.run_by(request.user)
    current = mine.in_progress().order_by("run__opens_on", "pk")[:MOST_AT_ONCE]
    over = mine.filter(state__in=ENDED)
    page = pages.page(over, by="-state_changed_at", cursor=request.GET.get("after", ""))
    context = {
        "current": camp_desk.with_sums(current),
        "page": page,
        "over": camp_desk.with_sums(page.rows),
        "may_open": request.user.has_perm("cohorts.open_camp"),
    }
    return render(request, "cohorts/camp_list.html", context)


@access.requires("cohorts.open_camp")
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def camp_open(request: HttpRequest) -> HttpResponse:
    """One form, filled in already, for one of the spaces she manages."""
    spaces, space = _spaces(request)
    versions = camp_defaults.versions_for(space, request.user)
    context: dict[str, Any] = {"spaces": spaces, "space": space}
    if not versions:
        return render(request, "cohorts/camp_open_without.html", context)
    form = OpenCampForm(
        request.POST if request.method == "POST" else None,
        space=space,
        versions=versions,
        staff=camp_defaults.staff_of(space),
        names=camp_defaults.names_for(space, versions),
        by=request.user,
    )
    if request.method == "POST" and form.is_valid():
        try:
            camp = camps.open_camp(space=space, by=request.user, **form.asked_for())
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(
                request, _("%(camp)s is open. Bring its learners in next.") % {"camp": camp}
            )
            return redirect("cohorts:camp_desk", camp.slug)
    context |= {"form": form, "more": bool(FOLDED & set(form.errors))} | _preview(form)
    return render(request, "cohorts/camp_open.html", context, status=status_of(form))


@access.requires("cohorts.open_camp")
@require_safe
def camp_preview(request: HttpRequest) -> HttpResponse:
    """What would be made, asked for whenever template or day changes in the form."""
    _all, space = _spaces(request)
    versions = camp_defaults.versions_for(space, request.user)
    form = PlanForm(request.GET, space=space, versions=versions)
    form.is_valid()
    return render(request, "cohorts/_camp_preview.html", _preview(form))


@access.requires("cohorts.staff_camp")
@require_safe
def camp_desk_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything about one camp, from one place. Five queries, whatever the size of the camp."""
    camp = camp_for(request, "cohorts.staff_camp", slug)
    [row] = camp_desk.with_sums([camp])
    context = row | {
        "phases": camp_desk.phases(camp),
        "counts": camp_desk.counts(camp),
        "groups": groups_of(camp),
        "team": camp_staff.team(camp),
        "chat_groups": camp.room.chat_groups.filter(closed_at=None),
        "may_lead": request.user.has_perm("cohorts.lead_camp", camp),
        "takes_people": camp.state in camp_dates.TAKES_PEOPLE,
        "can_move": camp.state in camp_moves.CAN_MOVE,
    }
    return render(request, "cohorts/camp_desk.html", context)


@access.requires("cohorts.lead_camp")
@require_http_methods(["GET", "HEAD", "POST"])
def camp_opening(request: HttpRequest, slug: str) -> HttpResponse:
    """Open on another day: what is not done and not sent moves with it."""
    camp = camp_for(request, "cohorts.lead_camp", slug)
    sent = request.POST if request.method == "POST" else None
    form = OpeningForm(sent, initial={"opens_on": camp.run.opens_on})
    if request.method == "POST" and form.is_valid():
        try:
            asked_again = camp_moves.move_opening(
                camp=camp, opens_on=form.cleaned_data["opens_on"], by=request.user
            )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The opening is moved, and the steps with it."))
            if asked_again:
                said = ngettext(
                    "%(n)d announcement names another date now. Read it and schedule it again.",
                    "%(n)d announcements name other dates now. Read them and schedule them again.",
                    len(asked_again),
                )
                messages.warning(request, said % {"n": len(asked_again)})
            return redirect("cohorts:camp_desk", slug)
    context = {"camp": camp, "form": form}
    return render(request, "cohorts/camp_opening.html", context, status=status_of(form))


@access.requires("cohorts.lead_camp")
@require_http_methods(["GET", "HEAD", "POST"])
def camp_state(request: HttpRequest, slug: str) -> HttpResponse:
    """Move the camp by hand, with a reason; calling it off is one of the ways."""
    camp = camp_for(request, "cohorts.lead_camp", slug)
    form = StateForm(request.POST if request.method == "POST" else None, camp=camp)
    if request.method == "POST" and form.is_valid():
        try:
            camp_dates.move_by_hand(camp=camp, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(
                request,
                _("%(camp)s is “%(state)s” now.")
                % {"camp": camp, "state": Camp.State(camp.state).label},
            )
            return redirect("cohorts:camp_desk", camp.slug)
    [row] = camp_desk.with_sums([camp])
    context = row | {"form": form, "final": camp.state in ENDED}
    return render(request, "cohorts/camp_state.html", context, status=status_of(form))


def _spaces(request: HttpRequest) -> tuple[list[Space], Space]:
    """The spaces in which she opens camps, and the one that is asked for (the first unless told);
    404 outside her spaces, 403 where she may not. One query."""
    access.check(request, "cohorts.open_camp")
    roles = request.user.standing.spaces
    managed = list(Space.objects.filter(pk__in=[k for k, r in roles.items() if r in MANAGERS]))
    asked = request.GET.get("space", "")
    for space in managed:
        if not asked or space.slug == asked:
            access.check(request, "cohorts.open_camp", space)
            return managed, space
    found = access.get_permitted(
        request, Space.objects.of(request.user), "cohorts.open_camp", slug=asked
    )
    return managed, found


def _preview(form: PlanForm) -> dict[str, Any]:
    """The numbers and dates, or the sentence that says why it cannot be."""
    if form.is_bound:
        said = getattr(form, "cleaned_data", {})
        version, opens_on = said.get("version"), said.get("opens_on")
        timezone = said.get("timezone") or form.space.timezone
    else:
        version = form.versions[form.initial["version"]]
        opens_on, timezone = form.initial["opens_on"], form.space.timezone
    if version is None or opens_on is None:
        return {"preview": None}
    try:
        found = camp_defaults.preview(version, opens_on=opens_on, timezone=timezone)
    except DomainError as refusal:
        return {"refusal": str(refusal)}
    return {"preview": found}
