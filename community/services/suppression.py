"""Whether a message may still be sent: asked when it is taken, not when it was queued.

Days may lie between, and people leave, are suspended, or withdraw what they agreed to. Each check
looks at a whole batch with at most one query and names the messages that must stay, with the
reason. More checks are added to ``CHECKS``; the first reason found is the one that is told.
Some may be sent, only not yet: those wait.
"""

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db.models import F

from community.models import (
    Consent,
    Member,
    Membership,
    OutboxMessage,
    RoomMembership,
    Run,
    StoppedAddress,
)
from community.services import preferences, sparing, stopped

Reasons = dict[int, str]
Waits = dict[int, tuple[str, dt.datetime]]
Check = Callable[[Sequence[OutboxMessage], dt.datetime], Reasons]
Reason = OutboxMessage.Reason
# So long a sender needs at most for what it holds.
ASK_AGAIN = dt.timedelta(seconds=30)


def expired(messages: Sequence[OutboxMessage], now: dt.datetime) -> Reasons:
    return {row.pk: Reason.EXPIRED for row in messages if row.expires_at <= now}


def not_active(messages: Sequence[OutboxMessage], now: dt.datetime) -> Reasons:
    """Suspended, blanked or not yet claimed; the message may be about just that."""
    return {
        row.pk: Reason.NOT_ACTIVE
        for row in messages
        if row.member
        and not row.member.is_active
        and not (row.even_if_suspended and row.member.state == Member.State.SUSPENDED)
    }


def no_address(messages: Sequence[OutboxMessage], now: dt.datetime) -> Reasons:
    return {
        row.pk: Reason.NO_ADDRESS
        for row in messages
        if not row.robot_id and not row.address and not (row.member and row.member.email)
    }


def left(messages: Sequence[OutboxMessage], now: dt.datetime) -> Reasons:
    """No longer in the room, or in the space, that it was meant for. Up to two queries."""
    return _left_room([row for row in messages if row.room_id]) | _left_space(
        [row for row in messages if row.space_id and not row.room_id]
    )


def _left_room(messages: list[OutboxMessage]) -> Reasons:
    if not messages:
        return {}
    inside = set(
        RoomMembership.objects.active()
        .filter(
            room__in={row.room_id for row in messages},
            member__in={row.member_id for row in messages},
            room__space__memberships__member=F("member"),
            room__space__memberships__state=Membership.State.ACTIVE,
        )
        .values_list("room_id", "member_id")
    )
    return {row.pk: Reason.LEFT for row in messages if (row.room_id, row.member_id) not in inside}


def _left_space(messages: list[OutboxMessage]) -> Reasons:
    if not messages:
        return {}
    inside = set(
        Membership.objects.active()
        .filter(
            space__in={row.space_id for row in messages},
            member__in={row.member_id for row in messages},
        )
        .values_list("space_id", "member_id")
    )
    return {row.pk: Reason.LEFT for row in messages if (row.space_id, row.member_id) not in inside}


def no_consent(messages: Sequence[OutboxMessage], now: dt.datetime) -> Reasons:
    """The document it rests on is not agreed to, or not any more. One query."""
    asking = [row for row in messages if row.needs_consent]
    if not asking:
        return {}
    given = set(
        Consent.objects.filter(
            member__in={row.member_id for row in asking},
            document__in={row.needs_consent for row in asking},
            withdrawn_at=None,
        ).values_list("member_id", "document")
    )
    return {
        row.pk: Reason.NO_CONSENT
        for row in asking
        if (row.member_id, row.needs_consent) not in given
    }


def unwanted(messages: Sequence[OutboxMessage], now: dt.datetime) -> Reasons:
    """She does not want this kind. Account mail has no kind. One query."""
    asking = {
        row.pk: (row.member_id, row.kind, row.channel)
        for row in messages
        if row.kind and row.member_id
    }
    if not asking:
        return {}
    off = preferences.unwanted(asking.values())
    return {key: Reason.UNWANTED for key, asked in asking.items() if asked in off}


def stopped_address(messages: Sequence[OutboxMessage], now: dt.datetime) -> Reasons:
    """Its provider has reported that mail comes back from there, or is unwanted. Who complained
    still gets account mail, which she asks for herself. One query."""
    found = {
        row.pk: stopped.index(row.address or (row.member and row.member.email) or "")
        for row in messages
        if row.channel == "email"
    }
    if not found:
        return {}
    why = stopped.among(found.values())
    return {
        row.pk: Reason.STOPPED
        for row in messages
        if (reason := why.get(found.get(row.pk, "")))
        and (row.kind or reason != StoppedAddress.Why.COMPLAINED)
    }


def run_stopped(messages: Sequence[OutboxMessage], now: dt.datetime) -> Reasons:
    """A person has stopped the run that it belongs to, which has been fetched."""
    return {
        row.pk: Reason.RUN_STOPPED for row in messages if row.run and row.run.state in Run.ENDED
    }


def robot_is_quiet(messages: Sequence[OutboxMessage], now: dt.datetime) -> Reasons:
    """The robot was taken down, or tells of such things no more."""
    found: Reasons = {}
    for row in messages:
        if row.robot and row.robot.closed_at:
            found[row.pk] = Reason.ROBOT_CLOSED
        elif row.robot and not row.robot.tells(row.kind):
            found[row.pk] = Reason.ROBOT_QUIET
    return found


CHECKS: list[Check] = [
    expired,
    run_stopped,
    not_active,
    no_address,
    left,
    no_consent,
    unwanted,
    stopped_address,
    robot_is_quiet,
]


@dataclass
class Verdict:
    """Of a batch: why which must ``stay`` for good, and which shall wait: why, and until when."""

    stay: Reasons = field(default_factory=dict)
    wait: Waits = field(default_factory=dict)


def judge(messages: Sequence[OutboxMessage], *, now: dt.datetime) -> Verdict:
    """Which of ``messages`` must not be sent and which not yet. At most eight queries, however many
    they are. Their members, runs and robots must have been fetched."""
    verdict = Verdict()

    def rest() -> list[OutboxMessage]:
        known = verdict.stay.keys() | verdict.wait.keys()
        return [row for row in messages if row.pk not in known]

    for check in CHECKS:
        verdict.stay |= check(rest(), now)
    _leave_alone(rest(), now, verdict)
    _enough_for_a_day(rest(), now, verdict)  # last, so that only what would be sent counts
    return verdict


def _leave_alone(messages: Sequence[OutboxMessage], now: dt.datetime, verdict: Verdict) -> None:
    """She wants to be left alone: until then, or for good where it would be too old. One query."""
    ends = sparing.quiet_ends(messages, now)
    for row in messages:
        if end := ends.get(row.pk):
            if end >= row.expires_at:
                verdict.stay[row.pk] = Reason.QUIET
            else:
                verdict.wait[row.pk] = (Reason.QUIET, end)


def _enough_for_a_day(
    messages: Sequence[OutboxMessage], now: dt.datetime, verdict: Verdict
) -> None:
    """She has had enough mails for one day; the item under her bell is there all the same. Where it
    hangs on what another sender holds, ask again when that one is through. One query."""
    full = sparing.one_too_many(messages, now)
    verdict.stay |= dict.fromkeys(full.surely, Reason.MEMBER_FULL)
    # Two senders that wait for each other must not come back at one moment.
    again = now + ASK_AGAIN * random.uniform(0.5, 1.5)
    verdict.wait |= dict.fromkeys(full.perhaps, (Reason.ANOTHER_MAIL, again))
