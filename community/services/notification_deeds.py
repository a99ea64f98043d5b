"""One deed on the page of notifications, and the way back from it.

A deed locks her one row of settings, so that two tabs follow each other, and writes only what it
changes. The way back is a signed text with what was there before: it puts back what is still as the
deed left it, and leaves alone what has been chosen since.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import Field
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Member, NotificationSettings, Preference, QuietDays
from community.services import preferences, quiet
from community.services.notification_choices import DIGEST, Chosen, filled, said
from community.services.preferences import Cell

_SALT = "community.notifications.back"


@dataclass
class Deed:
    """One deed while it is done. ``back`` is the text that takes it back, once it is over."""

    member: Member
    settings: NotificationSettings
    at: dt.datetime
    said: dict[Cell, bool]
    before: dict[str, Any] = field(default_factory=dict)
    back: str = ""

    def choose(self, wanted: Mapping[Cell, bool]) -> None:
        """Write each cell that she has not chosen so already."""
        changes = {cell: on for cell, on in wanted.items() if self.said.get(cell) is not on}
        self.before["cells"] = [[*cell, self.said.get(cell)] for cell in changes]
        preferences.write(self.member, changes, at=self.at)
        self.said |= changes

    def put(self, **changes: Any) -> None:
        """Set fields of her settings, or her time zone."""
        fields = self.before.setdefault("fields", {})
        for name, value in changes.items():
            owner = self.member if name == "timezone" else self.settings
            if getattr(owner, name) != value:
                fields[name] = [_plain(getattr(owner, name)), _plain(value)]
                setattr(owner, name, value)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


@contextmanager
def deed(member: Member, *, anew: bool = False) -> Iterator[Deed]:
    """One transaction under the lock of her row, which is made if there is none. When her own digest
    comes next is decided again if something about it has changed, or with ``anew``. Three queries
    before it and one or two after."""
    with transaction.atomic():
        row = _locked(member)
        doing = Deed(member, row, clock.now(), said(member))
        before = _about_the_digest(doing)
        yield doing
        cells = filled(doing.said)
        row.preset, row.changed_at = Chosen(row, cells).preset, doing.at
        if "timezone" in doing.before.get("fields", {}):
            member.save(update_fields=["timezone"])
        if anew or row.next_digest_at is None or before != _about_the_digest(doing):
            row.next_digest_at = (
                quiet.next_digest(row, member.timezone, doing.at) if cells[DIGEST] else None
            )
        row.save()
    doing.back = signing.dumps(
        {"who": member.public_id, "at": doing.at.isoformat()} | doing.before,
        salt=_SALT,
        compress=True,
    )


def _locked(member: Member) -> NotificationSettings:
    """Her row, made if there is none; of two at once one makes it, and the other waits."""
    NotificationSettings.objects.bulk_create(
        [NotificationSettings(member=member)], ignore_conflicts=True
    )
    return NotificationSettings.objects.select_for_update().get(member=member)


def _about_the_digest(doing: Deed) -> tuple[Any, ...]:
    row = doing.settings
    wanted = filled(doing.said)[DIGEST]
    return wanted, row.digest, row.digest_at, row.digest_weekday, doing.member.timezone


def take_back(*, member: Member, back: str) -> None:
    """Put back what a deed has changed, as far as nothing else was chosen since. Raises DomainError
    if nothing of it is left to be taken back, and for a text that is not hers."""
    told = _read(member, back)
    with deed(member) as doing:
        put = _put_back_fields(doing, told.get("fields", {}))
        put += _put_back_cells(doing, told.get("cells", []), dt.datetime.fromisoformat(told["at"]))
        if added := told.get("added"):
            put += QuietDays.objects.filter(member=member, public_id=added).delete()[0]
        if removed := told.get("removed"):
            first, last = map(dt.date.fromisoformat, removed)
            row = QuietDays(member=member, first=first, last=last)
            put += len(QuietDays.objects.bulk_create([row], ignore_conflicts=True))
        if not put:
            raise DomainError(_("You have chosen something else since. This stays as it is now."))


def _read(member: Member, back: str) -> dict[str, Any]:
    try:
        told = signing.loads(back, salt=_SALT)
    except signing.BadSignature:
        told = {}
    if told.get("who") != member.public_id:
        raise DomainError(_("This cannot be taken back any more. Choose again below."))
    return told


def _put_back_fields(doing: Deed, fields: Mapping[str, list[Any]]) -> int:
    """Those that still are as the deed left them."""
    put = 0
    for name, (was, became) in fields.items():
        owner = doing.member if name == "timezone" else doing.settings
        if _plain(getattr(owner, name)) == became:
            column = owner._meta.get_field(name)
            assert isinstance(column, Field)
            doing.put(**{name: column.to_python(was)})
            put += 1
    return put


def _put_back_cells(doing: Deed, cells: list[list[Any]], at: dt.datetime) -> int:
    """Those not touched since: the moment of a choice tells."""
    put = 0
    for kind, channel, was in cells:
        row = Preference.objects.filter(member=doing.member, kind=kind, channel=channel, since=at)
        if was is None:
            count = row.delete()[0]
        else:
            count = row.update(on=was, since=doing.at)
        if count:
            put += 1
            doing.said.pop((kind, channel), None)
            if was is not None:
                doing.said[kind, channel] = was
    return put
