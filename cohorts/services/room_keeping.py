"""A camp's room and its enrolments say the same, also when somebody came or went by the room alone.

Community ends places in rooms when somebody leaves a space, and lets a lead bring people into a
room; it knows nothing of seats. The look compares the two and puts the camp right.
"""

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from cohorts.models import Camp, Enrolment
from cohorts.services import enrolment
from cohorts.services.camp_dates import ENDED
from community import clock
from community.errors import DomainError
from community.models import Member, Room, RoomMembership, Space
from community.registry import LookPart, look_parts
from community.services import audit, rooms

State = Enrolment.State
AT_ONCE = 500


def keep() -> int:
    """Put right what differs, and return how many places that were. Two queries when nothing does."""
    return free_places() + take_in()


def free_places() -> int:
    """End enrolments whose place in the camp's room is over: the seat is free for somebody else.
    One query, and for each camp concerned a transaction with its space's row locked."""
    camps = _camps(_without_a_room().values_list("camp", flat=True))
    return sum(_free_places_of(camp) for camp in camps)


def take_in() -> int:
    """Enrol who was brought into a camp's room as a learner; who finds no seat, or a camp that
    takes nobody any more, leaves the room again. One query, and a transaction for each camp."""
    camps = _camps(_without_enrolment().values_list("camp", flat=True))  # type: ignore[misc]
    return sum(_take_in(camp) for camp in camps)


def _camps(keys: QuerySet) -> list[Camp]:
    found = set(keys[:AT_ONCE])
    return (
        list(Camp.objects.filter(pk__in=found).select_related("space", "run__room"))
        if found
        else []
    )


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


@transaction.atomic
def _take_in(camp: Camp) -> int:
    Space.objects.select_for_update(no_key=True).get(pk=camp.space_id)
    places = _without_enrolment().filter(camp=camp.pk)  # type: ignore[misc]
    people = list(Member.objects.filter(pk__in=places.values_list("member", flat=True)))
    try:
        outcome = enrolment.enrol_all(camp=camp, people=people, by=None, way=Enrolment.Way.BY_HAND)
        turned_away = [member for member, _reason in outcome.left_out]
    except DomainError:
        turned_away = people
    for member in turned_away:
        rooms.depart(room=camp.run.room, member=member)
    return len(people)


def _without_a_room() -> QuerySet[Enrolment]:
    inside = RoomMembership.objects.active().filter(
        room=OuterRef("camp__run__room"), member=OuterRef("member")
    )
    return (
        Enrolment.objects.filter(~Exists(inside), state__in=[State.ACTIVE, State.PAUSED])
        .exclude(camp__state__in=ENDED)
        .order_by("pk")
    )


def _without_enrolment() -> QuerySet[RoomMembership]:
    """Learners in a camp's room who have no seat; each with the key of the ``camp``."""
    here = Camp.objects.in_progress().filter(run__room=OuterRef("room"))
    held = Enrolment.objects.exclude(state=State.LEFT).filter(
        camp=OuterRef("camp"), member=OuterRef("member")
    )
    return (
        RoomMembership.objects.active()
        .filter(role=RoomMembership.Role.LEARNER, room__kind=Room.Kind.CAMP)
        .annotate(camp=Subquery(here.values("pk")[:1]))
        .filter(~Exists(held), camp__isnull=False)
        .order_by("pk")
    )


look_parts.register("rooms-of-camps", LookPart(run=keep, order=55))
