"""All days of a camp at a glance: what is written for each, whether it may go out, and whether it
has."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cohorts.models import Camp
from community import clock
from community.models import Announcement, ChatGroup, Posting, Run
from community.services import announcement_checks, announcements
from community.services.linting import rules
from community.services.linting.rules import Finding

Kind, State = Announcement.Kind, Announcement.State

# Word and icon of each state of a day.
STATES = {
    "empty": (_("not written"), "plus"),
    "draft": (_("draft"), "edit"),
    "problem": (_("to mend"), "alert"),
    "again": (_("asks again"), "undo"),
    "asked": (_("waits for approval"), "eye"),
    "scheduled": (_("scheduled"), "clock"),
    "sent": (_("sent"), "check"),
    "posted": (_("posted by hand"), "copy"),
    "missed": (_("missed"), "skip"),
    "cancelled": (_("cancelled"), "close"),
}


@dataclass(frozen=True)
class Cell:
    """One day. ``have`` of ``need`` chat groups have its text; ``findings`` is what the linter says
    of a text that may still change."""

    day: int
    date: dt.date
    phase: str
    row: Announcement | None
    state: str
    is_today: bool
    have: int = 0
    need: int = 1
    findings: Sequence[Finding] = field(default_factory=list)

    @property
    def word(self) -> object:
        return STATES[self.state][0]

    @property
    def icon(self) -> str:
        return STATES[self.state][1]

    @property
    def mark(self) -> str:
        """How the square is drawn: over (sent), to see to (bad), empty (blank), or plainly."""
        marks = {
            "sent": ("sent", "posted", "cancelled"),
            "bad": ("problem", "again", "missed"),
            "blank": ("empty",),
        }
        return next((mark for mark, states in marks.items() if self.state in states), "")

    @property
    def why(self) -> object:
        """What a person is to see to there; "" if nothing."""
        if self.state == "problem":
            return rules.errors(list(self.findings))[0].text
        if self.state == "again" and self.row is not None and self.row.asks_again:
            return self.row.get_asks_again_display()
        return self.word if self.state in ("again", "asked", "missed") else ""

    @property
    def is_schedulable(self) -> bool:
        return self.state in ("draft", "again")

    @property
    def label(self) -> str:
        """What stands in the square."""
        return label_of(self.phase, self.day)

    @property
    def name(self) -> str:
        """How a list calls it, where the days of the preparation stand one by one: D-2, D3."""
        is_closing = self.phase == "closing"
        return self.label if is_closing else f"D{self.day}"


def label_of(phase: str, day: int, course: str = "") -> str:
    """How a day is called for short: 3 (with ``course`` in front of it), P for the preparation, and
    a word for the closing."""
    return {"preparation": "P", "closing": gettext("End")}.get(phase, f"{course}{day}")


def cells(camp: Camp) -> list[Cell]:
    """All days in their order. Four queries, however many days."""
    room = camp.run.room
    rows = list(
        Announcement.objects.filter(room=room)
        .exclude(kind=Kind.CORRECTION)
        .select_related("sender", "changed_by")
    )
    runs = {(run.subject, run.local_date): run for run in announcements.runs_of(rows)}
    need = ChatGroup.objects.filter(room=room, closed_at=None).count()
    have = _posted(rows, bool(need))
    by_date = {
        row.day + dt.timedelta(days=offset): row
        for row in rows
        for offset in range((row.last_day - row.day).days + 1)
    }
    today, now = camp.calendar.date_of(camp.calendar.today()), clock.now()
    found = []
    for day in camp.calendar.span.all_days():
        date = camp.calendar.date_of(day)
        row = by_date.get(date)
        posted = have[row.pk] if row else 0
        findings = _findings(row, date)
        found.append(
            Cell(
                day=day,
                date=date,
                phase=camp.calendar.span.phase_of(day),
                row=row,
                state=_state(camp, row, date, runs, posted >= (need or 1), findings, now),
                is_today=date == today,
                have=posted,
                need=need or 1,
                findings=findings,
            )
        )
    return found


def _posted(rows: Iterable[Announcement], has_groups: bool) -> Counter[int]:
    standing = Posting.objects.filter(
        announcement__in=list(rows), withdrawn_at=None, chat_group__isnull=not has_groups
    )
    if has_groups:
        standing = standing.filter(chat_group__closed_at=None)
    return Counter(dict(standing.order_by().values_list("announcement").annotate(Count("pk"))))


def _findings(row: Announcement | None, date: dt.date) -> list[Finding]:
    if row is None or row.state not in (State.DRAFT, State.ASKED):
        return []
    return announcement_checks.findings(row, date)


def _state(
    camp: Camp,
    row: Announcement | None,
    date: dt.date,
    runs: dict[tuple[str, dt.date], Run],
    is_posted: bool,
    findings: Sequence[Finding],
    now: dt.datetime,
) -> str:
    if row is None:
        return "empty"
    run = runs.get((row.public_id, date))
    if run is not None and run.state in Run.WENT_OUT:
        return "sent"
    if is_posted and date <= clock.local_date(camp.run.timezone, now):
        return "posted"
    if row.state == State.CANCELLED:
        return "cancelled"
    has_come = clock.local_to_utc(date, row.at, camp.run.timezone) <= now
    if run is not None or (has_come and row.state != State.APPROVED):
        return "missed"
    return _intended(row, findings)


def _intended(row: Announcement, findings: Sequence[Finding]) -> str:
    """Of one whose hour has not come."""
    if row.state == State.APPROVED:
        is_same = row.approved_hash == announcements.text_hash(row)
        return "scheduled" if is_same else "again"
    if row.state == State.ASKED:
        return "asked"
    if any(finding.is_error for finding in findings):
        return "problem"
    return "again" if row.asks_again else "draft"


def weeks(found: Sequence[Cell]) -> list[list[Cell | None]]:
    """The days in weeks from Monday on; None where a week has no day of the camp."""
    if not found:
        return []
    padded: list[Cell | None] = [None] * found[0].date.weekday()
    padded += found
    padded += [None] * (-len(padded) % 7)
    return [padded[start : start + 7] for start in range(0, len(padded), 7)]
