"""A correction: a second text that goes out because the first one was wrong and cannot be changed."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Announcement, Member
from community.services import announcement_states, announcement_writing, announcements, audit

Kind = Announcement.Kind


def of(announcement: Announcement) -> list[Announcement]:
    """Those of ``announcement`` in their order, cancelled ones left out. One query."""
    rows = announcements.with_marks().filter(corrects=announcement)
    return list(rows.exclude(state=Announcement.State.CANCELLED))


def begin(announcement: Announcement, text: str) -> Announcement:
    """An unsaved correction of ``announcement``, due now. No query."""
    room = announcement.room
    here = clock.now().astimezone(ZoneInfo(room.timezone))
    today = here.date()
    values = announcement.values.get(announcement.day.isoformat(), {})
    return Announcement(
        room=room,
        kind=Kind.CORRECTION,
        corrects=announcement,
        day=today,
        last_day=today,
        at=here.time().replace(second=0, microsecond=0, tzinfo=None),
        text=announcement_writing.cleaned({"text": text})["text"],
        values={today.isoformat(): values},
        language=announcement.language,
        sender=announcement.sender,
    )


@transaction.atomic
def correct(
    *,
    announcement: Announcement,
    text: str,
    by: Member,
    path_of: Callable[[str], str],
    sender: Member | None = None,
) -> Announcement:
    """Write a correction of one that ``of_day`` has found, and have it sent at once to those who read the first one, or as soon as a
    second person has said yes. ``path_of`` its public id is where it will be found.

    Raises DomainError for something that nobody has read yet, WrongText and NotReady.
    """
    if not announcements.is_shown(announcement, announcement.room):
        raise DomainError(_("Nobody has read this yet. Change the text itself."))
    row = begin(announcement, text)
    row.changed_by = by
    row.path = path_of(row.public_id)
    announcement_writing.check({"text": row.text}, several=False)
    row.save(force_insert=True)
    audit.record("announcement.corrected", actor=by, subject=announcement, space=row.room.space)
    return announcement_states.schedule(announcement=row, version=1, by=by, sender=sender)
