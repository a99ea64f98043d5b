"""Who runs a camp: roles in its room, which are roles in its staff room too, and who is away."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cohorts.models import Absence, Camp
from community import clock
from community.errors import DomainError
from community.models import Member, RoomMembership, Space
from community.services import audit, rooms

Role = RoomMembership.Role
MOST_DAYS = 366


@dataclass
class Place:
    """One of the staff, with her absences that are not over by the camp's own ``today``."""

    member: Member
    role: str
    role_label: str
    today: dt.date
    absences: list[Absence] = field(default_factory=list)

    @property
    def away_now(self) -> Absence | None:
        return next((one for one in self.absences if one.first_day <= self.today), None)


def team(camp: Camp) -> list[Place]:
    """The staff, leads first, then by the time they came. Two queries."""
    order = {role: number for number, role in enumerate(RoomMembership.STAFF_ROLES)}
    today = clock.local_date(camp.run.timezone)
    rows = sorted(_staff(camp), key=lambda row: (order[Role(row.role)], row.since, row.pk))
    places = {
        row.member_id: Place(row.member, row.role, row.get_role_display(), today) for row in rows
    }
    upcoming = Absence.objects.filter(run=camp.run_id, last_day__gte=today)
    for absence in upcoming.select_related("stand_in").order_by("first_day", "pk"):
        if place := places.get(absence.member_id):
            place.absences.append(absence)
    return list(places.values())


@transaction.atomic
def put(*, camp: Camp, member: Member, role: str, by: Member) -> None:
    """``member`` is of the staff as ``role``, in the camp's room and its staff room.

    Raises DomainError for a role that no staff has, for somebody who learns in the camp, for the
    last lead, and for who is not in the space. Locks the space's row.
    """
    if role not in RoomMembership.STAFF_ROLES:
        raise DomainError(
            _("“%(role)s” is no role of a camp's staff.") % {"role": role}, field="role"
        )
    _lock(camp)
    held = {row.member_id: row.role for row in _everybody(camp)}
    if held.get(member.pk) == Role.LEARNER:
        raise DomainError(
            _("%(name)s learns in this camp. End that first, then they can join the staff.")
            % {"name": member},
            field="member",
        )
    if role != Role.LEAD:
        _refuse_to_lose_the_last_lead(held, member)
    for room in (camp.run.room, camp.staff_room):
        rooms.enter(room=room, member=member, role=role, by=by)


@transaction.atomic
def take_out(*, camp: Camp, member: Member, by: Member) -> bool:
    """She is of the staff no more, in both rooms; True if she was. What she did stays hers.

    Raises DomainError for the last lead. Locks the space's row.
    """
    _lock(camp)
    held = {row.member_id: row.role for row in _everybody(camp)}
    if held.get(member.pk) not in RoomMembership.STAFF_ROLES:
        return False
    _refuse_to_lose_the_last_lead(held, member)
    return rooms.depart(room=camp.run.room, member=member, by=by)


@transaction.atomic
def be_away(
    *,
    camp: Camp,
    member: Member,
    first_day: dt.date,
    last_day: dt.date,
    by: Member,
    stand_in: Member | None = None,
    note: str = "",
) -> Absence:
    """``member`` is away from ``first_day`` to ``last_day``, both included, by the camp's calendar;
    ``stand_in`` does her steps then.

    Raises DomainError for days that lie the wrong way round, are over, too many or taken by another
    absence of hers, and for a stand-in who is not of the staff, is she herself, or is away too.
    Locks the space's row.
    """
    _lock(camp)
    _check_days(camp, first_day, last_day)
    staff = {row.member_id for row in _staff(camp)}
    if member.pk not in staff:
        raise DomainError(_("%(name)s is not of this camp's staff.") % {"name": member})
    if taken := _away(camp, member, first_day, last_day):
        raise DomainError(
            _("%(name)s is away from %(first)s to %(last)s already. Take that back first.")
            % _named(taken, member),
            field="first_day",
        )
    if stand_in is not None:
        _check_stand_in(camp, member, stand_in, staff, first_day, last_day)
    absence = Absence.objects.create(
        run=camp.run, member=member, stand_in=stand_in,
        first_day=first_day, last_day=last_day, note=note.strip()[:200],
    )  # fmt: skip
    audit.record(
        "absence.said", actor=by, subject=absence, space=camp.space,
        data={"member": member.public_id, "first_day": first_day.isoformat(),
              "last_day": last_day.isoformat()},
    )  # fmt: skip
    return absence


@transaction.atomic
def be_back(*, absence: Absence, camp: Camp, by: Member) -> None:
    """She is here from today on: an absence that has begun ends yesterday, another one never was."""
    yesterday = clock.local_date(camp.run.timezone) - dt.timedelta(days=1)
    if absence.first_day > yesterday:
        Absence.objects.filter(pk=absence.pk).delete()
    else:
        Absence.objects.filter(pk=absence.pk, last_day__gt=yesterday).update(last_day=yesterday)
    audit.record(
        "absence.ended", actor=by, subject=absence, space=camp.space,
        data={"member": absence.member.public_id},
    )  # fmt: skip


def _lock(camp: Camp) -> None:
    Space.objects.select_for_update(no_key=True).get(pk=camp.space_id)


def _everybody(camp: Camp) -> Sequence[RoomMembership]:
    return list(
        RoomMembership.objects.active().filter(room=camp.run.room_id).select_related("member")
    )


def _staff(camp: Camp) -> Sequence[RoomMembership]:
    return list(
        RoomMembership.objects.active()
        .filter(room=camp.run.room_id, role__in=RoomMembership.STAFF_ROLES)
        .select_related("member")
    )


def _refuse_to_lose_the_last_lead(held: dict[int, str], member: Member) -> None:
    leads = {key for key, role in held.items() if role == Role.LEAD}
    if leads == {member.pk}:
        raise DomainError(
            _("A camp needs a lead. Make somebody else a lead first, then this can be done.")
        )


def _check_days(camp: Camp, first_day: dt.date, last_day: dt.date) -> None:
    if last_day < first_day:
        raise DomainError(_("The last day lies before the first one."), field="last_day")
    if last_day < clock.local_date(camp.run.timezone):
        raise DomainError(_("These days are over. Say when you are away next."), field="last_day")
    if (last_day - first_day).days > MOST_DAYS:
        raise DomainError(
            _("That is more than a year. Take the person out of the staff instead."),
            field="last_day",
        )


def _check_stand_in(
    camp: Camp,
    member: Member,
    stand_in: Member,
    staff: set[int],
    first_day: dt.date,
    last_day: dt.date,
) -> None:
    if stand_in.pk == member.pk:
        raise DomainError(_("Somebody else has to stand in."), field="stand_in")
    if stand_in.pk not in staff:
        raise DomainError(
            _("%(name)s is not of this camp's staff.") % {"name": stand_in}, field="stand_in"
        )
    if taken := _away(camp, stand_in, first_day, last_day):
        raise DomainError(
            _("%(name)s is away from %(first)s to %(last)s. Choose somebody else.")
            % _named(taken, stand_in),
            field="stand_in",
        )


def _away(camp: Camp, member: Member, first: dt.date, last: dt.date) -> Absence | None:
    return Absence.objects.filter(
        run=camp.run_id, member=member, first_day__lte=last, last_day__gte=first
    ).first()


def _named(absence: Absence, member: Member) -> dict[str, str]:
    return {
        "name": str(member),
        "first": date_format(absence.first_day, "MONTH_DAY_FORMAT"),
        "last": date_format(absence.last_day, "MONTH_DAY_FORMAT"),
    }
