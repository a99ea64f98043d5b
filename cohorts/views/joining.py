"""A learner's own way into a camp, and her place in it: why she came, a pause, leaving."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cohorts.forms.camp_people import ReasonForm
from cohorts.models import Camp, Enrolment
from cohorts.services import camp_desk, camp_invitations, camp_staff, enrolment
from cohorts.views.scope import camp_for, camp_in
from community import access
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.trust import ratelimit

SAID = {
    "pause": gettext_lazy("You pause. Your place stays yours."),
    "go_on": gettext_lazy("Welcome back."),
    "leave": gettext_lazy("You have left the camp."),
}


@access.public
@require_http_methods(["GET", "HEAD", "POST"])
def camp_join(request: HttpRequest, space: str, slug: str, code: str) -> HttpResponse:
    """What the camp is, who leads it, what it costs and what one may expect; joining is a POST.

    A guest goes to sign in or up and comes back here. A code that was never one is a 404, and
    whoever tries many of them has to wait; one that is over says why.
    """
    found = camp_invitations.find(space=space, slug=slug, code=code)
    if found is None:
        ratelimit.hit("invitation", ratelimit.client_ip(request), limit=60, window=600)
        raise Http404
    path = found.get_absolute_url()
    enter = f"{resolve_url('community:join')}?{urlencode({'next': path})}"
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect(enter)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    refusal = camp_invitations.why_not(found)
    if request.method == "POST" and form.is_valid():
        try:
            camp_invitations.accept(invitation=found, member=request.user, **form.cleaned_data)
        except DomainError as refused:
            refusal = str(refused)
            refuse(form, refused)
        else:
            messages.success(request, _("You are in %(camp)s now.") % {"camp": found.camp})
            return redirect(found.camp)
    context = _about(found.camp) | {"form": form, "refusal": refusal, "enter": enter}
    context["role"] = _role_in(request, found.camp)
    status = 409 if request.method == "POST" and refusal else status_of(form)
    return render(request, "cohorts/camp_join.html", context, status=status)


@access.requires("cohorts.check_in")
@require_http_methods(["GET", "HEAD", "POST"])
def my_place(request: HttpRequest, space: str, slug: str) -> HttpResponse:
    """Her own place: the reason she came, and ``do`` for a pause, going on, leaving."""
    camp = camp_in(request, "cohorts.check_in", space, slug)
    found = _enrolment_of(camp, request.user.handle)
    do = request.POST.get("do", "")
    if do in SAID:
        if not _do(request, do, found):
            return redirect("cohorts:my_place", space, slug)
        return redirect(camp.space if do == "leave" else camp)
    sent = request.POST if request.method == "POST" else None
    form = ReasonForm(sent, initial={"reason": found.reason})
    if request.method == "POST" and form.is_valid():
        enrolment.change_reason(enrolment=found, **form.cleaned_data)
        messages.success(request, _("Your reason is saved."))
        return redirect(camp)
    context = {"camp": camp, "enrolment": found, "form": form}
    return render(request, "cohorts/my_place.html", context, status=status_of(form))


@access.requires("cohorts.lead_camp")
@require_http_methods(["GET", "HEAD", "POST"])
def learner_place(request: HttpRequest, slug: str, handle: str) -> HttpResponse:
    """The same for a learner, done by a lead who has spoken with her."""
    camp = camp_for(request, "cohorts.lead_camp", slug)
    found = _enrolment_of(camp, handle)
    do = request.POST.get("do", "")
    if do in SAID and _do(request, do, found, own=False):
        return redirect("cohorts:camp_desk", slug)
    if request.method == "POST":
        return redirect("cohorts:learner_place", slug, handle)
    return render(request, "cohorts/learner_place.html", {"camp": camp, "enrolment": found})


def _do(request: HttpRequest, do: str, found: Enrolment, *, own: bool = True) -> bool:
    """Pause, go on or leave; False, with the sentence as a message, if it cannot be."""
    try:
        getattr(enrolment, do)(enrolment=found, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return False
    text = SAID[do] if own else _("The place of %(name)s was changed.") % {"name": found.member}
    messages.success(request, str(text))
    return True


def _enrolment_of(camp: Camp, handle: str) -> Enrolment:
    """Of somebody who is in the camp. One query."""
    inside = Enrolment.objects.filter(camp=camp).exclude(state=Enrolment.State.LEFT)
    found = get_object_or_404(inside.select_related("member"), member__handle=handle)
    found.camp = camp
    return found


def _role_in(request: HttpRequest, camp: Camp) -> str:
    if not request.user.is_authenticated:
        return ""
    return request.user.standing.rooms.get(camp.run.room_id, "")


def _about(camp: Camp) -> dict[str, object]:
    """What somebody should know who decides. Two queries."""
    [row] = camp_desk.with_sums([camp])
    content = camp.run.version.content
    return row | {
        "leads": [place.member for place in camp_staff.team(camp) if place.role == "lead"],
        "cost": content.get("cost", ""),
        "expectations": content.get("expectations", ""),
        "first_result": content.get("first_result", ""),
        "first_result_day": content.get("first_result_day"),
    }
