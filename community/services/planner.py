"""What goes out by the clock: at each look, one run for each thing whose time has come.

Due-ness is read from the rows by each room's own clock, so a look may be missed, come late or be
made twice at once: the unique (what, subject, local_date) of a run lets each happen once. What
comes too late to be kind is not sent but waits at the missed-and-late desk.
"""

import datetime as dt
import logging
from collections.abc import Iterator

from django.db import IntegrityError, transaction

from community import clock
from community.models import Room, Run
from community.models.outbox import LONGEST_WAIT
from community.registry import Due, LookPart, due_sources, look_parts
from community.services import bell, robots, runs, switches
from community.trust.failpoint import failpoint

logger = logging.getLogger(__name__)

State, Reason = Run.State, Run.Reason
# Between these, by the clock of the room, nothing that is late goes out by itself.
QUIET_FROM, QUIET_UNTIL = dt.time(22), dt.time(8)
# So late is still on time: a look every half minute, and a machine that is busy.
ON_TIME = dt.timedelta(minutes=10)


def judge(due: Due, now: dt.datetime) -> tuple[str, str] | None:
    """(state, reason) of the run to make, or None while it is not to be made yet. Pure.

    On time it goes out. Late it goes out until ``late_after``, and never into quiet hours that have
    begun since. What nobody has scheduled is given as long, because that may still be done. Nothing
    is sent by itself that is older than 36 hours.
    """
    late = now - due.due_at
    if late < dt.timedelta(0):
        return None
    too_late = late > min(due.late_after, LONGEST_WAIT)
    if due.reason == Reason.NOT_APPROVED and not too_late and not _is_quiet(due, now, late):
        return None
    if due.reason:
        return State.WAITS, due.reason
    if too_late and due.skip_when_late:
        return State.SKIPPED, Reason.STALE
    if too_late:
        return State.WAITS, Reason.LATE
    if _is_quiet(due, now, late):
        return State.WAITS, Reason.QUIET_HOURS
    return State.OPEN, ""


def _is_quiet(due: Due, now: dt.datetime, late: dt.timedelta) -> bool:
    """Whether quiet hours have begun since it was due; what is set into them on purpose may go."""
    zone = clock.zone_of(due.timezone)
    here, there = now.astimezone(zone).time(), due.due_at.astimezone(zone).time()
    return late > ON_TIME and _quiet(here) and not _quiet(there)


def _quiet(time: dt.time) -> bool:
    return time >= QUIET_FROM or time < QUIET_UNTIL


def plan(now: dt.datetime | None = None) -> int:
    """Make the runs of all that is due, and return how many are new. Nothing is planned while a
    switch keeps messages back: after a restore, yesterday's may have been sent already.

    The queries of the sources, and for each new run some six more. What fails stops
    nothing else; the first error is raised when all else is done.
    """
    now = now or clock.now()
    if switches.all_on():
        return 0
    made = 0
    broken: list[Exception] = []
    for due in _all_due(now, broken):
        try:
            made += _make(due, now)
        except Exception as error:
            logger.exception("%s %s of %s was not planned", due.what, due.subject, due.local_date)
            broken.append(error)
    if broken:
        raise broken[0]
    return made


def _all_due(now: dt.datetime, broken: list[Exception]) -> Iterator[Due]:
    """What all sources give; the error of one that fails goes into ``broken``."""
    for name, source in due_sources.items():
        try:
            yield from source.rows(now)
        except Exception as error:
            logger.exception("due source %s failed", name)
            broken.append(error)


def _make(due: Due, now: dt.datetime) -> bool:
    """Make the run, unless it is too early, is due no more, or another scheduler has just made it."""
    if judge(due, now) is None:
        return False
    failpoint("planner.due")
    state = _insert(due, now)
    if state is None:
        return False
    failpoint("planner.made")
    if state == State.OPEN:
        bell.ring_on_commit("runs")
    return True


def _insert(due: Due, now: dt.datetime) -> str | None:
    """The state of the run that was made; None if there is none to make. What is due is locked and
    read once more, so that nobody's change falls between the look and the run.

    The unique key decides between two schedulers; who comes second adds nothing. Not by
    ignoring conflicts, which on SQLite ignores broken rules as well. The robot of those who run the
    room says in the same transaction that something waits."""
    still = due_sources[due.what].still if due.what in due_sources else None
    try:
        with transaction.atomic():
            fresh = still(due) if still else due
            verdict = judge(fresh, now) if fresh else None
            if fresh is None or verdict is None:
                return None
            run = _run(fresh, *verdict, now)
            run.save(force_insert=True)
            if run.state == State.WAITS:
                waiting = Run.objects.for_a_person().filter(room=run.room).count()
                robots.run_waits(run, waiting=waiting)
    except IntegrityError:
        same = Run.objects.filter(what=due.what, subject=due.subject, local_date=due.local_date)
        if same.exists():
            return None
        raise
    return run.state


def _run(due: Due, state: str, reason: str, now: dt.datetime) -> Run:
    run = Run(
        what=due.what,
        subject=due.subject,
        local_date=due.local_date,
        due_at=due.due_at,
        room=Room.objects.get(pk=due.room),
        kind=due.kind,
        template=due.template,
        context=due.context,
        path=due.path,
        state=state,
        reason=reason,
        planned_at=now,
    )
    run.audience = runs.audience(run).count()
    return run


look_parts.register("plan", LookPart(run=plan, order=10))
