"""Who has left the space, or is shut out of it, learns in none of its camps: her place is free.

Community ends her places in rooms and knows nothing of seats, so the look compares the two.
"""

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from cohorts.models import Camp, Enrolment
from community import clock
from community.models import RoomMembership, Space
from community.registry import LookPart, look_parts
from community.services import audit

State = Enrolment.State
AT_ONCE = 500


def free_places() -> int:
    """End enrolments whose place in the camp's room is over, and return how many. One query when
    there is none; each camp concerned is a transaction of its own, with its space's row locked."""
    found = list(_without_a_room().values_list("camp", flat=True).distinct()[:AT_ONCE])
    camps = Camp.objects.filter(pk__in=found).select_related("space") if found else []
    return sum(_free_places_of(camp) for camp in camps)


@transaction.atomic
def _free_places_of(camp: Camp) -> int:
    Space.objects.select_for_update(no_key=True).get(pk=camp.space_id)
    gone = list(_without_a_room().filter(camp=camp).select_related("member"))
    ended = Enrolment.objects.filter(pk__in=[row.pk for row in gone]).update(
        state=State.LEFT, left_at=clock.now()
    )
    Camp.objects.filter(pk=camp.pk, seats_taken__gte=ended).update(
        seats_taken=F("seats_taken") - ended
    )
    audit.record_each(
        "enrolment.left",
        actor=None,
        space=camp.space,
        of=[(row, {"member": row.member.public_id}) for row in gone],
    )
    return ended


def _without_a_room():
    inside = RoomMembership.objects.active().filter(
        room=OuterRef("camp__run__room"), member=OuterRef("member")
    )
    return Enrolment.objects.filter(
        ~Exists(inside),
        state__in=[State.ACTIVE, State.PAUSED],
        camp__state__in=[
            state
            for state in Camp.State
            if state not in (Camp.State.FINISHED, Camp.State.CANCELLED)
        ],
    ).order_by("pk")


look_parts.register("seats-of-those-who-left", LookPart(run=free_places, order=55))
