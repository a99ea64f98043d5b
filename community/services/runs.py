"""Handing out a run: an in-app item for everybody it is for, and a mail for whoever wants one.

Both are written by INSERT … SELECT, piece by piece; a piece and the cursor commit together, so that
who is killed has done a whole piece or nothing of it. Who gets it is asked when it is handed out;
what may still be sent, when each mail is taken to be sent.
"""

import datetime as dt
import logging
import time
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from community import clock
from community.models import InboxItem, Member, Membership, OutboxMessage, RoomMembership, Run
from community.models.member import MemberQuerySet
from community.models.outbox import LONGEST_WAIT
from community.services import bell, preferences, switches
from community.services.insert_select import Sql, insert_select, new_id
from community.trust.failpoint import failpoint

logger = logging.getLogger(__name__)

CHUNK = 10_000
# SQLite lets one writer in at a time. A page that writes waits for a whole piece, and then sees that
# the door is open only when it looks again, every 25 ms or so: there pieces are small, and the door
# stays open for a moment between two.
SMALL_CHUNK, OPEN_SECONDS = 2_000, 0.05
# A task ends after this and rings again.
TASK_SECONDS = 4.0
EMAIL, IN_APP = "email", "app"
Rows = TypeVar("Rows", bound=QuerySet)


def audience(run: Run, *, after: int = 0, up_to: int | None = None) -> MemberQuerySet:
    """Whom a run of a room is for at this moment: active members who are in the room and in its
    space; those whose keys lie in a range. No query."""
    assert run.room is not None
    inside = Membership.objects.active().filter(
        space=run.room.space_id, member=OuterRef("member_id")
    )
    # The range stands inside as well, so that a piece costs what the piece is and not what all are.
    places = _between(
        RoomMembership.objects.active().filter(Exists(inside), room=run.room_id),
        "member",
        after,
        up_to,
    )
    people = Member.objects.active().filter(pk__in=places.values("member_id"))
    return _between(people, "pk", after, up_to)


def _between(rows: Rows, key: str, after: int, up_to: int | None) -> Rows:
    rows = rows.filter(**{f"{key}__gt": after}) if after else rows
    return rows if up_to is None else rows.filter(**{f"{key}__lte": up_to})


def hand_out(run: Run, people: MemberQuerySet | None = None) -> bool:
    """Write what the next 10,000 get, or 2,000 where others wait for it; True when there are no
    more, or the run is not open.

    ``people`` are whom it is for where that is no room's to say. Under a lock on the run: two at
    once do not write the same piece. It never reaches more than there were when the first piece was
    written: then nothing of the piece is, and the run waits for a person. About six queries a piece.
    """
    # In a transaction of the caller's the others wait for that one anyway.
    small = _others_wait() and not connection.in_atomic_block
    size = min(CHUNK, SMALL_CHUNK) if small else CHUNK
    try:
        with transaction.atomic():
            run = Run.objects.select_for_update(of=("self",)).select_related("room").get(pk=run.pk)
            if run.state != Run.State.OPEN:
                return True
            over = _hand_out_piece(run, people, size)
    except TooMany:
        _stop(run)
        return True
    failpoint("inbox.committed")
    if run.kind:
        bell.ring_on_commit("bulk")
    return over


def _others_wait() -> bool:
    """Whether nobody else can write while a piece is written."""
    return connection.vendor == "sqlite"


class TooMany(Exception):
    """The run would reach more people than there were when it began."""


def _hand_out_piece(run: Run, people: MemberQuerySet | None, size: int) -> bool:
    last = _end_of_piece(run, people, size)
    if people is None and not run.cursor:
        # Whoever has come since it was planned is one more, and no reason to stop.
        run.audience = audience(run).count()
    if people is None:
        piece = audience(run, after=run.cursor, up_to=last)
    else:
        piece = _between(people, "pk", run.cursor, last)
    items = _write_items(run, piece)
    failpoint("runs.items")
    mails = _write_mails(run, piece) if run.kind else 0
    run.reached += max(items, mails)
    if run.audience is not None and run.reached > run.audience:
        raise TooMany
    failpoint("inbox.chunk")
    if last is None:
        run.state, run.finished_at = Run.State.DONE, clock.now()
    else:
        run.cursor = last
    run.save(update_fields=["cursor", "state", "finished_at", "reached", "audience"])
    return last is None


def _end_of_piece(run: Run, people: MemberQuerySet | None, size: int) -> int | None:
    """The key of the last member of the next piece; None if the rest is no longer than one."""
    keys: QuerySet
    if people is None:
        places = RoomMembership.objects.active().filter(room=run.room_id, member__gt=run.cursor)
        keys = places.order_by("member").values_list("member", flat=True)
    else:
        keys = people.filter(pk__gt=run.cursor).order_by("pk").values_list("pk", flat=True)
    return keys[size - 1 : size].first()


def _write_items(run: Run, piece: MemberQuerySet) -> int:
    """Their in-app items. Whoever has it from another day of the same subject is left out: the
    one text of the preparation is told once, and to who comes later as well."""
    if run.kind:
        piece = preferences.wanting(piece, kind=run.kind, channel=IN_APP)
    if others := _others(run):
        had = InboxItem.objects.filter(run__in=others, member=OuterRef("pk"))
        piece = piece.filter(~Exists(had))
    return insert_select(
        InboxItem,
        {"run": run.pk, "member": Sql("{who}"), "created_at": clock.now()},
        piece.order_by().values(who=F("pk")),
        known_by=("run", "member"),
    )


def _write_mails(run: Run, piece: MemberQuerySet) -> int:
    """Rows of the outbox that say what the run says: their text stands once, in the run. A mail of
    another day that waits for the end of the night is as good as sent: it leaves as well."""
    piece = preferences.wanting(piece, kind=run.kind, channel=EMAIL).exclude(email=None)
    if others := _others(run):
        had = OutboxMessage.objects.filter(run__in=others, member=OuterRef("pk")).exclude(
            state=OutboxMessage.State.SUPPRESSED
        )
        piece = piece.filter(~Exists(had))
    return insert_select(
        OutboxMessage,
        mail_columns(run, now=clock.now()),
        piece.order_by().values(who=F("pk")),
        known_by=("key",),
    )


def mail_columns(run: Run, *, now: dt.datetime, expires_at: dt.datetime | None = None) -> dict:
    """What an outbox row of a run holds, field by field, for ``insert_select``. Pure.

    Nothing leaves later than 36 hours after its time, counted anew when a person sent it late.
    """
    from_then = run.decided_at or run.due_at or now
    return {
        "public_id": new_id(),
        "key": Sql("%s || {who} || ':email'", (f"{run.public_id}:",)),
        "run": run.pk,
        "channel": EMAIL,
        "queue": OutboxMessage.Queue.BULK,
        "member": Sql("{who}"),
        "address": "",
        "locale": "",
        "room": run.room_id,
        "needs_consent": "",
        "even_if_suspended": False,
        "kind": run.kind,
        "template": "",
        "context": {},
        "sealed_context": "",
        "list_id": "",
        "message_id": "",
        "state": OutboxMessage.State.QUEUED,
        "reason": "",
        "not_before": now,
        "expires_at": expires_at or from_then + LONGEST_WAIT,
        "attempt": 0,
        "failures": 0,
        "maybe_twice": False,
        "error": "",
        "created_at": now,
        "wiped": False,
    }


def _others(run: Run) -> list[int]:
    """Runs of the same subject on other days that went out: on later ones too, when a person sends
    what was missed. One query."""
    if not run.room_id:
        return []
    same = Run.objects.filter(what=run.what, subject=run.subject).exclude(pk=run.pk)
    went = same.filter(state__in=Run.WENT_OUT)
    return list(went.values_list("pk", flat=True))


def _stop(run: Run) -> None:
    """Something has chosen more people than there are: nobody else gets it until a person has
    looked. One query."""
    Run.objects.filter(pk=run.pk, state=Run.State.OPEN).update(
        state=Run.State.WAITS, reason=Run.Reason.OVER_CAP
    )


def work(*, seconds: float = TASK_SECONDS) -> tuple[int, bool]:
    """Hand out the runs of rooms that are open, the oldest first, for ``seconds``: (how many are
    through, whether there are more). Nothing while a switch keeps messages back.
    One that breaks keeps back none of the others; the first error is raised at the end."""
    through, ends = 0, time.monotonic() + seconds
    broken: list[Exception] = []
    if switches.all_on():
        return 0, False
    waiting = Run.objects.open().filter(room__isnull=False).order_by("planned_at", "pk")
    for run in waiting:
        try:
            while not hand_out(run):
                if time.monotonic() >= ends:
                    return through, True
                if _others_wait():
                    time.sleep(OPEN_SECONDS)
            through += 1
        except Exception as error:
            logger.exception("Run %s could not be handed out.", run)
            broken.append(error)
        if time.monotonic() >= ends:
            return through, True
    if broken:
        raise broken[0]
    return through, False


def work_and_ring() -> None:
    """What a task does: ``work`` for its few seconds, and ring once more if there is more."""
    _through, more = work()
    if more:
        bell.ring("runs")


def is_due() -> bool:
    """Whether a run waits to be handed out. One query."""
    return Run.objects.open().filter(room__isnull=False).exists()
