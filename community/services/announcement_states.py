"""Whether the house may send an announcement: who wants it sent, who has said yes to which text.

Nothing is locked. Each step is one UPDATE that holds only for the version that was read, so of two
people at once one does it and the other is told by whom.
"""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Announcement, Member, Room
from community.services import announcement_checks, announcements, audit, late_desk
from community.services.announcement_writing import NO_APPROVAL, refuse_sent
from community.services.linting import rules
from community.services.linting.rules import Finding

State = Announcement.State
NOT_WANTED: dict[str, Any] = {"scheduled_by": None, "scheduled_at": None} | NO_APPROVAL


class NotReady(DomainError):
    """The text has errors; ``findings`` are the linter's."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(
            _("It cannot be scheduled yet. Mend this first: %(what)s")
            % {"what": " ".join(finding.text for finding in findings[:3])}
        )
        self.findings = findings


class MovedElsewhere(DomainError):
    """Somebody else was faster; the sentence names her. ``announcement`` is as it is now."""

    def __init__(self, announcement: Announcement, sentence: str) -> None:
        super().__init__(sentence)
        self.announcement = announcement


@transaction.atomic
def schedule(
    *, announcement: Announcement, version: int, by: Member, sender: Member | None = None
) -> Announcement:
    """``by`` wants it sent at its hour, by ``sender``'s name if told. Where the space wants two
    people it now waits for the second one, else it is approved at once, exactly as it reads now.
    Twice is fine. Four queries.

    Raises NotReady for a text with errors, DomainError when its days are over or it was sent, and
    MovedElsewhere when somebody has done something with it since ``version``.
    """
    row = announcement
    _refuse_past(row)
    if sender is not None:
        row.sender = sender
    if wrong := rules.errors(announcement_checks.findings(row)):
        raise NotReady(wrong)
    refuse_sent(row)
    now = clock.now()
    fields: dict[str, Any] = {
        "scheduled_by": by, "scheduled_at": now, "sender": row.sender, "asks_again": "",
    }  # fmt: skip
    if row.room.space.second_approval:
        fields |= NO_APPROVAL | {"state": State.ASKED}
    else:
        fields |= _approved(row, by)
    if _move(row, version, [State.DRAFT, State.ASKED, State.CANCELLED], fields):
        _note("asked" if fields["state"] == State.ASKED else "scheduled", row, by)
        _release(row, by)
        return row
    is_mine = row.scheduled_by_id == by.pk and row.state in (State.ASKED, State.APPROVED)
    if is_mine and (row.state == State.ASKED or row.approved_hash == announcements.text_hash(row)):
        return row
    raise MovedElsewhere(row, _told(row))


@transaction.atomic
def approve(*, announcement: Announcement, version: int, by: Member, as_read: str) -> Announcement:
    """A second person says yes to exactly the text whose hash is ``as_read``. Twice is fine.

    Raises DomainError for who has asked for it herself, for another text than she has read and for
    one that does not wait; NotReady when a lesson has meanwhile made it wrong; MovedElsewhere when
    somebody was faster. Three queries.
    """
    row = announcement
    if row.scheduled_by_id == by.pk and row.state == State.ASKED:
        raise DomainError(_("You have asked for it yourself. Somebody else reads it and says yes."))
    _refuse_past(row)
    if row.state == State.ASKED and announcements.text_hash(row) != as_read:
        raise DomainError(_("The text is another one by now. Read it again, then approve it."))
    if wrong := rules.errors(announcement_checks.findings(row)):
        raise NotReady(wrong)
    if _move(row, version, [State.ASKED], _approved(row, by) | {"asks_again": ""}):
        _note("approved", row, by)
        _release(row, by)
        return row
    if row.state == State.APPROVED and row.approved_by_id == by.pk:
        return row
    raise MovedElsewhere(row, _told(row))


@transaction.atomic
def unschedule(*, announcement: Announcement, version: int, by: Member) -> Announcement:
    """It is a draft again. Raises DomainError if it was sent, MovedElsewhere."""
    refuse_sent(announcement)
    fields = NOT_WANTED | {"state": State.DRAFT, "asks_again": ""}
    if _move(announcement, version, [State.ASKED, State.APPROVED, State.CANCELLED], fields):
        refuse_sent(announcement)  # the planner may have been faster than our UPDATE
        _note("unscheduled", announcement, by)
    elif announcement.state != State.DRAFT:
        raise MovedElsewhere(announcement, _told(announcement))
    return announcement


@transaction.atomic
def cancel(*, announcement: Announcement, version: int, by: Member) -> Announcement:
    """It shall not go out; the text stays. Raises DomainError if it was sent, MovedElsewhere."""
    refuse_sent(announcement)
    fields = NOT_WANTED | {"state": State.CANCELLED, "asks_again": ""}
    if _move(announcement, version, [State.DRAFT, State.ASKED, State.APPROVED], fields):
        refuse_sent(announcement)
        _note("cancelled", announcement, by)
        late_desk.close(
            what=announcements.WHAT,
            subject=announcement.public_id,
            by=by,
            why=_("It was cancelled."),
        )
    elif announcement.state != State.CANCELLED:
        raise MovedElsewhere(announcement, _told(announcement))
    return announcement


def cancel_all(room: Room) -> int:
    """None of the room's announcements that were not sent shall go out: what they were for is
    called off. How many. One UPDATE; whoever has one of them open decides about another version."""
    unsent = Announcement.objects.filter(room=room).exclude(announcements.was_sent())
    return unsent.exclude(state=State.CANCELLED).update(
        state=State.CANCELLED, version=F("version") + 1, **NOT_WANTED
    )


def _release(row: Announcement, by: Member) -> None:
    """Its hour had come before anybody said yes: now it goes out."""
    if row.state == State.APPROVED:
        late_desk.release(what=announcements.WHAT, subject=row.public_id, by=by)


def _approved(row: Announcement, by: Member) -> dict[str, Any]:
    return {
        "state": State.APPROVED, "approved_by": by, "approved_at": clock.now(),
        "approved_hash": announcements.text_hash(row),
    }  # fmt: skip


def _move(
    row: Announcement, version: int, states: list[Announcement.State], fields: dict[str, Any]
) -> bool:
    """Change it if it is still as it was read; ``row`` is as it is now in any case."""
    as_read = Announcement.objects.filter(pk=row.pk, version=version, state__in=states)
    done = as_read.update(version=version + 1, **fields)
    now = Announcement.objects.select_related(
        "sender", "scheduled_by", "approved_by", "changed_by"
    ).get(pk=row.pk)
    now.room = row.room
    row.__dict__.update(now.__dict__)
    return bool(done)


def _refuse_past(row: Announcement) -> None:
    if row.last_day < clock.local_date(row.room.timezone):
        raise DomainError(_("Its day is over, so it cannot go out by itself any more."))


def _told(row: Announcement) -> str:
    """What somebody else has done with it."""
    if row.state == State.APPROVED:
        return _("%(name)s has approved it already.") % {"name": row.approved_by}
    if row.state == State.ASKED:
        return _("%(name)s has asked for it already; it waits for approval.") % {
            "name": row.scheduled_by
        }
    if row.state == State.CANCELLED:
        return _("It was cancelled meanwhile. Look at it again.")
    name = row.changed_by or _("Somebody")
    return _("%(name)s has changed it meanwhile. Read it again, then decide.") % {"name": name}


def _note(what: str, row: Announcement, by: Member) -> None:
    audit.record(f"announcement.{what}", actor=by, subject=row, space=row.room.space)
