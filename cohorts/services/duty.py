"""Who does a step on a day: its assignee, who stands in for her, or the people of its role.

Nothing of it is stored with the task: who is away and who has left can change at any hour, and the
board must say what is so now.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    Case,
    DateField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from cohorts.models import Absence, StepRole
from community.models import Member, Membership, RoomMembership
from community.models.written import written


@dataclass(frozen=True)
class Person:
    """One of the staff on one day. ``stand_in`` is the key of who does her steps while she is
    ``away``, and ``stand_in_name`` what that person is called."""

    key: int
    name: str
    handle: str
    role: str
    away: bool = False
    stand_in: int | None = None
    stand_in_name: str = ""


@dataclass(frozen=True)
class Duty:
    """Who does a step: ``label`` as shown, with a ``handle`` when it is one person; ``people`` are
    all whom it concerns; ``note`` says why it is not who one would think."""

    label: str
    handle: str = ""
    people: frozenset[int] = frozenset()
    note: str = ""


@dataclass
class Team:
    """The staff of one room on one date."""

    people: dict[int, Person] = field(default_factory=dict)
    _of_role: dict[str, Duty] = field(default_factory=dict)

    def duty(self, role: str, assignee: Member | None) -> Duty:
        """No query. An assignee, or a stand-in, who is not among the staff any more is named, and
        the step falls back to the role."""
        if assignee is None:
            return self.of_role(role)
        person = self.people.get(assignee.pk)
        if person is None:
            return self._fall_back(
                role, _("%(name)s is not among the staff any more.") % {"name": assignee}
            )
        if not person.away:
            return Duty(person.name, person.handle, frozenset({person.key}))
        return self._instead_of(person)

    def of_role(self, role: str) -> Duty:
        """The people of a role who are here, and the stand-ins of those who are not."""
        if role not in self._of_role:
            self._of_role[role] = self._people_of(role)
        return self._of_role[role]

    def _instead_of(self, person: Person) -> Duty:
        stand_in = self.people.get(person.stand_in or 0)
        if stand_in is not None and not stand_in.away:
            note = _("for %(name)s, who is away") % {"name": person.name}
            return Duty(stand_in.name, stand_in.handle, frozenset({stand_in.key}), note)
        if person.stand_in is None:
            note = _("%(name)s is away and nobody stands in.") % {"name": person.name}
        elif stand_in is None:
            note = _("%(stand_in)s was to stand in for %(name)s and has left.") % {
                "stand_in": person.stand_in_name,
                "name": person.name,
            }
        else:
            note = _("%(name)s and %(stand_in)s are both away.") % {
                "stand_in": stand_in.name,
                "name": person.name,
            }
        return self._fall_back(person.role, note)

    def _fall_back(self, role: str, note: str) -> Duty:
        found = self.of_role(role)
        return Duty(found.label, found.handle, found.people, note)

    def _people_of(self, role: str) -> Duty:
        everybody = [person for person in self.people.values() if person.role == role]
        here = {person.key: person for person in everybody if not person.away}
        notes = []
        for person in everybody:
            if not person.away:
                continue
            stand_in = self.people.get(person.stand_in or 0)
            if stand_in is not None and not stand_in.away:
                here.setdefault(stand_in.key, stand_in)
                notes.append(_("for %(name)s, who is away") % {"name": person.name})
            elif person.stand_in is not None and stand_in is None:
                notes.append(
                    _("%(stand_in)s was to stand in for %(name)s and has left.")
                    % {"stand_in": person.stand_in_name, "name": person.name}
                )
        label = str(StepRole(role).label)
        if len(here) == 1:
            (one,) = here.values()
            return Duty(one.name, one.handle, frozenset(here), notes[0] if notes else "")
        if not here:
            none = _("Nobody is here for this role. Whoever sees it first does it.")
            return Duty(label, note=" ".join([*notes, none]))
        return Duty(label, people=frozenset(here), note=" ".join(notes))


def teams(dates: Mapping[int, dt.date]) -> dict[int, Team]:
    """The staff of each room (by its key) on the date that is named for it. One query."""
    found = {room: Team() for room in dates}
    for room, key, role, away, stand_in, stand_in_name, name, handle in _rows(dates):
        found[room].people[key] = Person(
            key=key,
            name=name or handle,
            handle=handle,
            role=role,
            away=bool(away),
            stand_in=stand_in,
            stand_in_name=stand_in_name or "",
        )
    return found


def _rows(dates: Mapping[int, dt.date]) -> Iterable[tuple[Any, ...]]:
    if len(dates) == 1:  # the board of one camp: its text is written once
        ((room, date),) = dates.items()
        return _staff_of_one.bare(room=room, on=date.isoformat())
    on = Case(
        *(When(room=room, then=Value(date)) for room, date in dates.items()),
        output_field=DateField(),
    )
    return _staff(Q(room__in=list(dates)), on) if dates else ()


@written
def _staff_of_one(*, room: Any, on: Any) -> QuerySet:
    return _staff(Q(room=room), Cast(on, DateField()))


def _staff(of_rooms: Q, on: Any) -> QuerySet[RoomMembership, tuple[Any, ...]]:
    """Who is in the staff, whether she is away on the day, and who stands in for her then."""
    in_the_space = Membership.objects.active().filter(
        space=OuterRef("room__space"), member=OuterRef("member")
    )
    away = Absence.objects.filter(
        run__room=OuterRef("room"),
        member=OuterRef("member"),
        first_day__lte=OuterRef("on"),
        last_day__gte=OuterRef("on"),
    ).order_by("-created_at", "-pk")
    return (
        RoomMembership.objects.active()
        .filter(of_rooms, role__in=RoomMembership.STAFF_ROLES)
        .filter(member__state=Member.State.ACTIVE)
        .filter(Exists(in_the_space))
        .annotate(on=on)
        .annotate(
            is_away=Exists(away),
            stand_in=Subquery(away.values("stand_in")[:1]),
            stand_in_name=Subquery(away.values("stand_in__display_name")[:1]),
        )
        .order_by("since", "pk")
        .values_list(
            *("room_id", "member_id", "role", "is_away", "stand_in", "stand_in_name"),
            *("member__display_name", "member__handle"),
        )
    )
