"""Bringing learners in: by ticking people of the space, by a whole list, by a link."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cohorts.forms.camp_people import CampInvitationForm, EnrolForm
from cohorts.models import CampInvitation, Enrolment
from cohorts.services import camp_invitations, camp_rosters, enrolment
from cohorts.views.camp_people import LONGEST_SEARCH, outside
from cohorts.views.scope import camp_for
from community import access, pages
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.services import form_tokens

SHOWN_LEFT_OUT = 100
SHOWN_LISTS = 5


@access.requires("cohorts.lead_camp")
@require_http_methods(["GET", "HEAD", "POST"])
def camp_enrol(request: HttpRequest, slug: str) -> HttpResponse:
    """People of the space who are not in the camp, to be ticked; the lists that were brought in
    stand beside, for those who see them. Three queries."""
    camp = camp_for(request, "cohorts.lead_camp", slug)
    words = request.GET.get("q", "")[:LONGEST_SEARCH]
    page = pages.page(outside(camp, words), by="joined_at", cursor=request.GET.get("after", ""))
    form = EnrolForm(
        request.POST if request.method == "POST" else None, camp=camp, listed=page.rows
    )
    if request.method == "POST" and form.is_valid():
        try:
            outcome = enrolment.enrol_all(
                camp=camp, by=request.user, way=Enrolment.Way.BY_HAND, **form.cleaned_data
            )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            tell(request, outcome)
            return redirect("cohorts:camp_enrol", slug)
    may_see_lists = request.user.has_perm("community.manage_space", camp.space)
    context = {"camp": camp, "form": form, "page": page, "words": words}
    context["lists"] = camp_rosters.lists_of(camp)[:SHOWN_LISTS] if may_see_lists else []
    context["query"] = urlencode({"q": words}) if words else ""
    return render(request, "cohorts/camp_enrol.html", context, status=status_of(form))


@access.requires("community.manage_space")
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def camp_enrol_list(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """A whole list in one press: how many are in, who can come, who cannot and why. Six queries,
    whatever the length of the list."""
    camp = camp_for(request, "cohorts.lead_camp", slug)
    access.check(request, "community.manage_space", camp.space)
    roster = get_object_or_404(camp_rosters.lists_of(camp), public_id=public_id)
    if request.method == "POST":
        try:
            tell(request, camp_rosters.bring_in(camp=camp, roster=roster, by=request.user))
        except DomainError as refusal:
            messages.error(request, str(refusal))
        return redirect("cohorts:camp_enrol_list", slug, public_id)
    found = camp_rosters.standing(camp, roster)
    context = {
        "camp": camp,
        "roster": roster,
        "found": found,
        "left_out": found.left_out[:SHOWN_LEFT_OUT],
        "more": max(0, len(found.left_out) - SHOWN_LEFT_OUT),
    }
    return render(request, "cohorts/camp_enrol_list.html", context)


@access.requires("cohorts.lead_camp")
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def camp_invitation_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The links into the camp, newest first, and a form for a new one. Two queries."""
    camp = camp_for(request, "cohorts.lead_camp", slug)
    sent = request.POST if request.method == "POST" else None
    form = CampInvitationForm(sent, initial={"max_uses": max(1, camp.seats_left)})
    if request.method == "POST" and form.is_valid():
        made = camp_invitations.invite(camp=camp, by=request.user, **form.cleaned_data)
        messages.success(request, _("The link is ready. Copy it or show its code."))
        return redirect("cohorts:camp_invitation", slug, made.public_id)
    listed = camp.invitations.select_related("created_by")
    page = pages.page(listed, by="-created_at", cursor=request.GET.get("after", ""))
    context = {"camp": camp, "form": form, "page": page}
    return render(request, "cohorts/camp_invitation_list.html", context, status=status_of(form))


@access.requires("cohorts.lead_camp")
@require_safe
def camp_invitation(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """One link to copy, and its QR code to show. Two queries."""
    found = _invitation_for(request, slug, public_id)
    context = {
        "camp": found.camp,
        "invitation": found,
        "link": settings.BASE_URL + found.get_absolute_url(),
        "why_not": camp_invitations.why_not(found),
    }
    return render(request, "cohorts/camp_invitation.html", context)


@access.requires("cohorts.lead_camp")
@require_POST
def camp_invitation_revoke(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    found = _invitation_for(request, slug, public_id)
    if camp_invitations.revoke(invitation=found, by=request.user):
        messages.success(request, _("The link can no longer be used."))
    return redirect("cohorts:camp_invitation_list", slug)


def tell(request: HttpRequest, outcome: enrolment.Outcome) -> None:
    """What became of the press, in sentences."""
    if outcome.enrolled:
        count = len(outcome.enrolled)
        text = ngettext("%(count)d person came in.", "%(count)d people came in.", count)
        messages.success(request, text % {"count": count})
    elif outcome.already:
        messages.success(request, _("They were in the camp already."))
    for _member, reason in outcome.left_out[:5]:
        messages.error(request, reason)


def _invitation_for(request: HttpRequest, slug: str, public_id: str) -> CampInvitation:
    camp = camp_for(request, "cohorts.lead_camp", slug)
    found = get_object_or_404(camp.invitations.select_related("created_by"), public_id=public_id)
    found.camp = camp
    return found
