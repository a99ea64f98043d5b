"""What a person decides about messages that delivery could not settle by itself."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Look, Member, OutboxMessage, Run, Switch
from community.models.outbox import LONGEST_WAIT, OutboxQuerySet
from community.services import audit, bell, switches

State, Reason, Queue = OutboxMessage.State, OutboxMessage.Reason, OutboxMessage.Queue

# Why a message that is still queued waits.
WAITING = (
    Reason.ACCOUNT_FULL,
    Reason.DOMAIN_FULL,
    Reason.ROBOT_FULL,
    Reason.QUIET,
    Reason.ANOTHER_MAIL,
)
# Beyond these the desk, /readyz/ and the doctor say that something is wrong.
LOOK_TOO_OLD = dt.timedelta(minutes=3)
# Two clocks of one house may differ by so much; what is queued later than that is from the future.
CLOCKS_DIFFER = dt.timedelta(minutes=1)
DUE_TOO_OLD = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Overview:
    """How delivery stands at ``now``. ``held`` is (why, how many, until when at the earliest) of
    the messages that wait for a limit or for their member; ``ahead`` is (how many, until when at the earliest) of those
    that wait because a clock was ahead when they were queued; ``missed`` is how many sendings wait
    at ``/ops/late/`` for a person."""

    now: dt.datetime
    look: Look | None
    oldest_due: dt.datetime | None
    due: int
    sending: int
    later: int
    held: list[tuple[str, int, dt.datetime]]
    ahead: tuple[int, dt.datetime | None]
    dead: int
    unknown: int
    maybe_twice: int
    sent_today: int
    suppressed_today: int
    missed: int
    switches: dict[str, Switch]

    @property
    def look_is_late(self) -> bool:
        return self.look is None or self.now - self.look.at > LOOK_TOO_OLD

    @property
    def broken_parts(self) -> list[tuple[str, str]]:
        return list(self.look.broken_parts().items()) if self.look else []

    @property
    def due_is_late(self) -> bool:
        return self.oldest_due is not None and self.now - self.oldest_due > DUE_TOO_OLD

    @property
    def is_well(self) -> bool:
        waiting = self.dead or self.unknown or self.maybe_twice
        late = self.look_is_late or self.due_is_late or self.broken_parts or self.ahead[0]
        return not (late or waiting or self.switches or self.missed)


def overview() -> Overview:
    """How delivery stands. Six queries, each on an index of its own, whatever the size."""
    now = clock.now()
    rows = OutboxMessage.objects.order_by()
    due = rows.due(now).aggregate(count=Count("pk"), oldest=Min("not_before"))
    open_rows = rows.filter(Q(state=State.SENDING) | Q(state=State.QUEUED, not_before__gt=now))
    from_the_future = Q(state=State.QUEUED, created_at__gt=now + CLOCKS_DIFFER)
    groups = list(
        open_rows.values_list("state", "reason").annotate(
            count=Count("pk"),
            first=Min("not_before"),
            ahead=Count("pk", filter=from_the_future),
            first_ahead=Min("not_before", filter=from_the_future),
        )
    )
    under_way = [group[:4] for group in groups]
    ahead = [(count, first) for *_group, count, first in groups if count]
    person = rows.for_a_person().aggregate(
        dead=Count("pk", filter=Q(state=State.DEAD)),
        unknown=Count("pk", filter=Q(state=State.UNKNOWN)),
        maybe_twice=Count("pk", filter=Q(maybe_twice=True)),
    )
    settled = rows.filter(
        state__in=[State.SENT, State.SUPPRESSED], settled_at__gt=now - dt.timedelta(days=1)
    )
    today = dict(settled.values_list("state").annotate(Count("pk")))
    return Overview(
        now=now,
        look=last_look(),
        oldest_due=due["oldest"],
        due=due["count"],
        sending=sum(count for state, _why, count, _at in under_way if state == State.SENDING),
        later=sum(count for state, _why, count, _at in under_way if state == State.QUEUED),
        held=[
            (str(Reason(why).label), count, at)
            for state, why, count, at in under_way
            if state == State.QUEUED and why in WAITING
        ],
        ahead=(sum(count for count, _at in ahead), min((at for _n, at in ahead), default=None)),
        sent_today=today.get(State.SENT, 0),
        suppressed_today=today.get(State.SUPPRESSED, 0),
        missed=Run.objects.for_a_person().count(),
        switches=switches.all_on(),
        **person,
    )


def last_look() -> Look | None:
    """The last one that went through beat, broker, worker and database. One query."""
    return Look.objects.filter(way=Look.Way.BELL).first()


def oldest_due() -> dt.datetime | None:
    """Since when the message that has waited longest is due; None if nothing is. One query."""
    rows = OutboxMessage.objects.order_by().due(clock.now())
    return switches.let_through(rows).aggregate(oldest=Min("not_before"))["oldest"]


def waiting_for_a_person() -> OutboxQuerySet:
    """The desk's list, newest first, with the members, runs and robots. One query when it is
    read."""
    rows = OutboxMessage.objects.for_a_person().select_related("member", "robot", "run")
    return rows.order_by("-pk")


@transaction.atomic
def send_again(*, message: OutboxMessage, by: Member, reason: str) -> None:
    """Queue it once more: it may come twice, and ``by`` wants that. Raises DomainError.

    Works for what failed, is unknown, was not sent, or was sent and perhaps twice; not for what is
    still under way, and not for what has been wiped.
    """
    if message.wiped:
        raise DomainError(_("What this message said has been deleted, so it cannot be sent again."))
    now = clock.now()
    over = OutboxMessage.objects.filter(
        pk=message.pk,
        state__in=[State.DEAD, State.UNKNOWN, State.SUPPRESSED],
        attempt=message.attempt,
    )
    changed = over.update(
        state=State.QUEUED,
        reason="",
        failures=0,
        not_before=now,
        expires_at=now + LONGEST_WAIT,
        settled_at=None,
    )
    _expect(changed)
    _record("delivery.sent_again", message, by, reason)
    bell.ring_on_commit(message.queue)


@transaction.atomic
def give_up(*, message: OutboxMessage, by: Member, reason: str) -> None:
    """It shall not be sent any more; what it said is wiped. Raises DomainError."""
    over = OutboxMessage.objects.filter(
        pk=message.pk, state__in=[State.DEAD, State.UNKNOWN], attempt=message.attempt
    )
    changed = over.update(
        state=State.SUPPRESSED,
        reason=Reason.GIVEN_UP,
        maybe_twice=False,
        settled_at=clock.now(),
        address="",
        sealed_context="",
        wiped=True,
    )
    _expect(changed)
    _record("delivery.given_up", message, by, reason)


@transaction.atomic
def note_twice(*, message: OutboxMessage, by: Member, reason: str) -> None:
    """A person has seen that it may have come twice; it leaves the list. Raises DomainError."""
    seen = OutboxMessage.objects.filter(pk=message.pk, maybe_twice=True, attempt=message.attempt)
    _expect(seen.update(maybe_twice=False))
    _record("delivery.twice_noted", message, by, reason)


@transaction.atomic
def switch_on(*, name: str, by: Member, reason: str) -> None:
    """Hold or stop delivery, with a reason that everybody at the desk reads."""
    switches.turn_on(name, reason=reason, by=by)
    audit.record("delivery.switched_on", actor=by, reason=reason, data={"switch": name})


@transaction.atomic
def switch_off(*, name: str, by: Member, reason: str) -> None:
    """Let delivery go on. Raises DomainError if it was not kept back."""
    _expect(int(switches.turn_off(name)))
    audit.record("delivery.switched_off", actor=by, reason=reason, data={"switch": name})
    for queue in Queue.values:
        bell.ring_on_commit(queue)


def _expect(changed: int) -> None:
    if not changed:
        raise DomainError(_("Somebody has just changed this. Look at the list again."))


def _record(what: str, message: OutboxMessage, by: Member, reason: str) -> None:
    audit.record(
        what,
        actor=by,
        subject=message,
        space=message.space,
        reason=reason,
        data={"template": message.template, "channel": message.channel, "state": message.state},
    )
