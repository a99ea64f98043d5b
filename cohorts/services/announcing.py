"""The announcements of a camp and where they were posted: what the staff see and do, with the steps
that watch it moving at once."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from cohorts.models import Camp
from cohorts.services import bindings
from cohorts.services.facts import announcement_delivered
from community.errors import DomainError
from community.models import Announcement, ChatGroup, Member, Posting, Upload
from community.services import announcements, late_desk, postings
from community.services.postings import Marked

FACT = announcement_delivered.NAME


@dataclass(frozen=True)
class Place:
    """A chat group (None: the room has none), and the posting that stands there."""

    group: ChatGroup | None
    posting: Posting | None


@dataclass(frozen=True)
class Day:
    """One announcement in the list of all: its day and dates, and in how many groups it stands."""

    announcement: Announcement
    day: int
    have: int
    need: int
    is_now: bool

    @property
    def length(self) -> int:
        """For how many days it stands."""
        return (self.announcement.last_day - self.announcement.day).days + 1

    @property
    def state(self) -> str:
        """posted, partly or not."""
        if self.have >= self.need:
            return "posted"
        return "partly" if self.have else "not"


def places(announcement: Announcement) -> list[Place]:
    """Where it is to stand, with what stands there. Two queries."""
    found = {row.chat_group_id: row for row in postings.standing(announcement)}
    groups = ChatGroup.objects.filter(room=announcement.room_id, closed_at=None)
    return [Place(group, found.get(group.pk)) for group in groups] or [Place(None, found.get(None))]


def days(camp: Camp) -> list[Day]:
    """All announcements of the camp in their order. Three queries, however many days."""
    room = camp.run.room
    rows = list(Announcement.objects.filter(room=room).select_related("changed_by"))
    groups = ChatGroup.objects.filter(room=room, closed_at=None).count()
    standing = Posting.objects.filter(
        announcement__room=room, withdrawn_at=None, chat_group__isnull=not groups
    )
    if groups:
        standing = standing.filter(chat_group__closed_at=None)
    have = Counter(dict(standing.order_by().values_list("announcement").annotate(Count("pk"))))
    today = camp.calendar.date_of(camp.calendar.today())
    return [
        Day(
            announcement=row,
            day=camp.calendar.day_on(row.day),
            have=have[row.pk],
            need=groups or 1,
            is_now=row.day <= today <= row.last_day,
        )
        for row in rows
    ]


@transaction.atomic
def post(
    *,
    camp: Camp,
    announcement: Announcement,
    groups: Iterable[ChatGroup | None],
    by: Member,
    url: str = "",
    upload: Upload | None = None,
) -> tuple[Marked, int]:
    """Say that it was posted, and close the steps that waited for it: (what came of it, how many).
    What of it waited at the missed-and-late desk waits no more. Raises DomainError for a group that is closed, and for a day that has not come: its step would
    close itself with nothing said."""
    today = camp.calendar.date_of(camp.calendar.today())
    if announcement.day > today:
        raise DomainError(_("Its day has not come. Post it on the day, and say so then."))
    marked = postings.mark_posted_in(
        announcement=announcement, chat_groups=groups, by=by, url=url, upload=upload
    )
    late_desk.close(
        what=announcements.WHAT,
        subject=announcement.public_id,
        local_date=min(today, announcement.last_day),
        by=by,
        why=_("It was posted by hand."),
    )
    return marked, bindings.close_what_holds(run=camp.run, fact=FACT)


@transaction.atomic
def take_back(*, camp: Camp, posting: Posting, by: Member) -> bool:
    """It was not posted there after all; steps that the house closed on it are open again. True if
    it stood."""
    stood = postings.withdraw_posting(posting=posting, by=by)
    if stood:
        bindings.open_what_no_longer_holds(run=camp.run, fact=FACT)
    return stood
