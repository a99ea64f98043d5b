"""For whom digests are composed at once, and from when to when each of them reaches."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db.models import prefetch_related_objects

from community.models import Member, NotificationSettings

T = TypeVar("T")
Frequency = NotificationSettings.Frequency

# How far back the first one looks, and how far at most: who has got none for months is not told
# months.
FIRST = {
    Frequency.DAILY: dt.timedelta(days=1),
    Frequency.WEEKLY: dt.timedelta(days=7),
    Frequency.NEVER: dt.timedelta(days=7),
}
MOST = dt.timedelta(days=14)


class Readers:
    """Up to 1,000 members, each with the moment from which on things are new to her."""

    def __init__(self, members: Iterable[Member], until: dt.datetime) -> None:
        """One query for their settings, none if those were fetched with them."""
        found = list({member.pk: member for member in members}.values())
        prefetch_related_objects(found, "notification_settings")
        self.members = {member.pk: member for member in found}
        self.until = until
        self.since = {member.pk: since(settings_of(member), until) for member in found}
        self._known: dict[str, Any] = {}

    @property
    def keys(self) -> list[int]:
        return list(self.members)

    @property
    def earliest(self) -> dt.datetime:
        return min(self.since.values(), default=self.until)

    def once(self, name: str, ask: Callable[[], T]) -> T:
        """What ``ask`` gives, asked once for these readers: several sections may share a query."""
        if name not in self._known:
            self._known[name] = ask()
        return self._known[name]


def settings_of(member: Member) -> NotificationSettings:
    """Hers, or the defaults. No query if they were fetched with her."""
    return getattr(member, "notification_settings", None) or NotificationSettings()


def since(chosen: NotificationSettings, until: dt.datetime) -> dt.datetime:
    """From when on things are new: what her last digest reached to. Pure."""
    reached = chosen.digest_covers_until or until - FIRST[Frequency(chosen.digest)]
    return max(reached, until - MOST)
