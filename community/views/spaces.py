"""A space, who is in it, and what its managers do about that."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community import access
from community.errors import DomainError
from community.models import Room, Space
from community.services import spaces


@access.signed_in
@require_safe
def space_list(request: HttpRequest) -> HttpResponse:
    """The spaces she is in. One query."""
    own = Space.objects.of(request.user)
    return render(request, "community/space_list.html", {"spaces": own})


@access.requires("community.see_space")
@require_safe
def space_detail(request: HttpRequest, space: str) -> HttpResponse:
    """A space's front page, with the rooms that she may enter. Two queries."""
    found = _space_for(request, "community.see_space", space)
    rooms = Room.objects.visible_to(request.user).filter(space=found).exclude(kind=Room.Kind.SPACE)
    return render(
        request,
        "community/space_detail.html",
        {
            "space": found,
            "rooms": rooms,
            "is_member": found.pk in request.user.standing.spaces,
            "may_invite": request.user.has_perm("community.invite_to_space", found),
            "may_see_people": request.user.has_perm("community.see_people", found),
        },
    )


@access.requires("community.leave_space")
@require_POST
def space_leave(request: HttpRequest, space: str) -> HttpResponse:
    found = _space_for(request, "community.leave_space", space)
    try:
        spaces.leave(space=found, member=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    messages.success(request, _("You have left %(space)s.") % {"space": found})
    return redirect("community:space_list")


def _space_for(request: HttpRequest, perm: str, slug: str) -> Space:
    return access.get_permitted(request, Space.objects.visible_to(request.user), perm, slug=slug)
