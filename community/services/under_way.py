"""What is going out at this moment: how far each sending has come, and how a person stops one."""

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Member, OutboxMessage, Run
from community.models.outbox import LONGEST_WAIT
from community.registry import due_sources
from community.services import late_desk

State = Run.State
ON_THE_WAY = (OutboxMessage.State.QUEUED, OutboxMessage.State.SENDING)
# So many are listed; a room has a handful at most.
SHOWN = 20


def listed(viewer: Member) -> list[Run]:
    """What is going out at this moment, of those she may decide about: the fan-out has not come to
    its end, or some of its mails wait. The newest 20, with their rooms, in one query."""
    mails = OutboxMessage.objects.filter(run=OuterRef("pk"), state__in=ON_THE_WAY)
    lately = clock.now() - LONGEST_WAIT - dt.timedelta(hours=12)
    found = Run.objects.visible_to(viewer).filter(
        Q(state=State.OPEN) | (Q(state=State.DONE, finished_at__gt=lately) & Exists(mails)),
        room__isnull=False,
    )
    return list(found.select_related("room__space").order_by("-planned_at", "-pk")[:SHOWN])


@dataclass(frozen=True)
class Progress:
    """How far a run has come: ``reached`` of ``audience`` have it under their bell; what became of
    its mails is (label, how many), the ones under way first; ``why`` says why some were not sent."""

    reached: int
    audience: int | None
    sent: int = 0
    under_way: int = 0
    failed: int = 0
    not_sent: int = 0
    maybe_twice: int = 0
    why: list[tuple[str, int]] = field(default_factory=list)

    @property
    def mails(self) -> int:
        return self.sent + self.under_way + self.failed + self.not_sent


def progress(run: Run) -> Progress:
    """One query, on the index of the run's messages."""
    states = OutboxMessage.State
    counts: dict[str, int] = {}
    why: dict[str, int] = {}
    twice = 0
    rows = OutboxMessage.objects.filter(run=run).order_by()
    for state, reason, doubted, number in rows.values_list(
        "state", "reason", "maybe_twice"
    ).annotate(Count("pk")):
        counts[state] = counts.get(state, 0) + number
        twice += number if doubted else 0
        if reason:
            why[reason] = why.get(reason, 0) + number
    return Progress(
        reached=run.reached,
        audience=run.audience,
        sent=counts.get(states.SENT, 0),
        under_way=counts.get(states.QUEUED, 0) + counts.get(states.SENDING, 0),
        failed=counts.get(states.DEAD, 0) + counts.get(states.UNKNOWN, 0),
        not_sent=counts.get(states.SUPPRESSED, 0),
        maybe_twice=twice,
        why=[
            (str(OutboxMessage.Reason(reason).label), number)
            for reason, number in sorted(why.items(), key=lambda one: -one[1])
        ],
    )


def may_stop(run: Run, found: Progress) -> bool:
    """Whether there is something left to stop. No query."""
    return run.state == State.OPEN or (run.state == State.DONE and found.under_way > 0)


@transaction.atomic
def stop(*, run: Run, by: Member, reason: str) -> int:
    """Nobody else gets it: the fan-out ends where it is, and mails that wait are not sent; how many.
    Who has it keeps it, and what a sender holds at this moment, a few seconds' worth, still leaves.

    Raises DomainError without a reason, when all of it has left, and when somebody else was faster.
    Waits for the piece that is being handed out. Five queries and what its source does.
    """
    reason = late_desk.given(reason)
    now = clock.now()
    going = Run.objects.filter(pk=run.pk, state__in=[State.OPEN, State.DONE])
    was = going.select_for_update(of=("self",)).values_list("state", flat=True).first()
    if not was or not going.update(
        state=State.STOPPED, finished_at=None, decided_by=by, decided_at=now, decision=reason
    ):
        raise late_desk.decided(run)
    waiting = OutboxMessage.objects.filter(run=run, state=OutboxMessage.State.QUEUED)
    dropped = waiting.update(
        state=OutboxMessage.State.SUPPRESSED,
        reason=OutboxMessage.Reason.RUN_STOPPED,
        settled_at=now,
    )
    if was == State.DONE and not dropped:
        raise DomainError(_("All of it has left already. Send a correction instead."))
    source = due_sources[run.what] if run.what in due_sources else None  # noqa: SIM401
    if source and source.stopped:
        source.stopped(run, by)
    late_desk.record("run.stopped", run, by, reason)
    run.refresh_from_db()
    return dropped
