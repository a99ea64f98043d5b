"""The staff of a camp: their roles, who is away and who stands in."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cohorts.forms.camp_people import AbsenceForm, RoleForm, StaffForm
from cohorts.models import Absence, Camp
from cohorts.services import camp_staff
from cohorts.services.camp_staff import Place
from cohorts.views.scope import camp_for
from community import access, pages
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.models import Membership
from community.services import form_tokens

LONGEST_SEARCH = 60


@access.requires("cohorts.staff_camp")
@require_http_methods(["GET", "HEAD"])
def camp_staff_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Who runs the camp, as what, and who is away when. Three queries."""
    camp = camp_for(request, "cohorts.staff_camp", slug)
    context = {
        "camp": camp,
        "team": camp_staff.team(camp),
        "may_lead": request.user.has_perm("cohorts.lead_camp", camp),
    }
    return render(request, "cohorts/camp_staff.html", context)


@access.requires("cohorts.lead_camp")
@require_http_methods(["GET", "HEAD", "POST"])
def camp_staff_add(request: HttpRequest, slug: str) -> HttpResponse:
    """People of the space who are not in the camp, to be ticked."""
    camp = camp_for(request, "cohorts.lead_camp", slug)
    words = request.GET.get("q", "")[:LONGEST_SEARCH]
    page = pages.page(outside(camp, words), by="joined_at", cursor=request.GET.get("after", ""))
    sent = request.POST if request.method == "POST" else None
    form = StaffForm(sent, camp=camp, listed=page.rows)
    if request.method == "POST" and form.is_valid():
        role = form.cleaned_data["role"]
        try:
            for member in form.cleaned_data["people"]:
                camp_staff.put(camp=camp, member=member, role=role, by=request.user)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("They are of the staff now."))
            return redirect("cohorts:camp_staff", slug)
    context = {"camp": camp, "form": form, "page": page, "words": words}
    context["query"] = urlencode({"q": words}) if words else ""
    return render(request, "cohorts/camp_staff_add.html", context, status=status_of(form))


@access.requires("cohorts.lead_camp")
@require_http_methods(["GET", "HEAD", "POST"])
def camp_staff_place(request: HttpRequest, slug: str, handle: str) -> HttpResponse:
    """Somebody's role in the camp: change it, or end it (``do=out``)."""
    camp = camp_for(request, "cohorts.lead_camp", slug)
    place = _place(camp, handle)
    out = request.POST.get("do") == "out"
    sent = request.POST if request.method == "POST" and not out else None
    form = RoleForm(sent, initial={"role": place.role})
    if out or (request.method == "POST" and form.is_valid()):
        try:
            if out:
                camp_staff.take_out(camp=camp, member=place.member, by=request.user)
            else:
                role = form.cleaned_data["role"]
                camp_staff.put(camp=camp, member=place.member, role=role, by=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("cohorts:camp_staff_place", slug, handle)
        messages.success(request, _("The staff of the camp was changed."))
        return redirect("cohorts:camp_staff", slug)
    context = {"camp": camp, "place": place, "form": form}
    return render(request, "cohorts/camp_staff_place.html", context, status=status_of(form))


@access.requires("cohorts.staff_camp")
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def camp_away(request: HttpRequest, slug: str, handle: str) -> HttpResponse:
    """When somebody of the staff is away, and who stands in. Everybody says it for herself, a lead
    for all."""
    camp = camp_for(request, "cohorts.staff_camp", slug)
    if handle != request.user.handle:
        access.check(request, "cohorts.lead_camp", camp)
    team = camp_staff.team(camp)
    place = _place(camp, handle, team)
    sent = request.POST if request.method == "POST" else None
    form = AbsenceForm(sent, member=place.member, team=team)
    if request.method == "POST" and form.is_valid():
        try:
            camp_staff.be_away(camp=camp, member=place.member, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The days away are on the board now."))
            return redirect("cohorts:camp_staff", slug)
    context = {"camp": camp, "place": place, "form": form}
    return render(request, "cohorts/camp_away.html", context, status=status_of(form))


@access.requires("cohorts.staff_camp")
@require_POST
def camp_back(request: HttpRequest, slug: str, handle: str) -> HttpResponse:
    """She is here: the absence that begins on ``first_day`` ends."""
    camp = camp_for(request, "cohorts.staff_camp", slug)
    if handle != request.user.handle:
        access.check(request, "cohorts.lead_camp", camp)
    rows = Absence.objects.filter(run=camp.run, member__handle=handle).select_related("member")
    try:
        first_day = parse_date(request.POST.get("first_day", ""))
    except ValueError:
        first_day = None
    absence = get_object_or_404(rows, first_day=first_day)
    camp_staff.be_back(absence=absence, camp=camp, by=request.user)
    messages.success(request, _("The days away were taken back."))
    return redirect("cohorts:camp_staff", slug)


def outside(camp: Camp, words: str):
    """Active people of the space who are neither learner nor staff of the camp."""
    inside = camp.run.room.memberships.active().values("member")
    return (
        Membership.objects.active()
        .filter(space=camp.space_id)
        .exclude(member__in=inside)
        .named(words)
        .select_related("member")
    )


def _place(camp: Camp, handle: str, team: list[Place] | None = None) -> Place:
    for place in camp_staff.team(camp) if team is None else team:
        if place.member.handle == handle:
            return place
    raise Http404
