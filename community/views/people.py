"""Who is in a space, and what its managers do about that."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access, pages
from community.errors import DomainError
from community.forms.people import ReasonForm, RoleForm
from community.forms.refusal import refuse, status_of
from community.models import Membership
from community.services import spaces
from community.views.scope import membership_for, space_for

LONGEST_SEARCH = 60


@access.requires("community.see_people")
@require_safe
def people(request: HttpRequest, space: str) -> HttpResponse:
    """Who is in the space, who came first on top; managers also see who was suspended or left.

    Two queries whatever the number of people: the space, and one page of them.
    """
    found = space_for(request, "community.see_people", space)
    may_manage = request.user.has_perm("community.manage_space", found)
    state, words = request.GET.get("state", ""), request.GET.get("q", "")[:LONGEST_SEARCH]
    if not may_manage or state not in Membership.State.values:
        state = Membership.State.ACTIVE
    listed = found.memberships.filter(state=state).named(words).select_related("member")
    if not may_manage:
        # Who hides herself is in no list but that of the people who answer for the space.
        listed = listed.filter(Q(member__hidden_at=None) | Q(member=request.user))
    page = pages.page(listed, by="joined_at", cursor=request.GET.get("after", ""))
    may = request.user.has_perm
    query = {"q": words, "state": state if state != Membership.State.ACTIVE else ""}
    return render(
        request,
        "community/people.html",
        {
            "space": found,
            "page": page,
            "people": [(row, may("community.manage_membership", row)) for row in page.rows],
            "states": Membership.State.choices if may_manage else [],
            "state": state,
            "words": words,
            "query": urlencode({name: value for name, value in query.items() if value}),
            "may_invite": may("community.invite_to_space", found),
            "hands_over": bool(page.rows) and may("community.hand_over_account", page.rows[0]),
        },
    )


@access.requires("community.manage_membership")
@require_http_methods(["GET", "HEAD", "POST"])
def membership(request: HttpRequest, space: str, handle: str) -> HttpResponse:
    """Somebody's place in the space: her role, and what can be done about it."""
    found = membership_for(request, "community.manage_membership", space, handle)
    form = RoleForm(
        request.POST or None,
        roles=spaces.roles_to_give(by_role=request.user.standing.spaces.get(found.space_id)),
        initial={"role": found.role},
    )
    if request.method == "POST" and form.is_valid():
        try:
            spaces.change_role(
                space=found.space,
                member=found.member,
                role=form.cleaned_data["role"],
                by=request.user,
            )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The role of %(name)s was changed.") % _name(found))
            return redirect("community:people", space)
    context = {"membership": found, "space": found.space, "form": form}
    return render(request, "community/membership.html", context, status=status_of(form))


@access.requires("community.manage_membership")
@require_http_methods(["GET", "HEAD", "POST"])
def membership_suspend(request: HttpRequest, space: str, handle: str) -> HttpResponse:
    """GET says what suspending means and asks why; POST does it."""
    found = membership_for(request, "community.manage_membership", space, handle)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            spaces.suspend(
                space=found.space,
                member=found.member,
                by=request.user,
                reason=form.cleaned_data["reason"],
            )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("%(name)s is suspended.") % _name(found))
            return redirect("community:people", space)
    context = {"membership": found, "space": found.space, "form": form}
    return render(request, "community/membership_suspend.html", context, status=status_of(form))


@access.requires("community.manage_membership")
@require_POST
def membership_reinstate(request: HttpRequest, space: str, handle: str) -> HttpResponse:
    found = membership_for(request, "community.manage_membership", space, handle)
    try:
        spaces.reinstate(space=found.space, member=found.member, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s is in the space again.") % _name(found))
    return redirect("community:people", space)


def _name(found: Membership) -> dict[str, str]:
    return {"name": str(found.member)}
