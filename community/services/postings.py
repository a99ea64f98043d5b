"""In which chat groups an announcement was posted by hand, by whom, and what shows it.

Nothing is locked: the constraints of a posting decide who of two was first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Announcement, ChatGroup, Member, Posting, Room, Upload
from community.services import audit


@dataclass(frozen=True)
class Marked:
    """``mine`` stand by her, from now or from before; ``others`` had posted there first."""

    mine: list[Posting]
    others: list[Posting]


def standing(announcement: Announcement) -> QuerySet[Posting]:
    """Postings that were not taken back, with who made them and where."""
    rows = Posting.objects.filter(announcement=announcement, withdrawn_at=None)
    return rows.select_related("by", "chat_group", "upload")


def mark_posted(
    *,
    announcement: Announcement,
    chat_group: ChatGroup | None,
    by: Member,
    url: str = "",
    upload: Upload | None = None,
) -> Posting:
    """``by`` says that she has posted it in ``chat_group``. Twice is fine. Raises DomainError that
    names her if somebody else has."""
    marked = mark_posted_in(
        announcement=announcement, chat_groups=[chat_group], by=by, url=url, upload=upload
    )
    if marked.others:
        raise DomainError(already(marked.others[0], announcement.room))
    return marked.mine[0]


@transaction.atomic
def mark_posted_in(
    *,
    announcement: Announcement,
    chat_groups: Iterable[ChatGroup | None],
    by: Member,
    url: str = "",
    upload: Upload | None = None,
) -> Marked:
    """The same for several groups, which one link or screenshot may serve; None is a room without
    any. Three queries. What she shows now is kept on what she had marked before without it.

    Raises DomainError for a group that is closed or another room's.
    """
    groups = list(chat_groups)
    _refuse_strangers(announcement, groups)
    now = clock.now()
    # The constraints say who was first; whoever came second inserts nothing.
    Posting.objects.bulk_create(
        [
            Posting(
                announcement=announcement, chat_group=group, by=by, at=now, url=url, upload=upload
            )
            for group in groups
        ],
        ignore_conflicts=True,
    )
    asked = Q(chat_group__in=[group.pk for group in groups if group])
    if None in groups:
        asked |= Q(chat_group=None)
    rows = list(standing(announcement).filter(asked))
    mine = [row for row in rows if row.by_id == by.pk]
    _show(mine, {name: new for name, new in (("url", url), ("upload", upload)) if new})
    return Marked(mine=mine, others=[row for row in rows if row.by_id != by.pk])


def _show(postings: list[Posting], new: dict[str, Any]) -> None:
    if new and postings:
        Posting.objects.filter(pk__in=[row.pk for row in postings]).update(**new)
        for row in postings:
            for name, value in new.items():
                setattr(row, name, value)


def _refuse_strangers(announcement: Announcement, groups: list[ChatGroup | None]) -> None:
    for group in groups:
        if group is not None and group.room_id != announcement.room_id:
            raise DomainError(_("“%(group)s” is a group of another room.") % {"group": group})
        if group is not None and group.closed_at is not None:
            raise DomainError(
                _("“%(group)s” is closed; nothing is posted there any more.") % {"group": group}
            )


def already(posting: Posting, room: Room) -> str:
    """Who has posted it there, and when by the room's clock."""
    at = posting.at.astimezone(ZoneInfo(room.timezone))
    told = {"name": posting.by, "time": f"{at:%H:%M}", "group": posting.chat_group}
    if posting.chat_group is None:
        return _("%(name)s posted it already, at %(time)s.") % told
    return _("%(name)s posted it in “%(group)s” already, at %(time)s.") % told


def withdraw_posting(*, posting: Posting, by: Member) -> bool:
    """It was not posted there after all; the row stays. True if it stood. Two queries."""
    with transaction.atomic():
        stood = Posting.objects.filter(pk=posting.pk, withdrawn_at=None).update(
            withdrawn_at=clock.now()
        )
        if stood:
            audit.record(
                "announcement.posting_withdrawn", actor=by, subject=posting.announcement,
                data={"posted_by": posting.by.public_id},
            )  # fmt: skip
    return bool(stood)
