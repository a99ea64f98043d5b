"""Whether a message may still be sent: asked when it is taken, not when it was queued.

Days may lie between, and people leave, are suspended, or withdraw what they agreed to. Each check
looks at a whole batch with at most one query and names the messages that must stay, with the
reason. More checks are added to ``CHECKS``; the first reason found is the one that is told.
``waits`` names those that may be sent, only not yet.
"""

import datetime as dt
from collections.abc import Callable, Sequence

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
    """A person has stopped the run that it belongs to. One query."""
    runs = {row.run_id for row in messages if row.run_id}
    if not runs:
        return {}
    stopped_runs = set(
        Run.objects.filter(pk__in=runs, state=Run.State.SKIPPED).values_list("pk", flat=True)
    )
    return {row.pk: Reason.RUN_STOPPED for row in messages if row.run_id in stopped_runs}


def quiet_for_too_long(messages: Sequence[OutboxMessage], now: dt.datetime) -> Reasons:
    """She is to be left alone until it would be too old. One query."""
    ends = sparing.quiet_ends(messages, now)
    return {
        row.pk: Reason.QUIET
        for row in messages
        if row.pk in ends and ends[row.pk] >= row.expires_at
    }


def member_full(messages: Sequence[OutboxMessage], now: dt.datetime) -> Reasons:
    """She has had enough mails for one day; the item under her bell is there all the same. One
    query. Asked last, so that only what would be sent counts."""
    return dict.fromkeys(sparing.one_too_many(messages, now), Reason.MEMBER_FULL)


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
    quiet_for_too_long,
    member_full,
]


def reasons(messages: Sequence[OutboxMessage], *, now: dt.datetime) -> Reasons:
    """Why which of ``messages`` must not be sent. At most eight queries, however many they are.

    Their members and robots must have been fetched.
    """
    found: Reasons = {}
    for check in CHECKS:
        found |= check([row for row in messages if row.pk not in found], now)
    return found


def waits(messages: Sequence[OutboxMessage], *, now: dt.datetime) -> Waits:
    """Which of ``messages`` shall go out later, why and when: their member wants to be left alone.
    Asked of those for which there is no reason to stay. One query, however many they are."""
    return {key: (Reason.QUIET, end) for key, end in sparing.quiet_ends(messages, now).items()}
