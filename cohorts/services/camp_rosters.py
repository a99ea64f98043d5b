"""A list of people that staff have brought into the space, put through a camp as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from cohorts.models import Camp, Enrolment
from cohorts.services import enrolment
from community.models import Member, RoomMembership, RosterImport, RosterRow
from community.services.roster import rules


@dataclass(frozen=True)
class LeftOut:
    """A row of the list, or a person of it, who does not come in; ``line`` is that of the file."""

    line: int
    name: str
    reason: str


@dataclass
class Standing:
    """How far a list is in a camp: ``people`` it became, how many of them are ``inside``, who
    ``can`` come in now, and who cannot and why."""

    people: int = 0
    inside: int = 0
    can: list[Member] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def lists_of(camp: Camp) -> QuerySet[RosterImport]:
    """Those of the camp's space that have come in, newest first."""
    return RosterImport.objects.filter(space=camp.space_id, state=RosterImport.State.DONE)


def standing(camp: Camp, roster: RosterImport) -> Standing:
    """Reads what is so now, so that it can be looked at before, after and again. Three queries,
    whatever the length of the list."""
    rows = list(roster.rows.select_related("member").order_by("line"))
    line_of: dict[int, int] = {}
    people: dict[int, Member] = {}
    for row in rows:
        if row.member is not None:
            line_of.setdefault(row.member.pk, row.line)
            people[row.member.pk] = row.member
    found = Standing(people=len(people), left_out=[*_rejected(rows)])
    places = enrolment.places_of(camp, people)
    inside = {key for key, role in places.items() if role == RoomMembership.Role.LEARNER}
    found.inside = len(inside)
    problems = enrolment.problems_of(camp, people, places)
    free = camp.seats_left
    for key, member in people.items():
        if key in inside:
            continue
        if problem := problems.get(key):
            found.left_out.append(LeftOut(line_of[key], str(member), problem))
        elif len(found.can) < free:
            found.can.append(member)
        else:
            found.left_out.append(LeftOut(line_of[key], str(member), enrolment.full(camp)))
    found.left_out.sort(key=lambda one: one.line)
    return found


def bring_in(*, camp: Camp, roster: RosterImport, by: Member) -> enrolment.Outcome:
    """Enrol everybody of the list who can come in, in the order of the list. Raises DomainError if
    the camp takes nobody. Locks the space's row."""
    return enrolment.enrol_all(
        camp=camp, people=standing(camp, roster).can, by=by, way=Enrolment.Way.ROSTER
    )


def _rejected(rows: Sequence[RosterRow]) -> list[LeftOut]:
    return [
        LeftOut(row.line, row.nickname, " ".join(rules.sentences(row.notes)))
        for row in rows
        if row.verdict == RosterRow.Verdict.REJECT
    ]
