"""Run sheets of ceremonies, by the clock: their minutes laid on the time at which the step is due."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from cohorts.models import Camp, SopTask, StepRole
from cohorts.services import script_words
from community.models import Member


@dataclass(frozen=True)
class Line:
    """One row: from when, for how many minutes, who, what, what she says, and what to do if it goes
    wrong. ``time`` is "" while the camp has no step for the ceremony."""

    number: int
    time: str
    until: str
    minute: int
    minutes: int
    who: str
    what: str
    say: str
    fallback: str

    @property
    def id(self) -> str:
        """Of the element whose words are copied."""
        return f"say-{self.number}"


@dataclass(frozen=True)
class RunSheet:
    """``starts_at`` is None while no step of the camp holds the ceremony; ``zone`` is the camp's."""

    title: str
    starts_at: dt.datetime | None
    zone: ZoneInfo
    lines: list[Line]

    @property
    def minutes(self) -> int:
        return max((line.minute + line.minutes for line in self.lines), default=0)


def of(camp: Camp, which: str, reader: Member) -> RunSheet | None:
    """The sheet ``which`` of the camp's template, its words filled in for the day on which it is
    held; None if the template has none. Three queries."""
    sheets = camp.run.version.content.get("run_sheets", [])
    sheet = next((sheet for sheet in sheets if sheet.get("key") == which), None)
    if sheet is None:
        return None
    task = _task_for(camp, which)
    zone = ZoneInfo(camp.run.timezone)
    start = task.due_at if task else None
    day = task.day if task else camp.calendar.today()
    fill = script_words.filler(camp.run, day, reader)
    lines = [
        _line(number, row, start, zone, fill) for number, row in enumerate(sheet["rows"], start=1)
    ]
    return RunSheet(sheet["title"], start, zone, lines)


def _task_for(camp: Camp, which: str) -> SopTask | None:
    """The ceremony itself: of the steps that point to the sheet the last, for a rehearsal comes
    before it. Two queries."""
    page = f"run-sheet-{which}"
    steps = camp.run.version.steps.values_list("pk", "resources")
    held = [key for key, links in steps if any(link.get("page") == page for link in links)]
    found = SopTask.objects.filter(run=camp.run_id, step__in=held)
    return found.order_by("-due_at", "-pk").first() if held else None


def _line(
    number: int, row: dict[str, Any], start: dt.datetime | None, zone: ZoneInfo, fill: Any
) -> Line:
    minute, minutes = int(row["minute"]), int(row["minutes"])
    return Line(
        number=number,
        time=_clock(start, minute, zone),
        until=_clock(start, minute + minutes, zone),
        minute=minute,
        minutes=minutes,
        who=str(StepRole(row["who"]).label) if row.get("who") in StepRole.values else "",
        what=row.get("what", ""),
        say=fill(row.get("say") or ""),
        fallback=row.get("fallback") or "",
    )


def _clock(start: dt.datetime | None, minute: int, zone: ZoneInfo) -> str:
    if start is None:
        return ""
    return (start + dt.timedelta(minutes=minute)).astimezone(zone).strftime("%H:%M")
