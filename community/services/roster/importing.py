"""The rows of a confirmed list become people, batch by batch.

Each batch is one transaction that marks its rows, so a worker may die at any moment: the next one
goes on where it stopped. Who has come into the space by another way meanwhile is found again and
not made twice.
"""

import datetime as dt
import logging
import time
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import (
    Member,
    Membership,
    Room,
    RoomMembership,
    RosterImport,
    RosterRow,
    Space,
)
from community.services import audit, bell
from community.services.roster import drafts, judging, known, runs
from community.services.roster.person import Person

logger = logging.getLogger(__name__)

State, Verdict = RosterImport.State, RosterRow.Verdict
BATCH = 500
# Less than a task may take; what is left then is taken up by the next one.
SECONDS = 60
# A worker that has written nothing for so long is gone.
QUIET_SECONDS = 60


def work() -> int:
    """Go on with every confirmed list; how many rows were written. Safe to call at any time and
    twice at once: of two workers at one list, one finds it locked and leaves."""
    runs.forget_old()
    done = 0
    waiting = RosterImport.objects.filter(state=State.IMPORTING).order_by("confirmed_at", "pk")
    for roster in waiting.select_related("space"):
        done += import_list(roster)
    return done


def is_due() -> bool:
    """Whether a confirmed list lies there and nobody is at it, or a file is to be forgotten. Two
    queries."""
    quiet = clock.now() - dt.timedelta(seconds=QUIET_SECONDS)
    waiting = RosterImport.objects.filter(state=State.IMPORTING, worked_at__lt=quiet)
    return waiting.exists() or runs.old_files().exists()


def import_list(roster: RosterImport) -> int:
    """Write what is left of one list, for at most ``SECONDS``; how many rows were written.

    What stops it for good (the file is gone) ends in the state "failed" with a sentence.
    """
    try:
        people = _people(roster)
    except DomainError as refusal:
        _stop(roster, str(refusal))
        return 0
    began, done = time.monotonic(), 0
    while True:
        try:
            written = _batch_or_again(roster.pk, people)
        except Exception:
            logger.exception("A list of people stopped: %s", roster.public_id)
            _stop(
                roster,
                _("Something unexpected stopped the list. What came in is whole; go on from here."),
            )
            return done
        if not written:
            return done
        done += written
        if time.monotonic() - began > SECONDS:
            bell.ring("roster")
            return done


def _people(roster: RosterImport) -> dict[int, Person]:
    """The person of each row that is left, filled from her other rows, by line."""
    table = runs.table_of(roster)
    people = {row.person.line: row.person for row in judging.read_table(table, roster.space).rows}
    same = roster.rows.filter(verdict=Verdict.SAME).order_by("line")
    for line, of_line in same.exclude(of_line=None).values_list("line", "of_line"):
        assert of_line is not None  # the query has left those out
        people[of_line] = people[of_line].filled_from(people[line])
    return people


def _batch_or_again(pk: int, people: dict[int, Person]) -> int:
    try:
        return _batch(pk, people)
    except IntegrityError:
        # Somebody signed up with one of these addresses this very moment; now she is found.
        return _batch(pk, people)


@transaction.atomic
def _batch(pk: int, people: dict[int, Person]) -> int:
    """Write the next rows; 0 when none is left or somebody else is at it."""
    mine = RosterImport.objects.select_for_update(skip_locked=True, of=("self",))
    roster = mine.filter(pk=pk, state=State.IMPORTING).first()
    if roster is None:
        return 0
    # As every change of who is in the space does.
    space = Space.objects.select_for_update(no_key=True).get(pk=roster.space_id)
    left = roster.rows.filter(done=False).order_by("line")
    rows = list(left[:BATCH])
    if not rows:
        _finish(roster)
        return 0
    _write(space, rows, people)
    RosterImport.objects.filter(pk=pk).update(
        rows_done=F("rows_done") + len(rows), worked_at=clock.now()
    )
    return len(rows)


@dataclass
class Plan:
    """What one batch does: rows by what happens to the person."""

    made: list[tuple[RosterRow, Member, Person]] = field(default_factory=list)
    joining: list[tuple[RosterRow, int, Person]] = field(default_factory=list)
    drafting: list[tuple[int, Person]] = field(default_factory=list)
    named: dict[int, str] = field(default_factory=dict)
    addressed: dict[int, str] = field(default_factory=dict)


def _write(space: Space, rows: list[RosterRow], people: dict[int, Person]) -> None:
    plan = _plan(space, rows, people)
    now = clock.now()
    Member.objects.bulk_create([member for _row, member, _person in plan.made])
    for row, member, person in plan.made:
        plan.joining.append((row, member.pk, person))
        plan.drafting.append((member.pk, person))
    _bring_in(space, plan, now)
    drafts.write(plan.drafting, now)
    _rename(plan)
    RosterRow.objects.bulk_update([row for row in rows if row.member_id], ["member"])
    RosterRow.objects.filter(pk__in=[row.pk for row in rows]).update(done=True)
    refused = [row for row in rows if row.verdict == Verdict.REJECT]
    if refused:
        RosterRow.objects.bulk_update(refused, ["verdict", "notes"])


def _plan(space: Space, rows: list[RosterRow], people: dict[int, Person]) -> Plan:
    persons = {row.fingerprint: people[row.line] for row in rows}
    here = known.People(space, persons)
    emails = {person.email for person in persons.values() if person.email}
    accounts = {
        member.email: member
        for member in Member.objects.filter(email__in=emails).only("email", "state")
    }
    plan = Plan()
    for row in rows:
        person = people[row.line]
        who, key = here.find(person, row.fingerprint)
        if who is not None and who.member_id:
            _plan_for_somebody_here(plan, row, who, person, taken=person.email in accounts)
        elif key == "several":
            _refuse(row, "several_people")
        elif account := accounts.get(person.email):
            _plan_for_account(plan, row, account, person)
        else:
            plan.made.append((row, _new_member(space, person), person))
    return plan


def _plan_for_somebody_here(
    plan: Plan, row: RosterRow, who: known.Somebody, person: Person, *, taken: bool
) -> None:
    if who.place != Membership.State.ACTIVE:
        left = who.place == Membership.State.LEFT
        _refuse(row, "left_the_space" if left else "suspended")
        return
    row.member_id = who.member_id
    if not who.unclaimed or who.member_id is None:
        return
    plan.drafting.append((who.member_id, person))
    plan.named[who.member_id] = person.nickname
    if person.email and not who.email and not taken:
        plan.addressed[who.member_id] = person.email


def _plan_for_account(plan: Plan, row: RosterRow, account: Member, person: Person) -> None:
    """She has an account already, from another space: she comes in as she is, and nothing that she
    wrote is touched."""
    if account.state in (Member.State.ACTIVE, Member.State.UNCLAIMED):
        plan.joining.append((row, account.pk, person))
    else:
        _refuse(row, "not_now")


def _new_member(space: Space, person: Person) -> Member:
    return Member(
        display_name=person.nickname,
        email=person.email or None,
        state=Member.State.UNCLAIMED,
        locale=space.default_locale,
        timezone=space.timezone,
        password=make_password(None),
    )


def _refuse(row: RosterRow, code: str) -> None:
    row.verdict, row.member_id = Verdict.REJECT, None
    row.notes = [*row.notes, [code, {}]]


def _bring_in(space: Space, plan: Plan, now) -> None:
    """Membership, and a place in the room of all, for everybody who is new to the space."""
    for row, member_id, _person in plan.joining:
        row.member_id = member_id
    Membership.objects.bulk_create(
        Membership(
            space=space,
            member_id=member_id,
            joined_at=min(person.joined_at or now, now),
        )
        for _row, member_id, person in plan.joining
    )
    for room in Room.objects.filter(space=space, kind=Room.Kind.SPACE, part_of=None):
        RoomMembership.objects.bulk_create(
            RoomMembership(
                room=room, member_id=member_id, role=RoomMembership.Role.LEARNER, since=now
            )
            for _row, member_id, _person in plan.joining
        )


def _rename(plan: Plan) -> None:
    """New nicknames and addresses of unclaimed accounts."""
    changed = list(Member.objects.filter(pk__in=plan.named))
    for member in changed:
        member.display_name = plan.named[member.pk]
        member.email = plan.addressed.get(member.pk, member.email)
    if changed:
        Member.objects.bulk_update(changed, ["display_name", "email"])


def _finish(roster: RosterImport) -> None:
    first = RosterRow.objects.filter(roster=roster, line=OuterRef("of_line"))
    same = roster.rows.filter(verdict=Verdict.SAME)
    same.update(member=Subquery(first.values("member")[:1]))
    refused = roster.rows.filter(verdict=Verdict.REJECT).count()
    counts = {**roster.counts, "refused": refused}
    roster.move_to(State.DONE, finished_at=clock.now(), counts=counts)
    audit.record(
        "roster.imported",
        actor=roster.confirmed_by,
        subject=roster,
        space=roster.space,
        data={name: counts[name] for name in ("new", "changed", "refused")},
    )


def _stop(roster: RosterImport, sentence: str) -> None:
    RosterImport.objects.filter(pk=roster.pk, state=State.IMPORTING).update(
        state=State.FAILED, failure=sentence[:300]
    )
