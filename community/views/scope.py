"""Finding what an address names, within what the member may know of.

Who is not in a space is told "not found" of everything in it, whether it exists or not; who is in
it and lacks the right is told so.
"""

from django.http import HttpRequest

from community import access
from community.models import Membership, Room, Space


def space_for(request: HttpRequest, perm: str, slug: str) -> Space:
    """A space she is in, on which she has ``perm``. One query."""
    return access.get_permitted(request, Space.objects.of(request.user), perm, slug=slug)


def membership_for(request: HttpRequest, perm: str, space: str, handle: str) -> Membership:
    """Somebody's place in a space she is in, on which she has ``perm``. One query."""
    reachable = Membership.objects.filter(space__in=list(request.user.standing.spaces))
    return access.get_permitted(
        request,
        reachable.select_related("space", "member"),
        perm,
        space__slug=space,
        member__handle=handle,
    )


def room_for(request: HttpRequest, perm: str, space: str, public_id: str) -> Room:
    """A room she may enter, on which she has ``perm``. One query."""
    reachable = Room.objects.visible_to(request.user)
    return access.get_permitted(request, reachable, perm, space__slug=space, public_id=public_id)
