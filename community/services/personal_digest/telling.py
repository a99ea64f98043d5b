"""What community has to tell in a digest: what came under the bell, and praise."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from community.models import (
    Block,
    Flag,
    InboxItem,
    Member,
    Membership,
    Praise,
    RoomMembership,
    Run,
)
from community.registry import DigestRow, digest_sections
from community.services import inbox
from community.services.personal_digest.readers import Readers

Rows = dict[int, list[DigestRow]]
ANNOUNCEMENT, HIGHLIGHTS, ANSWER = "announcement", "digest", "answer"


def announcements(readers: Readers, since: dt.datetime, until: dt.datetime) -> Rows:
    """Announcements of her rooms that she has not read."""
    return _unread(readers, since, until, lambda run: run.kind == ANNOUNCEMENT)


def highlights(readers: Readers, since: dt.datetime, until: dt.datetime) -> Rows:
    """Yesterday's best of her rooms, if she has not looked yet."""
    return _unread(readers, since, until, lambda run: run.kind == HIGHLIGHTS)


def answers(readers: Readers, since: dt.datetime, until: dt.datetime) -> Rows:
    """What others said to her: praise with its words, and whatever else answers her."""
    found = _unread(readers, since, until, lambda run: run.kind == ANSWER)
    for row in _praise(readers.keys, since, until):
        reader = readers.members[row.introduction.member_id]
        told = DigestRow(
            title=_said_by(row.by.display_name or row.by.handle),
            note=row.text,
            path=reverse("community:profile", args=[reader.handle]),
            at=row.given_at,
        )
        found.setdefault(reader.pk, []).append(told)
    return found


def others(readers: Readers, since: dt.datetime, until: dt.datetime) -> Rows:
    """Everything else that is new under her bell."""
    known = (ANNOUNCEMENT, HIGHLIGHTS, ANSWER)
    return _unread(readers, since, until, lambda run: run.kind not in known)


def _unread(
    readers: Readers, since: dt.datetime, until: dt.datetime, fits: Callable[[Run], bool]
) -> Rows:
    items, runs = readers.once("unread", lambda: _items(readers.keys, since, until))
    # Ten thousand get theirs in one moment: one row for all of them.
    rows: dict[tuple[int, dt.datetime], DigestRow] = {}
    found: Rows = defaultdict(list)
    fitting = {key for key, run in runs.items() if fits(run)}
    for member, key, at in items:
        if key not in fitting:
            continue
        row = rows.get((key, at))
        if row is None:
            run = runs[key]
            path = run.path or reverse("community:inbox")
            row = rows[key, at] = DigestRow(title=_line(run), note=run.note, path=path, at=at)
        found[member].append(row)
    return found


_line = lazy(inbox.line, str)


def _on_your_introduction(name: str) -> str:
    return _("%(name)s on your introduction") % {"name": name}


_said_by = lazy(_on_your_introduction, str)


def _items(
    keys: Collection[int], since: dt.datetime, until: dt.datetime
) -> tuple[list[tuple[int, int, dt.datetime]], dict[int, Run]]:
    """(member, run, moment) of what is unread, and those runs. Two queries.

    What went to a room is told only to who is in it at this moment. What no room stands behind was
    for her in person. A run that a section tells in more words is left out.
    """
    told_better = {what for section in digest_sections for what in section.covers}
    items = list(
        InboxItem.objects.unread()
        .filter(
            Q(run__room=None) | Exists(in_force("run__room", "member")),
            member__in=keys,
            created_at__gt=since,
            created_at__lte=until,
        )
        .exclude(run__what__in=told_better)
        .order_by("member", "-pk")
        .values_list("member_id", "run_id", "created_at")
    )
    return items, Run.objects.in_bulk({run for _member, run, _at in items})


def in_force(room: str, member: str) -> QuerySet[RoomMembership]:
    """For an Exists: the member at the path ``member`` is in the room at the path ``room``, and in
    its space."""
    return RoomMembership.objects.active().filter(
        room=OuterRef(room),
        member=OuterRef(member),
        room__space__memberships__member=OuterRef(member),
        room__space__memberships__state=Membership.State.ACTIVE,
    )


def apart(one: str, other: str) -> QuerySet[Block]:
    """For an Exists: one of the members at these paths does not want to meet the other."""
    return Block.objects.filter(
        Q(member=OuterRef(one), blocked=OuterRef(other))
        | Q(member=OuterRef(other), blocked=OuterRef(one))
    )


def _praise(keys: Collection[int], since: dt.datetime, until: dt.datetime) -> QuerySet[Praise]:
    """Praise of their introductions that stands: not taken back, of people who are here, whom they
    have not blocked, and not held for a watched word. One query."""
    held = Flag.objects.filter(
        what=Flag.What.PRAISE,
        subject=OuterRef("public_id"),
        level="hold",
        state__in=[Flag.State.OPEN, Flag.State.UPHELD],
    )
    return (
        Praise.objects.filter(
            ~Exists(held),
            ~Exists(apart("introduction__member", "by")),
            introduction__member__in=keys,
            by__state=Member.State.ACTIVE,
            taken_back_at=None,
            given_at__gt=since,
            given_at__lte=until,
        )
        .select_related("introduction", "by")
        .only("text", "given_at", "introduction__member_id", "by__display_name", "by__handle")
    )
