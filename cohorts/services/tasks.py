"""What people do with a step on the board: close it, skip it, take that back, hand it over, put it
off.

Whoever acts says which version of the task she saw. The change is one UPDATE that only fits while
that is still the version (compare-and-swap), and what happened is written in the same transaction:
of two who act at once, one does, and the other is told by whom it was done. A picture is stored
before, because decoding it must hold no lock.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cohorts.models import Evidence as EvidenceRow
from cohorts.models import EvidenceKind, SopTask, TaskSeen
from cohorts.models.calendar import AFTERMATH, day_of, offset_of
from cohorts.registry import facts
from cohorts.services import bindings, evidence, needs
from cohorts.services.evidence import NOTHING, Given
from cohorts.services.task_change import (
    Kind,
    Stale,
    before,
    change,
    is_mine_already,
    last_event,
    refuse_if_stale,
)
from community import clock
from community.errors import DomainError
from community.models import ChatGroup, Member, RoomMembership

TAKE_BACK_FOR = dt.timedelta(hours=24)
LONGEST_REASON = 300
OPEN, DONE, SKIPPED = SopTask.State.OPEN, SopTask.State.DONE, SopTask.State.SKIPPED


class ReasonWanted(DomainError):
    """It can be done all the same, with a reason: the step waits for others, or a gate is shut."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="reason")


@dataclass(frozen=True)
class Completed:
    """What came of it. ``missing`` are the chat groups that nothing shows yet: then the attempt is
    kept and the task stays open."""

    task: SopTask
    missing: Sequence[ChatGroup] = field(default=())

    @property
    def is_closed(self) -> bool:
        return not self.missing


def complete(
    *,
    task: SopTask,
    by: Member,
    version: int,
    given: Given = NOTHING,
    groups: Sequence[ChatGroup] = (),
    reason: str = "",
    now: dt.datetime | None = None,
) -> Completed:
    """Close ``task`` with what shows that it is done.

    ``groups`` are the chat groups that ``given`` shows, for a step that asks for each of them.
    Raises Stale; ReasonWanted when it waits for other steps or its gate is shut and no ``reason``
    is given; DomainError for evidence of the wrong kind. The same tick sent again is fine. Locks
    the task's row only where several attempts make one whole.
    """
    now, reason = now or clock.now(), _short(reason)
    if is_mine_already(task, by, version, Kind.DONE):
        return Completed(task)
    if task.state != SKIPPED or task.version != version:  # what was skipped may be done after all
        refuse_if_stale(task, version)
    _refuse_if_waiting(task, reason)
    with transaction.atomic():
        row, missing = _attempt(task, by, now, given, groups)
        if missing:
            return Completed(task, missing)
        _refuse_if_shut(task, reason)
        closed = {"state": DONE, "closed_at": now, "closed_by": by, "reason": reason}
        more = {"evidence": row.pk} if row else {}
        change(task, version, Kind.DONE, by, now, note=reason, kept=more, **closed)
    return Completed(task)


def skip(
    *, task: SopTask, by: Member, version: int, reason: str, now: dt.datetime | None = None
) -> None:
    """It will not be done, for a reason that all can read. Raises Stale, DomainError without one."""
    now, reason = now or clock.now(), _short(reason)
    if is_mine_already(task, by, version, Kind.SKIPPED):
        return
    if not reason:
        raise DomainError(_("Say in a few words why this is skipped."), field="reason")
    refuse_if_stale(task, version)
    with transaction.atomic():
        change(task, version, Kind.SKIPPED, by, now, note=reason, state=SKIPPED, closed_at=now,
                closed_by=by, reason=reason)  # fmt: skip


def take_back(*, task: SopTask, by: Member, version: int, now: dt.datetime | None = None) -> None:
    """Undo the last thing that happened to it, within 24 hours; evidence that it was closed with is
    withdrawn. Raises Stale, and DomainError when there is nothing to take back any more."""
    now = now or clock.now()
    if is_mine_already(task, by, version, Kind.UNDONE):
        return
    event = last_event(task)
    if task.version != version:
        raise Stale(task, event)
    if event is None or event.kind == Kind.UNDONE or event.task_version != task.version:
        raise DomainError(_("There is nothing to take back."))
    if event.at < now - TAKE_BACK_FOR:
        raise DomainError(_("It can be taken back for 24 hours; those are over."))
    with transaction.atomic():
        change(task, version, Kind.UNDONE, by, now, **before(event))
        if pk := event.before.get("evidence"):
            given = EvidenceRow.objects.filter(pk=pk, withdrawn_at=None).first()
            EvidenceRow.objects.filter(pk=pk, withdrawn_at=None).update(withdrawn_at=now)
            withdraw = facts[task.fact].withdraw if task.fact in facts else None
            if given is not None and withdraw is not None:
                withdraw(task, given, by)


def hand_over(
    *,
    task: SopTask,
    by: Member,
    version: int,
    to: Member | None,
    note: str = "",
    now: dt.datetime | None = None,
) -> None:
    """Give it to one of the run's staff, or with None back to its role. Raises Stale, and
    DomainError for somebody who is not (any more) among them."""
    now = now or clock.now()
    if is_mine_already(task, by, version, Kind.HANDED_OVER):
        return
    refuse_if_stale(task, version)
    if to is not None and not _is_staff(to, task):
        raise DomainError(
            _("%(name)s is not among the staff of this camp. Choose somebody else.") % {"name": to},
            field="to",
        )
    with transaction.atomic():
        change(task, version, Kind.HANDED_OVER, by, now, note=_short(note), assignee=to)


def postpone(
    *,
    task: SopTask,
    by: Member,
    version: int,
    day: int,
    time: dt.time,
    note: str = "",
    now: dt.datetime | None = None,
) -> None:
    """Make it due later: today or on a later day of the run. Raises Stale, and DomainError for a
    time that is over, that the clock skips, or a day that has this step already."""
    now, calendar = now or clock.now(), task.run.calendar
    if is_mine_already(task, by, version, Kind.POSTPONED):
        return
    refuse_if_stale(task, version)
    if day not in days_ahead(task, now):
        raise DomainError(_("Choose a day from today to the end of the camp."), field="day")
    if calendar.skips(day, time):
        raise DomainError(
            _("The clocks go forward on D%(day)d and skip %(time)s. Choose another time.")
            % {"day": day, "time": time.strftime("%H:%M")},
            field="time",
        )
    due = calendar.moment(day, time)
    if due <= now:
        raise DomainError(_("That is over already. Choose a later time."), field="time")
    taken = DomainError(
        _("D%(day)d has this step already. Choose another day, or skip this one with a reason.")
        % {"day": day},
        field="day",
    )
    if day != task.day and _is_taken(task, day):
        raise taken
    try:
        with transaction.atomic():
            change(task, version, Kind.POSTPONED, by, now, note=_short(note), day=day,
                    opens_at=calendar.moment(day, dt.time(0)), due_at=due)  # fmt: skip
    except IntegrityError as error:  # somebody put another one there in the same moment
        raise taken from error


def see(*, task: SopTask, by: Member) -> None:
    """``by`` has opened it. One INSERT; twice is fine."""
    TaskSeen.objects.bulk_create([TaskSeen(task=task, member=by)], ignore_conflicts=True)


def days_ahead(task: SopTask, now: dt.datetime) -> list[int]:
    """The days that it can be put off to: from today, or its own day, to the end of the run."""
    calendar = task.run.calendar
    last = max(calendar.span.last, min(offset_of(task.day), calendar.span.last + AFTERMATH))
    first = max(offset_of(calendar.today(now)), offset_of(task.day))
    return [day_of(offset) for offset in range(first, last + 1)]


# Guards -----------------------------------------------------------------------------------------


def _short(text: str) -> str:
    return " ".join(text.split())[:LONGEST_REASON]


def _refuse_if_waiting(task: SopTask, reason: str) -> None:
    waiting = needs.waits_for([task]).get(task.pk, [])
    if waiting and not reason:
        first = _(", ").join(other.step.title for other in waiting)
        raise ReasonWanted(
            _("First comes: %(steps)s. To go on all the same, say why.") % {"steps": first}
        )


def _refuse_if_shut(task: SopTask, reason: str) -> None:
    if not task.step.is_gate or reason:
        return
    figure = bindings.figures_of([task]).get(task.pk)
    if figure is None or not figure.holds:
        shown = f"{figure.have} / {figure.wanted}" if figure else "–"
        raise ReasonWanted(
            _("This step waits for “%(fact)s”, which stands at %(figure)s. To close it all the "
              "same, say why.")
            % {"fact": figure.label if figure else task.fact, "figure": shown}
        )  # fmt: skip


def _attempt(
    task: SopTask, by: Member, at: dt.datetime, given: Given, groups: Sequence[ChatGroup]
) -> tuple[EvidenceRow | None, list[ChatGroup]]:
    """Keep what was handed in, tell the fact, and say which chat groups nothing shows yet."""
    if task.step.evidence == EvidenceKind.NONE:
        return None, []
    wanted = evidence.open_groups(task.run.room_id) if task.step.per_chat_group else []
    if wanted:  # two attempts at once must see each other
        SopTask.objects.select_for_update().get(pk=task.pk)
        shown = evidence.covered(task)
        if given.is_empty and shown >= {group.pk for group in wanted}:
            return None, []
        if not groups:
            raise DomainError(_("Tick the chat groups that this shows."), field="groups")
    fields = evidence.fields_of(task.step.evidence, given)
    row = evidence.keep(task=task, by=by, at=at, fields=fields, groups=groups if wanted else ())
    if task.fact in facts and (record := facts[task.fact].record):
        record(task, row, by)
    if not wanted:
        return row, []
    shown |= {group.pk for group in groups}
    return row, [group for group in wanted if group.pk not in shown]


def _is_staff(member: Member, task: SopTask) -> bool:
    return (
        RoomMembership.objects.active()
        .filter(room=task.run.room_id, member=member, role__in=RoomMembership.STAFF_ROLES)
        .filter(member__state=Member.State.ACTIVE)
        .exists()
    )


def _is_taken(task: SopTask, day: int) -> bool:
    return SopTask.objects.filter(run=task.run_id, step=task.step_id, day=day).exists()
