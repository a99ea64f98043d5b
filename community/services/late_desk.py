"""The missed-and-late desk: what did not go out by itself, and what a person makes of it.

After any outage each missed message waits here for somebody: now, with a note, or not at all.
Nothing is flooded, and nothing is gone without a word.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Member, Room, Run
from community.models.outbox import LONGEST_WAIT
from community.registry import due_sources
from community.services import audit, bell, runs

State, Reason = Run.State, Run.Reason
# What the house skipped because it was too old can be sent anyway while somebody may remember.
STALE_FOR = dt.timedelta(days=7)
LONGEST_NOTE = 200


def waiting(viewer: Member) -> QuerySet[Run]:
    """What waits for a person, of those she may decide about, and what was skipped for its age in
    the last week. One query when it is read, with the rooms."""
    return _hers(viewer, _undecided()).select_related("room__space")


def _hers(viewer: Member, which: Q) -> QuerySet[Run]:
    return Run.objects.visible_to(viewer).filter(which)


def _undecided() -> Q:
    since = clock.now() - STALE_FOR
    stale = Q(state=State.SKIPPED, reason=Reason.STALE, decided_by=None, planned_at__gt=since)
    return Q(state=State.WAITS) | stale


def is_undecided(run: Run) -> bool:
    """Whether a person may still decide about ``run``. No query."""
    stale = run.reason == Reason.STALE and run.decided_by_id is None
    return run.state == State.WAITS or (run.state == State.SKIPPED and stale)


@transaction.atomic
def send_now(*, run: Run, by: Member, note: str = "") -> None:
    """Send it after all, with ``note`` in front of it: as it reads now, to whom it is for now.

    Raises DomainError for a note that is too long, when somebody else has decided, and with what
    its source says when it cannot be sent (nobody has approved it). Five queries and those of the
    source; the state of the row decides between two who press at once.
    """
    note = " ".join(note.split())
    if len(note) > LONGEST_NOTE:
        raise DomainError(
            _("A note has %(limit)d characters at most; this one has %(length)d.")
            % {"limit": LONGEST_NOTE, "length": len(note)},
            field="note",
        )
    again = due_sources[run.what].again if run.what in due_sources else None
    context = again(run) if again else run.context
    people = runs.audience(run).count()
    _decide(
        run,
        by,
        state=State.OPEN,
        reason="",
        note=note,
        context=context | ({"note": note} if note else {}),
        audience=people,
        reached=0,
        cursor=0,
    )
    record("run.sent_late", run, by, note)
    bell.ring_on_commit("runs")


@transaction.atomic
def skip(*, run: Run, by: Member, reason: str) -> None:
    """It shall not be sent any more; ``reason`` is kept with it. Raises DomainError without one, and
    when somebody else has decided. Three queries."""
    reason = given(reason)
    _decide(run, by, state=State.SKIPPED, decision=reason)
    record("run.skipped", run, by, reason)


def given(reason: str) -> str:
    """``reason`` on one line, as it is kept. Raises DomainError for none. Pure."""
    reason = " ".join(reason.split())
    if not reason:
        raise DomainError(_("Say in a few words why; it is kept with it."), field="reason")
    return reason[:300]


def _decide(run: Run, by: Member, **changes: object) -> None:
    now = clock.now()
    undecided = Run.objects.filter(_undecided(), pk=run.pk)
    if not undecided.update(decided_by=by, decided_at=now, **changes):
        raise decided(run)
    run.refresh_from_db()


def decided(run: Run) -> DomainError:
    """What to raise when somebody else has decided about ``run``. One query."""
    fresh = Run.objects.select_related("decided_by").get(pk=run.pk)
    return DomainError(
        _("%(name)s has just decided about this: %(state)s. Look at the list again.")
        % {"name": fresh.decided_by or _("Somebody"), "state": fresh.get_state_display()}
    )


def release(*, what: str, subject: str, by: Member) -> int:
    """What waited only for a yes goes out now that ``by`` has said it; how many. What was due more
    than 36 hours ago waits on: that is another question. In the caller's transaction; one query, and
    those of ``send_now`` for each."""
    waits = Run.objects.for_a_person().filter(
        what=what,
        subject=subject,
        reason__in=[Reason.NOT_APPROVED, Reason.CHANGED],
        due_at__gt=clock.now() - LONGEST_WAIT,
    )
    found = list(waits.select_related("room__space"))
    for run in found:
        send_now(run=run, by=by)
    return len(found)


def close(
    *, what: str, subject: str, by: Member, why: str, local_date: dt.date | None = None
) -> int:
    """It waits for nobody any more, for it was posted by hand, or cancelled; how many waited, of one
    day or of all. One query."""
    waits = Run.objects.for_a_person().filter(what=what, subject=subject)
    if local_date is not None:
        waits = waits.filter(local_date=local_date)
    return waits.update(state=State.SKIPPED, decided_by=by, decided_at=clock.now(), decision=why)


def close_all(room: Room, *, by: Member | None, why: str) -> int:
    """Nothing of ``room`` waits for anybody any more: what it was for is called off. How many. One
    query."""
    waits = Run.objects.for_a_person().filter(room=room)
    return waits.update(state=State.SKIPPED, decided_by=by, decided_at=clock.now(), decision=why)


def record(what: str, run: Run, by: Member, reason: str) -> None:
    """Who decided what about ``run``, for the audit. One query."""
    audit.record(
        what,
        actor=by,
        subject=run,
        space=run.room.space if run.room else None,
        reason=reason,
        data={"what": run.what, "date": run.local_date.isoformat()},
    )
