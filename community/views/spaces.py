"""A space: the list of them, its front page, opening one, its settings, leaving it."""

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import access
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.forms.spaces import OpenSpaceForm, SpaceSettingsForm
from community.models import Membership, Room, Space
from community.registry import space_sections
from community.services import spaces
from community.views.scope import space_for


@access.signed_in
@require_safe
def space_list(request: HttpRequest) -> HttpResponse:
    """The spaces she is in. One query."""
    roles = request.user.standing.spaces
    return render(
        request,
        "community/space_list.html",
        {
            "spaces": [
                (space, Membership.Role(roles[space.pk]).label)
                for space in spaces.spaces_of(request.user)
            ],
            "may_open": request.user.has_perm("community.open_space"),
        },
    )


@access.public
@require_safe
def space_detail(request: HttpRequest, space: str) -> HttpResponse:
    """A space's page for those in it; the front page of a public one for everybody.

    A guest is asked to sign in for any other address, whether a space stands there or not.
    Three queries for a member of it (the space, the rooms she may enter, who runs it), and one for
    each section that an app has registered.
    """
    reachable = Space.objects.visible_to(request.user)
    if not request.user.is_authenticated:
        found = reachable.filter(slug=space).first()
        if found is None:
            return redirect_to_login(request.get_full_path(), resolve_url("community:login"))
        return render(request, "community/space_front.html", {"space": found})
    found = access.get_permitted(request, reachable, "community.see_space", slug=space)
    if found.pk not in request.user.standing.spaces:
        return render(request, "community/space_front.html", {"space": found})
    may = request.user.has_perm
    sees_people = may("community.see_people", found)
    runs_it = found.memberships.staff().select_related("member").order_by("joined_at", "pk")
    return render(
        request,
        "community/space_detail.html",
        {
            "space": found,
            "rooms": _by_camp(
                Room.objects.visible_to(request.user)
                .filter(space=found)
                .exclude(kind=Room.Kind.SPACE)
            ),
            "staff": runs_it[:12],
            "sections": [
                {"section": section, "rows": rows[: section.limit]}
                for section in space_sections
                if (rows := section.rows(request.user, found))
            ],
            "sees_people": sees_people,
            "may_invite": may("community.invite_to_space", found),
            "may_manage": may("community.manage_space", found),
            "may_own": may("community.own_space", found),
        },
    )


def _by_camp(rooms: Iterable[Room]) -> list[Room]:
    """Each camp followed by its parts; what stands by itself among them by name."""
    found = list(rooms)
    names = {room.pk: room.name for room in found}

    def place(room: Room) -> tuple[str, bool, str]:
        part_of = room.part_of_id
        return names.get(part_of, room.name), part_of in names, room.name

    return sorted(found, key=place)


@access.requires("community.open_space")
@require_http_methods(["GET", "HEAD", "POST"])
def space_open(request: HttpRequest) -> HttpResponse:
    """An operator opens a space for its owner. GET costs no query beyond her standing."""
    access.check(request, "community.open_space")
    form = OpenSpaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        owner = fields.pop("owner") or request.user
        try:
            opened = spaces.open_space(owner=owner, by=request.user, **fields)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("%(space)s is open.") % {"space": opened})
            return redirect(opened if owner == request.user else "community:space_list")
    context = {"form": form}
    return render(request, "community/space_open.html", context, status=status_of(form))


@access.requires("community.own_space")
@require_http_methods(["GET", "HEAD", "POST"])
def space_settings(request: HttpRequest, space: str) -> HttpResponse:
    found = space_for(request, "community.own_space", space)
    form = SpaceSettingsForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        spaces.change_settings(space=found, by=request.user, **form.cleaned_data)
        messages.success(request, _("The settings of %(space)s were saved.") % {"space": found})
        return redirect(found)
    context = {"form": form, "space": found, "title": form.initial["name"]}
    return render(request, "community/space_settings.html", context, status=status_of(form))


@access.requires("community.leave_space")
@require_http_methods(["GET", "HEAD", "POST"])
def space_leave(request: HttpRequest, space: str) -> HttpResponse:
    """GET says what leaving means; POST does it."""
    found = space_for(request, "community.leave_space", space)
    if request.method != "POST":
        return render(request, "community/space_leave.html", {"space": found})
    try:
        spaces.leave(space=found, member=request.user)
    except DomainError as refusal:
        context = {"space": found, "refusal": str(refusal)}
        return render(request, "community/space_leave.html", context, status=409)
    messages.success(request, _("You have left %(space)s.") % {"space": found})
    return redirect("community:space_list")
