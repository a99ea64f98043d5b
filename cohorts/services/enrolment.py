"""Coming into a camp as a learner, stepping back, and going on.

Whoever changes who learns in a camp holds the row of the space, as every change of its people does,
and takes the place by compare-and-swap on the camp, below its capacity.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cohorts.models import Camp, Enrolment
from cohorts.services.camp_dates import TAKES_PEOPLE
from community import clock
from community.errors import DomainError
from community.models import Member, Membership, RoomMembership, Space
from community.services import audit, rooms

State, Way, Role = Enrolment.State, Enrolment.Way, RoomMembership.Role
LONGEST_REASON = 300
SEATS = ("state", "enrols_from", "capacity", "seats_taken")  # what decides whether one comes in


@dataclass
class Outcome:
    """What became of many: who is in now, how many were in before, and who was left out and why."""

    enrolled: list[Enrolment] = field(default_factory=list)
    already: int = 0
    left_out: list[tuple[Member, str]] = field(default_factory=list)


@transaction.atomic
def enrol(
    *, camp: Camp, member: Member, by: Member | None, way: str = Way.BY_HAND, reason: str = ""
) -> Enrolment:
    """``member`` learns in ``camp`` from today on: her enrolment and her place in the camp's room.

    Once is as good as twice: who is in stays in, and who paused goes on. Who had left comes in
    anew, from today on. Raises DomainError if the camp takes nobody (over, called off), is full,
    or she is of its staff or not in the space. Locks the space's row.
    """
    outcome = _bring_in(camp, [member], by=by, way=way, reason=_checked(reason))
    if outcome.left_out:
        raise DomainError(outcome.left_out[0][1])
    return Enrolment.objects.select_related("camp__space", "member").get(camp=camp, member=member)


@transaction.atomic
def enrol_all(*, camp: Camp, people: Iterable[Member], by: Member | None, way: str) -> Outcome:
    """Enrol all ``people`` in their order, as long as there are places; each who cannot come in is
    left out with a reason, and the others are not held up.

    Raises DomainError only if the camp takes nobody at all. Locks the space's row. About fifteen
    queries, whatever their number; one more for each who comes back.
    """
    return _bring_in(camp, people, by=by, way=way)


@transaction.atomic
def leave(*, enrolment: Enrolment, by: Member, note: str = "") -> bool:
    """She learns there no more, and her place is free for somebody else; what she wrote stays.
    True if she was in. Raises DomainError when the camp is over. Locks the space's row."""
    camp = enrolment.camp
    Space.objects.select_for_update(no_key=True).get(pk=camp.space_id)
    if camp.state == Camp.State.FINISHED:
        raise DomainError(_("%(camp)s is over. There is nothing to leave.") % {"camp": camp})
    inside = Enrolment.objects.filter(pk=enrolment.pk, state__in=[State.ACTIVE, State.PAUSED])
    if not inside.update(state=State.LEFT, left_at=clock.now()):
        return False
    Camp.objects.filter(pk=camp.pk, seats_taken__gt=0).update(seats_taken=F("seats_taken") - 1)
    rooms.depart(room=camp.run.room, member=enrolment.member, by=by)
    _record("enrolment.left", enrolment, by, reason=note)
    return True


@transaction.atomic
def pause(*, enrolment: Enrolment, by: Member, note: str = "") -> bool:
    """She keeps her place and is asked for nothing meanwhile. True if she was learning."""
    active = Enrolment.objects.active().filter(pk=enrolment.pk)
    paused = bool(active.update(state=State.PAUSED))
    if paused:
        enrolment.state = State.PAUSED
        _record("enrolment.paused", enrolment, by, reason=note)
    return paused


@transaction.atomic
def go_on(*, enrolment: Enrolment, by: Member) -> bool:
    """She learns again after a pause. True if she had paused."""
    paused = Enrolment.objects.filter(pk=enrolment.pk, state=State.PAUSED)
    goes_on = bool(paused.update(state=State.ACTIVE))
    if goes_on:
        enrolment.state = State.ACTIVE
        _record("enrolment.resumed", enrolment, by)
    return goes_on


@transaction.atomic
def change_reason(*, enrolment: Enrolment, reason: str) -> None:
    """What she wants from this camp, in her own words; empty takes it back. One UPDATE."""
    reason = _checked(reason)
    Enrolment.objects.filter(pk=enrolment.pk).update(reason=reason)
    enrolment.reason = reason


def check_open(camp: Camp, way: str) -> None:
    """Raise DomainError unless the camp takes people. An invitation works while enrolment is open;
    staff may also bring people in before that. No query."""
    if camp.state == Camp.State.CANCELLED:
        raise DomainError(_("%(camp)s was called off.") % {"camp": camp})
    if camp.state not in TAKES_PEOPLE:
        raise DomainError(
            _("%(camp)s takes nobody in any more: its course is over.") % {"camp": camp}
        )
    if camp.state == Camp.State.PLANNED and way == Way.INVITATION:
        if camp.enrols_from is None:
            raise DomainError(_("Enrolment for %(camp)s is not open yet.") % {"camp": camp})
        raise DomainError(
            _("Enrolment for %(camp)s opens on %(date)s. Come back then.")
            % {"camp": camp, "date": date_format(camp.enrols_from, "DATE_FORMAT")}
        )


def places_of(camp: Camp, people: Iterable[int]) -> dict[int, str]:
    """The role in the camp's room of each of these keys that is in it. One query."""
    inside = RoomMembership.objects.active().filter(room=camp.run.room_id, member__in=people)
    return dict(inside.values_list("member", "role"))


def problems_of(camp: Camp, people: dict[int, Member], places: dict[int, str]) -> dict[int, str]:
    """Why somebody cannot come in, by key; ``places`` are those of ``places_of``. One query."""
    active = Membership.objects.active().filter(space=camp.space_id, member__in=people)
    here = set(active.values_list("member", flat=True))
    found = {}
    for key, member in people.items():
        if member.state not in (Member.State.ACTIVE, Member.State.UNCLAIMED):
            found[key] = _("%(name)s has no active account.") % {"name": member}
        elif key not in here:
            found[key] = _("%(name)s is not in this space. Invite them to the space first.") % {
                "name": member
            }
        elif places.get(key, Role.LEARNER) != Role.LEARNER:
            found[key] = _("%(name)s is of the camp's staff, and does not learn in it.") % {
                "name": member
            }
    return found


def _bring_in(
    camp: Camp, people: Iterable[Member], *, by: Member | None, way: str, reason: str = ""
) -> Outcome:
    everybody = {member.pk: member for member in people}
    outcome = Outcome()
    # Most of a crowd at the door of a full camp go without having waited for each other.
    for lock in (False, True):
        if lock:
            Space.objects.select_for_update(no_key=True).get(pk=camp.space_id)
        camp.refresh_from_db(fields=SEATS)
        check_open(camp, way)
        known = {
            row.member_id: row for row in Enrolment.objects.filter(camp=camp, member__in=everybody)
        }
        if camp.seats_left <= 0 and not known:
            outcome.left_out = [(member, full(camp)) for member in everybody.values()]
            return outcome
    problems = problems_of(camp, everybody, places_of(camp, everybody))
    outcome.left_out = [(everybody[key], problem) for key, problem in problems.items()]
    newcomers = []
    for key, member in everybody.items():
        row = known.get(key)
        if key in problems:
            continue
        if row is None or row.state == State.LEFT:
            newcomers.append(member)
            continue
        outcome.already += 1
        if row.state == State.PAUSED:
            go_on(enrolment=row, by=by or member)
    got = _take_places(camp, len(newcomers), way)
    outcome.left_out += [(member, full(camp)) for member in newcomers[got:]]
    outcome.enrolled = _write(camp, newcomers[:got], known, by=by, way=way, reason=reason)
    return outcome


def _write(
    camp: Camp,
    people: list[Member],
    known: dict[int, Enrolment],
    *,
    by: Member | None,
    way: str,
    reason: str,
) -> list[Enrolment]:
    """Their enrolments and their places in the room; who comes back has her row already."""
    now, day = clock.now(), first_day(camp)
    rows = []
    for member in people:
        row = known.get(member.pk) or Enrolment(camp=camp, member=member)
        row.camp, row.member = camp, member
        row.state, row.way, row.from_day = State.ACTIVE, way, day
        row.reason = reason or row.reason
        row.enrolled_at, row.welcomed_at, row.left_at = now, None, None
        if row.pk:
            row.save()
        rows.append(row)
    Enrolment.objects.bulk_create([row for row in rows if row.pk is None], batch_size=500)
    rooms.enter_all(room=camp.run.room, people=people, role=Role.LEARNER, by=by)
    audit.record_each(
        "enrolment.made",
        actor=by,
        space=camp.space,
        of=[
            (row, {"member": row.member.public_id, "way": str(way), "from_day": day})
            for row in rows
        ],
    )
    return rows


def first_day(camp: Camp) -> int:
    """The first day of which something is asked of who comes in now: today, or the opening."""
    return max(1, min(camp.calendar.today(), camp.run.days))


def _take_places(camp: Camp, wanted: int, way: str) -> int:
    """As many of ``wanted`` places as there are, by compare-and-swap: the last one goes to one
    person, and none is taken in a camp that was called off meanwhile. Returns how many; looks
    again as long as somebody else was faster."""
    while wanted:
        camp.refresh_from_db(fields=SEATS)
        check_open(camp, way)
        got = min(wanted, camp.seats_left)
        if got <= 0:
            return 0
        as_it_was = Camp.objects.filter(pk=camp.pk, **{name: getattr(camp, name) for name in SEATS})
        if as_it_was.update(seats_taken=camp.seats_taken + got):
            camp.seats_taken += got
            return got
    return 0


def full(camp: Camp) -> str:
    """What is said when no place is left."""
    return _(
        "%(camp)s is full: all %(count)d places are taken. Ask its lead about the next one."
    ) % {"camp": camp, "count": camp.capacity}


def _checked(reason: str) -> str:
    reason = reason.strip()
    if len(reason) > LONGEST_REASON:
        raise DomainError(
            _("The reason is too long; %(limit)d characters fit.") % {"limit": LONGEST_REASON},
            field="reason",
        )
    return reason


def _record(action: str, enrolment: Enrolment, by: Member | None, reason: str = "", **data) -> None:
    audit.record(
        action,
        actor=by,
        subject=enrolment,
        space=enrolment.camp.space,
        reason=reason,
        data={"member": enrolment.member.public_id, **data},
    )
