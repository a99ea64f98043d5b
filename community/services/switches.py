"""Hold and stop: the two ways to keep messages in the house."""

from django.db.models import Q

from community import clock
from community.models import Member, OutboxMessage, Switch
from community.models.outbox import OutboxQuerySet


def all_on() -> dict[str, Switch]:
    """The switches that are on, by name. One query."""
    return {switch.name: switch for switch in Switch.objects.select_related("by")}


def is_on(name: str) -> bool:
    """Whether ``hold`` or ``stop`` is on. One query."""
    return Switch.objects.filter(name=Switch.Name(name)).exists()


def turn_on(name: str, *, reason: str, by: Member | None = None) -> Switch:
    """Turn ``hold`` or ``stop`` on; one that is on already keeps its beginning. Two queries."""
    switch, _new = Switch.objects.get_or_create(
        name=Switch.Name(name), defaults={"reason": reason[:300], "by": by, "since": clock.now()}
    )
    return switch


def turn_off(name: str) -> bool:
    """Turn it off; what waited goes out by the next look. False if it was off. One query."""
    deleted, _rows = Switch.objects.filter(name=Switch.Name(name)).delete()
    return bool(deleted)


def let_through(rows: OutboxQuerySet) -> OutboxQuerySet:
    """``rows`` without those that a switch keeps back. One query.

    Under hold, urgent messages queued since then pass: whoever lifts it must be able to sign in.
    """
    since = dict(Switch.objects.values_list("name", "since"))
    if Switch.Name.STOP in since:
        return rows.none()
    if Switch.Name.HOLD in since:
        fresh = Q(queue=OutboxMessage.Queue.URGENT, created_at__gt=since[Switch.Name.HOLD])
        return rows.filter(fresh)
    return rows
