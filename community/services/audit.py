"""Writing down a deed. Call it inside the transaction that does the deed, so that both are there
or neither is."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from community.models.audit import AuditEvent
from community.models.member import Member
from community.models.space import Space
from community.trust import logs


def record(
    action: str,
    *,
    actor: Member | None,
    subject: Model | None = None,
    space: Space | None = None,
    reason: str = "",
    data: dict[str, Any] | None = None,
    on_behalf_of: Member | None = None,
) -> AuditEvent:
    """Write one event (one INSERT). ``actor`` None is the house itself: a schedule, a command.

    ``action`` is ``noun.verb`` in the past ("membership.suspended"). ``data`` takes ids, numbers
    and choices, never what a person wrote: these rows stay when everything else is erased.
    """
    event = _event(action, actor, subject, space, data, reason=reason, on_behalf_of=on_behalf_of)
    event.save(force_insert=True)
    return event


def record_each(
    action: str,
    *,
    actor: Member | None,
    of: Iterable[tuple[Model, dict[str, Any]]],
    space: Space | None = None,
) -> None:
    """The same deed done to many: one event for each (subject, data), by one INSERT."""
    AuditEvent.objects.bulk_create(
        [_event(action, actor, subject, space, data) for subject, data in of], batch_size=500
    )


def _event(
    action: str,
    actor: Member | None,
    subject: Model | None,
    space: Space | None,
    data: dict[str, Any] | None,
    *,
    reason: str = "",
    on_behalf_of: Member | None = None,
) -> AuditEvent:
    return AuditEvent(
        action=action,
        actor=actor.public_id if actor else "",
        on_behalf_of=on_behalf_of.public_id if on_behalf_of else "",
        subject_type=subject._meta.label_lower if subject else "",
        subject=_id_of(subject),
        space=space.slug if space else "",
        reason=reason[:500],
        data=data or {},
        request_id=logs.request_id(),
    )


def _id_of(subject: Model | None) -> str:
    """The opaque id where there is one, else the key."""
    if subject is None:
        return ""
    return str(getattr(subject, "public_id", None) or subject.pk)


def of(subject: Model):
    """The events about ``subject``, newest first. One query."""
    return AuditEvent.objects.filter(
        subject_type=subject._meta.label_lower, subject=_id_of(subject)
    )
