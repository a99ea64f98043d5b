"""The state of a camp follows its dates, by the camp's own clock; a lead can move it by hand."""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from cohorts.models import Camp, SopRun, SopTask
from community import clock
from community.errors import DomainError
from community.models import Member
from community.registry import LookPart, look_parts
from community.services import announcement_states, audit, late_desk

State = Camp.State
log = logging.getLogger(__name__)

# Forwards in time; each state is left for the furthest one that its dates have reached.
ORDER = [
    State.PLANNED,
    State.ENROLLING,
    State.PREPARING,
    State.RUNNING,
    State.CLOSING,
    State.FINISHED,
]
STATE_OF_PHASE = {
    "preparation": State.PREPARING,
    "course": State.RUNNING,
    "closing": State.CLOSING,
    "after": State.FINISHED,
}
ENDED = (State.FINISHED, State.CANCELLED)
# A camp that is over still has steps: the survey, the thanks, what goes back into the template. So
# long after the last of them was due, its run ends, done or not.
GRACE = dt.timedelta(days=2)
TAKES_PEOPLE = (State.PLANNED, State.ENROLLING, State.PREPARING, State.RUNNING)


def today_in(timezone: str) -> dt.date:
    return clock.local_date(timezone)


def state_by_dates(camp: Camp, now: dt.datetime | None = None) -> Camp.State:
    """What the dates alone say. Pure; needs the camp with its run."""
    date = clock.local_date(camp.run.timezone, now)
    phase = camp.calendar.phase_on(date)
    if phase != "before":
        return STATE_OF_PHASE[phase]
    opened = camp.enrols_from is not None and camp.enrols_from <= date
    return State.ENROLLING if opened else State.PLANNED


def move_due(now: dt.datetime | None = None) -> int:
    """Move every camp to where its dates have come, and return how many moved.

    Safe to miss and to repeat: several dates that have passed meanwhile are walked one by one. One
    query, and for each camp that moves a transaction of its own, so that one which cannot move
    holds up no other.
    """
    moved = 0
    for camp in Camp.objects.in_progress().select_related("run", "space"):
        if ORDER.index(state_by_dates(camp, now)) <= ORDER.index(State(camp.state)):
            continue
        try:
            with transaction.atomic():
                moved += follow(camp, now)
        except DomainError as refusal:  # somebody moved it by hand just now: the next look sees
            log.info("camp %s was not moved: %s", camp.pk, refusal)
    return moved


def follow(camp: Camp, now: dt.datetime | None = None) -> bool:
    """Move ``camp`` on to where its dates have come, never back; True if it moved. Inside the
    caller's transaction."""
    target = ORDER.index(state_by_dates(camp, now))
    began_at = camp.state
    while (here := ORDER.index(State(camp.state))) < target:
        reachable = [
            state for state in ORDER[here + 1 : target + 1] if state in Camp.NEXT[State(camp.state)]
        ]
        if not reachable:
            break
        _move(camp, reachable[-1], by=None)
    return camp.state != began_at


@transaction.atomic
def move_by_hand(*, camp: Camp, state: str, by: Member, reason: str) -> None:
    """A lead moves the camp before or against its dates, and says why.

    Back to planned, its enrolment opens by hand only, or the next look would open it again. Raises
    DomainError without a reason, for a state that does not follow, and when somebody else has just
    moved it.
    """
    if not reason.strip():
        raise DomainError(_("Say in a few words why; it is kept with the camp."), field="reason")
    _move(camp, state, by=by, reason=reason.strip())
    if state == State.PLANNED:
        Camp.objects.filter(pk=camp.pk).update(enrols_from=None)
        camp.enrols_from = None


def _move(camp: Camp, state: str, *, by: Member | None, reason: str = "") -> None:
    """One step, with its trace; what is called off ends at once, with all its steps and all that
    was still to be announced."""
    before = str(camp.state)
    camp.move_to(state)
    if state == State.CANCELLED:
        SopRun.objects.filter(pk=camp.run_id, ended_at=None).update(ended_at=clock.now())
        announcement_states.cancel_all(camp.run.room)
        late_desk.close_all(camp.run.room, by=by, why=_("It was cancelled."))
    audit.record(
        "camp.moved",
        actor=by,
        subject=camp,
        space=camp.space,
        reason=reason,
        data={"from": before, "to": str(state)},
    )


def end_runs(now: dt.datetime | None = None) -> int:
    """End the runs of camps that are over once the last of their steps has been due for some days.
    Returns how many. One UPDATE."""
    now = now or clock.now()
    later = SopTask.objects.filter(run=OuterRef("pk"), due_at__gt=now - GRACE)
    over = SopRun.objects.active().filter(~Exists(later), camp__state=State.FINISHED)
    return over.update(ended_at=now)


look_parts.register("runs-that-end", LookPart(run=end_runs, order=51))
look_parts.register("camps-by-date", LookPart(run=move_due, order=50))
