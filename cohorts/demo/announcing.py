"""The announcements of a camp in the demo: what is past has gone out, what is to come is scheduled, and
a few days still want a hand, so that the calendar tells a story."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from cohorts.demo.timeline import Timeline
from cohorts.models import Camp
from community.models import Announcement, AnnouncementProof, AnnouncementReceipt, Member, Run
from community.services import announcement_due, announcements, inbox

State, Kind = Announcement.State, Announcement.Kind


@dataclass(frozen=True)
class Plan:
    """Days that are not simply scheduled: one whose text lacks the link to the check-in, one whose
    lesson has got another title since, one that nobody has scheduled yet."""

    to_mend: int = 0
    asks_again: int = 0
    draft: int = 0


def tell(camp: Camp, line: Timeline, plan: Plan, *, by: Member) -> None:
    """Schedule what the plan does not leave open, and send what has come. Some queries for each
    day that has come."""
    room = camp.run.room
    rows = list(Announcement.objects.filter(room=room).select_related("sender", "room"))
    wrote_at = line.just_before(line.at(-3, "21:10", before=1))
    for row in rows:
        _decide(row, line.calendar.day_on(row.day), plan, by, wrote_at)
    Announcement.objects.bulk_update(
        rows,
        ["state", "approved_by", "approved_at", "approved_hash", "scheduled_by", "scheduled_at",
         "asks_again", "check_in", "changed_by", "changed_at"],
    )  # fmt: skip
    for row in rows:
        _send(row, line)
    _marks(rows, line, by)


def _decide(row: Announcement, day: int, plan: Plan, by: Member, wrote_at: dt.datetime) -> None:
    row.changed_by, row.changed_at = by, wrote_at
    if row.kind == Kind.DAILY and day in (plan.to_mend, plan.asks_again, plan.draft):
        if day == plan.to_mend:
            row.check_in = row.check_in.split("\n")[0]
        if day == plan.asks_again:
            row.asks_again = Announcement.Again.LESSON
        return
    row.state = State.APPROVED
    row.scheduled_by = row.approved_by = by
    row.scheduled_at = row.approved_at = wrote_at
    row.approved_hash = announcements.text_hash(row)


def _send(row: Announcement, line: Timeline) -> None:
    """On each of its days that has come; who has it from an earlier day does not get it again."""
    readers = Member.objects.filter(
        room_memberships__room=row.room_id, room_memberships__until=None
    )
    for offset in range((row.last_day - row.day).days + 1):
        date = row.day + dt.timedelta(days=offset)
        at = line.at(line.calendar.day_on(date), f"{row.at:%H:%M}")
        if row.state != State.APPROVED or at > line.now:
            continue
        run = inbox.plan(
            announcements.WHAT,
            subject=row.public_id,
            template=announcement_due.TEMPLATE,
            context=announcement_due.context(row, date),
            path=row.path,
            local_date=date,
        )
        if not offset:
            inbox.fan_out(run, readers)
        Run.objects.filter(pk=run.pk).update(
            state=Run.State.DONE, room=row.room_id, kind=announcement_due.KIND,
            due_at=at, planned_at=at, finished_at=at,
        )  # fmt: skip
        today = line.calendar.date_of(line.today)
        run.items.update(
            created_at=at, read_at=at + dt.timedelta(minutes=9) if date < today else None
        )


def _marks(rows: Iterable[Announcement], line: Timeline, by: Member) -> None:
    """What has gone out was looked at in the chat before, and about half have pressed "got it"."""
    receipts, proofs = [], []
    for row in rows:
        at = line.at(line.calendar.day_on(row.day), f"{row.at:%H:%M}")
        if row.state != State.APPROVED or at > line.now:
            continue
        proofs.append(
            AnnouncementProof(
                announcement=row, by=by, at=at - dt.timedelta(minutes=6),
                text_hash=announcements.text_hash(row),
            )
        )  # fmt: skip
        learners = Member.objects.filter(
            room_memberships__room=row.room_id, room_memberships__role="learner",
            room_memberships__until=None, email=None,
        ).order_by("pk")[::2]  # fmt: skip
        receipts += [
            AnnouncementReceipt(
                announcement=row, member=member,
                at=line.just_before(at + dt.timedelta(minutes=4 + 3 * number)),
            )
            for number, member in enumerate(learners)
        ]  # fmt: skip
    AnnouncementProof.objects.bulk_create(proofs)
    AnnouncementReceipt.objects.bulk_create(receipts)
