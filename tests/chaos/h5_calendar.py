"""H5: every change of every clock, and a planner whose clock jumps.

First the two pure functions that decide, around every change of every zone from 2024 to 2035,
against an oracle that watches the wall clock minute by minute. Then real schedulers, several at
once, through days in ten zones, with jumps: one run for each local date, nothing old leaves without
a person, nothing twice, no heap.
"""

import dataclasses
import datetime as dt
import random
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from community import clock
from community.registry import Due
from community.services import planner
from tests.chaos import children
from tests.chaos.calendar_oracle import (
    DAY,
    HOUR,
    MINUTE,
    Slot,
    becomes,
    first_moment,
    first_moments,
    histories,
)
from tests.chaos.ground import Ground, Place, place


@dataclasses.dataclass(frozen=True)
class Size:
    """``zones``: the names to look at, all if empty; ``every`` minute of each day of a change."""

    zones: tuple[str, ...]
    every: int
    days: int
    looks_a_day: int
    patience: int


ODD = (
    "Africa/Casablanca Africa/Cairo America/Havana America/New_York America/Nuuk America/Santiago "
    "America/St_Johns America/Sao_Paulo Antarctica/Troll Asia/Beirut Asia/Gaza Asia/Kathmandu "
    "Asia/Shanghai Australia/Lord_Howe Europe/Dublin Europe/Paris Pacific/Apia Pacific/Chatham"
)
SIZES = {
    "smoke": Size(tuple(ODD.split()), every=17, days=10, looks_a_day=5, patience=240),
    "full": Size((), every=1, days=365, looks_a_day=12, patience=7_200),
}
# What falls due, and where: morning and evening, in a gap, in an hour that comes twice, at night.
SLOTS = (
    Slot("Asia/Shanghai", dt.time(8, 30)),
    Slot("Europe/Paris", dt.time(2, 30)),
    Slot("America/New_York", dt.time(1, 30), may_be_late=12 * HOUR, skip=True),
    Slot("America/Sao_Paulo", dt.time(7)),
    Slot("Australia/Lord_Howe", dt.time(2, 15)),
    Slot("Asia/Kathmandu", dt.time(21)),
    Slot("Pacific/Chatham", dt.time(2, 45)),
    Slot("Africa/Casablanca", dt.time(3), may_be_late=48 * HOUR),
    Slot("Asia/Beirut", dt.time(0)),
    Slot("Pacific/Apia", dt.time(12), may_be_late=12 * HOUR, skip=True),
)
# The first simulated day of a short run, so that it holds the night on which Paris loses an hour.
FIRST_DAYS = {"smoke": dt.date(2027, 3, 23), "full": dt.date(2026, 10, 1)}
TIMES = (dt.time(0), dt.time(0, 30), dt.time(2), dt.time(2, 30), dt.time(3), dt.time(8, 30))


def run(made: Ground, *, size: str, seed: int) -> Iterator[dict[str, object]]:
    """The changes once, where the ground is SQLite, and the years on both databases."""
    if made.server is None:
        yield every_change(size=size, seed=seed)
        yield control()
    with place(made, latency=0) as here:
        yield years(here, size=size, seed=seed)


def every_change(*, size: str, seed: int) -> dict[str, object]:
    """``clock.local_to_utc`` and ``planner.judge`` on the days before, of and after each change."""
    began, chosen = time.monotonic(), SIZES[size]
    found = histories(list(chosen.zones))
    wrong: list[str] = []
    minutes = dues = 0
    for history, names in found.items():
        name = names[0]
        zone = ZoneInfo(name)
        days = {
            moment.astimezone(zone).date() + number * DAY
            for moment, _before, _after in history
            for number in (-1, 0, 1)
        }
        for day in sorted(days):
            answers = first_moments(day, name)
            for minute in range(0, 1440, chosen.every):
                wall = dt.time(minute // 60, minute % 60)
                minutes += 1
                if clock.local_to_utc(day, wall, zone) != answers[minute]:
                    wrong.append(f"{name} {day} {wall}")
            for wall in TIMES:
                dues += 1
                if not _falls_due_once(day, wall, name, answers[wall.hour * 60 + wall.minute]):
                    wrong.append(f"{name} {day} {wall}: the planner")
    return {
        "h": "h5",
        "name": "every-change",
        "size": size,
        "seed": seed,
        "zones": sum(map(len, found.values())),
        "different": len(found),
        "changes": sum(map(len, found)),
        "minutes": minutes,
        "dues": dues,
        "wrong": len(wrong),
        "first_wrong": wrong[:5],
        "seconds": round(time.monotonic() - began, 1),
        "passed": not wrong and minutes > 10_000,
    }


def _falls_due_once(day: dt.date, wall: dt.time, name: str, moment: dt.datetime) -> bool:
    """Whether the planner says no until the minute before ``moment`` and yes at that moment."""
    due = Due(
        what="chaos", subject="h5", local_date=day, due_at=clock.local_to_utc(day, wall, name),
        room=0, timezone=name, kind="", template="community/note",
    )  # fmt: skip
    before = [planner.judge(due, moment - minutes * MINUTE) for minutes in (1, 30, 60, 90)]
    return not any(before) and planner.judge(due, moment) == ("open", "")


def control() -> dict[str, object]:
    """What one would write: it is time when the wall clock shows the time. In Paris that never is
    on 2027-03-28, and is twice on 2027-10-31."""
    fired = {}
    for day in (dt.date(2027, 3, 27), dt.date(2027, 3, 28), dt.date(2027, 10, 31)):
        begin = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC) - 3 * HOUR
        shown = [(begin + n * MINUTE).astimezone(ZoneInfo("Europe/Paris")) for n in range(1800)]
        fired[str(day)] = sum(
            here.date() == day and here == here.replace(hour=2, minute=30) for here in shown
        )
    return {
        "h": "h5",
        "name": "every-change-control",
        "fired": fired,
        "passed": list(fired.values()) == [1, 0, 2],
    }


def years(here: Place, *, size: str, seed: int) -> dict[str, object]:
    """Schedulers through many days; each step is one look of each at the same simulated moment."""
    chosen, label = SIZES[size], f"y{secrets.token_hex(3)}"
    first = FIRST_DAYS[size]
    looks, jumps = moments(first, chosen, random.Random(seed))
    told = {
        "label": label,
        "slots": [[slot.zone, slot.time.isoformat(), slot.may_be_late.total_seconds(), slot.skip] for slot in SLOTS],
        "first": first.isoformat(),
        "days": chosen.days,
        "looks": [look.timestamp() for look in looks],
    }  # fmt: skip
    facts, _words = children.run(here, "years", told, patience=chosen.patience)
    verdict = _judge(here, label, first, chosen, looks)
    bad = ("twice", "other_than_due", "items_wrong")
    oldest = _oldest_sent(here, label)
    return {
        "h": "h5",
        "name": "schedulers-through-days",
        "engine": here.engine,
        "size": size,
        "seed": seed,
        "zones": len(SLOTS),
        "days": chosen.days,
        "looks": len(looks),
        "jumps": jumps,
        **facts,
        **verdict,
        "latest_sent_minutes": int(oldest / MINUTE),
        "passed": bool(verdict["sent"])
        and not any(verdict[key] for key in bad)
        and not facts["died"]
        and oldest <= 36 * HOUR,
    }


def moments(
    first: dt.date, size: Size, chance: random.Random
) -> tuple[list[dt.datetime], dict[str, int]]:
    """When everybody looks. The clock goes on by bits, and sometimes jumps: back by an hour or a
    day, on by a day for one look only, or on by a day or three because the machine was off; once,
    near the end, ten years ahead and back."""
    now = dt.datetime.combine(first, dt.time(), tzinfo=dt.UTC) - DAY
    end = now + (size.days + 2) * DAY
    gap = 24 * 60 / size.looks_a_day
    looks: list[dt.datetime] = []
    jumps = Counter[str]()
    ten_years_at = now + (size.days + 1) * DAY * 0.9
    while now < end:
        # Half a minute off the full one: whoever is a little slow is still in the same minute.
        looks.append(now.replace(second=15, microsecond=0))
        kind = chance.random() * size.looks_a_day * 6
        if now > ten_years_at and not jumps["ten years"]:
            looks.append(looks[-1] + 3650 * DAY)
            jumps["ten years"] += 1
        elif kind < 1:
            now -= HOUR
            jumps["back an hour"] += 1
        elif kind < 2:
            looks.append(looks[-1] - DAY)
            jumps["back a day"] += 1
        elif kind < 3:
            looks.append(looks[-1] + DAY)
            jumps["on a day, and back"] += 1
        elif kind < 4:
            away = chance.choice((1, 3))
            now += away * DAY
            jumps[f"off for {away} d"] += 1
        now += chance.uniform(0.3, 1.7) * gap * MINUTE
    return looks, dict(jumps)


def _judge(
    here: Place, label: str, first: dt.date, size: Size, looks: list[dt.datetime]
) -> dict[str, object]:
    """Compare every run with what had to become of its day."""
    found = {
        (subject, str(day)): (state, reason, reached)
        for subject, day, state, reason, reached in here.rows(
            "SELECT subject, local_date, state, reason, reached FROM community_run "  # noqa: S608
            f"WHERE what = 'chaos' AND subject LIKE '{label}-%'"
        )
    }
    rows = here.rows(
        f"SELECT count(*) FROM community_run WHERE what = 'chaos' AND subject LIKE '{label}-%'"  # noqa: S608
    )[0][0]
    wanted: dict[tuple[str, str], tuple[str, str]] = {}
    for number, slot in enumerate(SLOTS):
        for each in range(size.days):
            day = first + each * DAY
            if verdict := becomes(slot, day, looks):
                wanted[f"{label}-{number}-{each}", str(day)] = verdict
    other = [
        f"{key}: {found.get(key)} and not {verdict}"
        for key, verdict in wanted.items()
        if found.get(key, ("", "", 0))[:2] != verdict
    ]
    too_many = [str(key) for key in found if key not in wanted]
    return {
        "runs": rows,
        "sent": sum(verdict[0] == "done" for verdict in wanted.values()),
        "by_reason": dict(Counter(verdict[1] for verdict in wanted.values() if verdict[1])),
        "twice": rows - len(found),
        "other_than_due": len(other) + len(too_many),
        "first_other": (other + too_many)[:5],
        "items_wrong": _items_wrong(here, label, wanted),
    }


def _items_wrong(here: Place, label: str, wanted: dict[tuple[str, str], tuple[str, str]]) -> int:
    """How many runs told another number of people than the two of their room, or than nobody."""
    told = Counter(
        subject
        for subject, _member in here.rows(
            "SELECT r.subject, i.member_id FROM community_inboxitem i "  # noqa: S608
            f"JOIN community_run r ON r.id = i.run_id WHERE r.subject LIKE '{label}-%'"
        )
    )
    return sum(
        told[subject] != (2 if state == "done" else 0)
        for (subject, _day), (state, _reason) in wanted.items()
    )


def _oldest_sent(here: Place, label: str) -> dt.timedelta:
    """How late the latest was that left by itself."""
    rows = here.rows(
        "SELECT local_date, subject, planned_at FROM community_run "  # noqa: S608
        f"WHERE subject LIKE '{label}-%' AND state = 'done'"
    )
    late = [dt.timedelta()]
    for day, subject, planned in rows:
        slot = SLOTS[int(subject.split("-")[1])]
        day = day if isinstance(day, dt.date) else dt.date.fromisoformat(day)
        due = first_moment(day, slot.time, slot.zone)
        planned = (
            planned if isinstance(planned, dt.datetime) else dt.datetime.fromisoformat(planned)
        )
        late.append((planned if planned.tzinfo else planned.replace(tzinfo=dt.UTC)) - due)
    return max(late)
