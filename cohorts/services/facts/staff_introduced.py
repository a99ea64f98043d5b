"""Have all who run the camp introduced themselves? They go first."""

from collections.abc import Sequence

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from cohorts.registry import Ask, Fact, Figures
from cohorts.services.facts import counted
from community.models import Member, Membership, RoomMembership

NAME = "staff_introduced"


def figures(asks: Sequence[Ask]) -> Figures:
    """Those with an introduction that the others can read, of the staff of the room. One query."""
    staff = RoomMembership.objects.active().filter(
        room__in=counted.rooms(asks),
        role__in=RoomMembership.STAFF_ROLES,
        member__state=Member.State.ACTIVE,
        member__memberships__space=F("room__space"),
        member__memberships__state=Membership.State.ACTIVE,
    )
    introduced = Q(
        member__introduction__published_at__isnull=False,
        member__introduction__held_at=None,
        member__hidden_at=None,
    )
    rows = (
        staff.order_by()
        .values_list("room")
        .annotate(have=Count("pk", filter=introduced), need=Count("pk"))
    )
    found = {room: (have, need) for room, have, need in rows}
    return {ask: found.get(ask.room, counted.NOTHING) for ask in asks}


FACT = Fact(label=_("of the staff introduced"), figures=figures, order=20)
