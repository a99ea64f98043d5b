"""Finding the camp that an address names, within what the member may know of."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpRequest

from cohorts.models import Camp
from community import access


def camp_for(request: HttpRequest, perm: str, slug: str) -> Camp:
    """A camp she may know of, on which she has ``perm``, with its space, run and rooms. One query."""
    reachable = Camp.objects.visible_to(request.user).select_related(
        "space", "run__room", "run__version", "staff_room"
    )
    return access.get_permitted(request, reachable, perm, slug=slug)


def camp_in(
    request: HttpRequest,
    perm: str,
    space: str,
    slug: str,
    more: Callable[[QuerySet[Camp]], QuerySet[Camp]] = lambda rows: rows,
) -> Camp:
    """The same, by the address that learners use; ``more`` adds to what is asked. One query."""
    reachable = more(Camp.objects.visible_to(request.user))
    return access.get_permitted(request, reachable, perm, space__slug=space, slug=slug)
