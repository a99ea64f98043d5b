"""The robot of a staff group: what it is, setting one up, a test, taking it down."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.forms.robots import RobotChangeForm, RobotForm
from community.models import OutboxMessage, Robot, Room, Space
from community.services import robot_faults, robots
from community.views.scope import room_for, space_for

State = OutboxMessage.State


@access.requires("community.manage_space")
@require_http_methods(["GET", "HEAD", "POST"])
def space_robot(request: HttpRequest, space: str) -> HttpResponse:
    """The robot of a space, or the form for one. Three queries."""
    return _robot_page(request, space_for(request, "community.manage_space", space), None)


@access.requires("community.manage_room")
@require_http_methods(["GET", "HEAD", "POST"])
def room_robot(request: HttpRequest, space: str, public_id: str) -> HttpResponse:
    """The robot of a camp. Three queries. No other kind of room has one."""
    room = room_for(request, "community.manage_room", space, public_id)
    if room.kind != Room.Kind.CAMP:
        raise Http404
    return _robot_page(request, room.space, room)


def _robot_page(request: HttpRequest, space: Space, room: Room | None) -> HttpResponse:
    robot = robots.of(space, room)
    if robot is not None:
        if request.method == "POST":
            messages.info(request, _("There is a robot here already."))
            return redirect(request.path)
        return render(request, "community/robot.html", _standing(robot))
    start = Robot(platform=Robot.Platform.WECOM, locale=space.default_locale)
    form = RobotForm(request.POST if request.method == "POST" else None, instance=start)
    if request.method == "POST" and form.is_valid():
        try:
            robots.set_up(space=space, room=room, by=request.user, **form.told)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The robot is set up. Now send a test."))
            return redirect(request.path)
    closed = Robot.objects.of(space, room).exclude(closed_at=None).first()
    context = {"form": form, "place": room or space, "space": space, "room": room, "closed": closed}
    return render(request, "community/robot_none.html", context, status=status_of(form))


def _standing(robot: Robot) -> dict[str, Any]:
    """What the page of a robot shows of it. One query."""
    rows = robots.last_messages(robot)
    for row in rows:
        row.robot = robot
    told = [(row, Robot.Kind(row.kind).label, *robot_faults.of_message(row)) for row in rows]
    sentence, todo = (
        robot_faults.words(robot.platform, robot.fault, robot.said) if robot.fault else ("", "")
    )
    return {
        "robot": robot,
        "place": robot.place,
        "space": robot.space,
        "room": robot.room,
        "home": home_of(robot),
        "sentence": sentence,
        "todo": todo,
        "told": told,
        "kinds": list(robot.told_kinds()),
        "under_way": any(row.state in {State.QUEUED, State.SENDING} for row in rows),
        "in_the_demo": settings.DEMO,
    }


def home_of(robot: Robot) -> str:
    """The address of the page that it stands on. Needs space and room."""
    if robot.room is None:
        return reverse("community:space_robot", args=[robot.space.slug])
    return reverse("community:room_robot", args=[robot.space.slug, robot.room.public_id])


def _robot_for(request: HttpRequest, robot: str) -> Robot:
    """One that is open, among those she may know of. One query."""
    return access.get_permitted(
        request,
        Robot.objects.open().visible_to(request.user),
        "community.manage_robot",
        public_id=robot,
    )


@access.requires("community.manage_robot")
@require_safe
def robot_state(request: HttpRequest, robot: str) -> HttpResponse:
    """How it stands now, as a fragment that asks for itself while a message is on its way."""
    return render(request, "community/_robot_state.html", _standing(_robot_for(request, robot)))


@access.requires("community.manage_robot")
@require_http_methods(["GET", "HEAD", "POST"])
def robot_change(request: HttpRequest, robot: str) -> HttpResponse:
    """Other settings, another key. What is sealed is never shown, only the end of the key."""
    found = _robot_for(request, robot)
    home, masked, title = home_of(found), found.masked_key, found.name
    form = RobotChangeForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            robots.change(robot=found, by=request.user, **form.told)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The robot was changed. Send a test if you like."))
            return redirect(home)
    context = {"form": form, "robot": found, "home": home, "masked": masked, "title": title}
    return render(request, "community/robot_change.html", context, status=status_of(form))


@access.requires("community.manage_robot")
@require_POST
def robot_test(request: HttpRequest, robot: str) -> HttpResponse:
    """Queue a test; its page shows what becomes of it."""
    found = _robot_for(request, robot)
    try:
        robots.send_test(robot=found, by=request.user, path=home_of(found))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("A test is on its way."))
    return redirect(home_of(found))


@access.requires("community.manage_robot")
@require_POST
def robot_close(request: HttpRequest, robot: str) -> HttpResponse:
    """Take it down; nothing is sent there any more."""
    found = _robot_for(request, robot)
    try:
        robots.close(robot=found, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The robot is closed, and its key is deleted here."))
    return redirect(home_of(found))
