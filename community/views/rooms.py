"""A room: who is in it, and who brings them in or takes them out."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access, pages
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.forms.rooms import EnterRoomForm, PlaceForm, RoomForm
from community.models import Membership, Room, RoomMembership
from community.services import form_tokens, rooms
from community.views.scope import room_for, space_for

LONGEST_SEARCH = 60


@access.requires("community.manage_space")
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def room_open(request: HttpRequest, space: str) -> HttpResponse:
    """A manager opens a room and leads it."""
    found = space_for(request, "community.manage_space", space)
    form = RoomForm(request.POST or None, space=found)
    if request.method == "POST" and form.is_valid():
        try:
            room = rooms.open_room(
                space=found, lead=request.user, by=request.user, **form.cleaned_data
            )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("%(room)s is open.") % {"room": room})
            return redirect(room)
    context = {"space": found, "form": form}
    return render(request, "community/room_open.html", context, status=status_of(form))


@access.requires("community.see_room")
@require_safe
def room_detail(request: HttpRequest, space: str, public_id: str) -> HttpResponse:
    """Who is in the room: its staff first, then the learners page by page. A minor sees the staff,
    whom she may ask; the others are not listed to her. Four queries whatever the number."""
    room = room_for(request, "community.see_room", space, public_id)
    inside = room.memberships.active().select_related("member")
    staff = inside.filter(role__in=RoomMembership.STAFF_ROLES).order_by("since", "pk")
    learners = inside.filter(role=RoomMembership.Role.LEARNER)
    sees_learners = request.user.has_perm("community.see_people", room.space)
    page = pages.page(
        learners if sees_learners else learners.none(),
        by="since",
        cursor=request.GET.get("after", ""),
    )
    return render(
        request,
        "community/room_detail.html",
        {
            "room": room,
            "space": room.space,
            "staff": staff,
            "page": page,
            "sees_learners": sees_learners,
            "parts": Room.objects.visible_to(request.user).filter(part_of=room),
            "may_manage": not room.follows_space
            and request.user.has_perm("community.manage_room", room),
        },
    )


@access.requires("community.manage_room")
@require_http_methods(["GET", "HEAD", "POST"])
def room_enter(request: HttpRequest, space: str, public_id: str) -> HttpResponse:
    """Bring people of the space into the room: a page of those who are not in it, to be ticked."""
    room = _fillable_room(request, space, public_id)
    words = request.GET.get("q", "")[:LONGEST_SEARCH]
    outside = (
        Membership.objects.active()
        .filter(space=room.space_id)
        .exclude(member__in=room.memberships.active().values("member"))
        .named(words)
        .select_related("member")
    )
    page = pages.page(outside, by="joined_at", cursor=request.GET.get("after", ""))
    form = EnterRoomForm(request.POST or None, room=room, listed=page.rows)
    if request.method == "POST" and form.is_valid():
        try:
            count = rooms.enter_all(room=room, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("%(count)d people came in.") % {"count": count})
            return redirect(room)
    query = urlencode({"q": words}) if words else ""
    context = {"room": room, "space": room.space, "form": form, "page": page}
    context |= {"words": words, "query": query}
    return render(request, "community/room_enter.html", context, status=status_of(form))


@access.requires("community.manage_room")
@require_http_methods(["GET", "HEAD", "POST"])
def room_place(request: HttpRequest, space: str, public_id: str, handle: str) -> HttpResponse:
    """Somebody's place in the room: change her role there."""
    room = _fillable_room(request, space, public_id)
    place = _place_in(room, handle)
    form = PlaceForm(request.POST or None, room=room, initial={"role": place.role})
    if request.method == "POST" and form.is_valid():
        try:
            rooms.enter(room=room, member=place.member, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(
                request, _("The role of %(name)s was changed.") % {"name": place.member}
            )
            return redirect(room)
    context = {"room": room, "space": room.space, "place": place, "form": form}
    return render(request, "community/room_place.html", context, status=status_of(form))


@access.requires("community.manage_room")
@require_POST
def room_depart(request: HttpRequest, space: str, public_id: str, handle: str) -> HttpResponse:
    room = _fillable_room(request, space, public_id)
    place = _place_in(room, handle)
    rooms.depart(room=room, member=place.member, by=request.user)
    messages.success(request, _("%(name)s is no longer in the room.") % {"name": place.member})
    return redirect(room)


def _fillable_room(request: HttpRequest, space: str, public_id: str) -> Room:
    """A room that she manages by hand; the rooms that follow the roles in the space are none."""
    room = room_for(request, "community.manage_room", space, public_id)
    if room.follows_space:
        raise Http404
    return room


def _place_in(room: Room, handle: str) -> RoomMembership:
    inside = room.memberships.active().select_related("member")
    place = inside.filter(member__handle=handle).first()
    if place is None:
        raise Http404
    return place
