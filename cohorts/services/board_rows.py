"""What the board holds: a run's day, its rows, and who has how much of it. No query in here."""

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.models import SopRun, SopTask
from cohorts.models.calendar import AFTERMATH, day_of, offset_of
from cohorts.services.beside import Note
from cohorts.services.bindings import Figure
from cohorts.services.duty import Duty, Team

OPEN = SopTask.State.OPEN

# A step that is due is not late at once: it is being done.
GRACE = dt.timedelta(minutes=15)
# So long before it is due a step is something for now.
SOON = dt.timedelta(minutes=60)


@dataclass
class Row:
    """One step as the board shows it. ``group`` is where it stands: before, late, now, later or
    done; ``waits`` are the open steps that come first."""

    task: SopTask
    group: str
    time: str
    minutes_late: int
    duty: Duty
    waits: list[SopTask] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    figure: Figure | None = None
    is_mine: bool = False
    can_take_back: bool = False
    closed_time: str = ""
    refusal: str = ""  # why the last tick did not work

    @property
    def kind(self) -> str:
        """How the row looks; words say it as well."""
        if self.task.state != OPEN:
            return "done"
        if self.refusal:
            return "failed"
        if self.waits:
            return "locked"
        return "late" if self.group in ("late", "before") else ""

    @property
    def lateness(self) -> str:
        """How late it is, in words."""
        if self.minutes_late < 60:
            return ngettext("Late by %(n)d minute", "Late by %(n)d minutes", self.minutes_late) % {
                "n": self.minutes_late
            }
        return _("Late by %(n)d h") % {"n": self.minutes_late // 60}

    @property
    def choice(self) -> str:
        """What is sent when it is ticked together with others."""
        return f"{self.task.public_id}:{self.task.version}"

    @property
    def needs_more(self) -> bool:
        """Whether one tap is not enough: it asks for evidence or a reason."""
        step = self.task.step
        shut = step.is_gate and not (self.figure and self.figure.holds)
        return step.evidence != "none" or bool(self.waits) or shut


@dataclass(frozen=True)
class Load:
    """How much of a day's open steps one person, or a role that nobody has yet, has to do."""

    label: str
    handle: str
    steps: int
    minutes: int


@dataclass
class Board:
    """One day of one run. ``left`` is how many steps of the days before are open beyond those
    that are shown."""

    run: SopRun
    day: int
    today: int
    team: Team
    rows: list[Row]
    notes: list[Note] = field(default_factory=list)
    left: int = 0

    @property
    def own(self) -> list[Row]:
        """The steps of the day itself."""
        return [row for row in self.rows if row.task.day == self.day]

    @property
    def total(self) -> int:
        return len(self.own)

    @property
    def closed(self) -> int:
        return sum(row.task.state != OPEN for row in self.own)

    @property
    def to_do(self) -> int:
        return self.total - self.closed

    @property
    def all_done(self) -> bool:
        return bool(self.total) and not self.to_do

    @property
    def date(self) -> dt.date:
        return self.run.calendar.date_of(self.day)

    @property
    def previous_day(self) -> int | None:
        """None on the first day; likewise ``next_day`` when nothing can come any more."""
        offset = offset_of(self.day) - 1
        return day_of(offset) if offset >= self.run.span.first else None

    @property
    def next_day(self) -> int | None:
        offset = offset_of(self.day) + 1
        return day_of(offset) if offset <= self.run.span.last + AFTERMATH else None

    def group(self, name: str) -> list[Row]:
        return [row for row in self.rows if row.group == name]

    def loads(self) -> list[Load]:
        """Who has how much of the day's open steps, most first."""
        found: dict[tuple[str, str], list[int]] = {}
        for row in self.own:
            if row.task.state == OPEN:
                found.setdefault((row.duty.label, row.duty.handle), []).append(
                    row.task.step.minutes
                )
        loads = [
            Load(label, handle, len(minutes), sum(minutes))
            for (label, handle), minutes in found.items()
        ]
        return sorted(loads, key=lambda load: (-load.minutes, load.label))


def local_time(task: SopTask) -> str:
    """When it is due, by the clock of its run: 08:30."""
    return task.due_at.astimezone(ZoneInfo(task.run.timezone)).strftime("%H:%M")


def address(task: SopTask) -> str:
    """Where the task stands on the board of its day."""
    camp = getattr(task.run, "camp", None)
    if camp is None:
        return reverse("cohorts:board")
    day = f"?day={task.day}" if task.day != task.run.calendar.today() else ""
    return reverse("cohorts:run_board", args=[camp.slug]) + f"{day}#task-{task.public_id}"


def is_late(task: SopTask, now: dt.datetime) -> bool:
    return task.state == OPEN and task.due_at + GRACE < now


def group_of(task: SopTask, now: dt.datetime) -> str:
    """late, now, later or done."""
    if task.state != OPEN:
        return "done"
    if is_late(task, now):
        return "late"
    return "now" if task.due_at <= now + SOON else "later"
