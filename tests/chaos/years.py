"""The schedulers of H5: several processes that look at the same simulated moment, again and again.

python -m tests.chaos.years '{"label": …, "slots": […], "looks": […], …}'
"""

import datetime as dt
import json
import multiprocessing
import sys
import time
import traceback
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from community import clock  # noqa: E402
from community.models import Room, Run  # noqa: E402
from community.registry import Due, DueSource, due_sources  # noqa: E402
from community.services import runs  # noqa: E402
from community.services.look import look  # noqa: E402
from tests.chaos import crowd  # noqa: E402

SCHEDULERS = 5
PATIENCE = 120
FORK = multiprocessing.get_context("fork")


class Calendar:
    """What falls due: each slot on each of the days, as a real source gives it."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.label, self.days = told["label"], told["days"]
        self.first = dt.date.fromisoformat(told["first"])
        self.slots = [
            (crowd.make_room(f"{self.label}-{number}", 2, timezone=zone), zone,
             dt.time.fromisoformat(at), dt.timedelta(seconds=late), skip)
            for number, (zone, at, late, skip) in enumerate(told["slots"])
        ]  # fmt: skip

    def rows(self, now: dt.datetime) -> list[Due]:
        """All that is due and has no run."""
        made = set(
            Run.objects.filter(what="chaos", subject__startswith=f"{self.label}-").values_list(
                "subject", flat=True
            )
        )
        return [
            due
            for number, slot in enumerate(self.slots)
            for each in range(self.days)
            if f"{self.label}-{number}-{each}" not in made
            and (due := self._due(f"{self.label}-{number}-{each}", each, *slot)).due_at <= now
        ]

    def _due(
        self, subject: str, each: int, room: Room, zone: str, at: dt.time, late: dt.timedelta, skip: bool
    ) -> Due:  # fmt: skip
        day = self.first + dt.timedelta(days=each)
        return Due(
            what="chaos",
            subject=subject,
            local_date=day,
            due_at=clock.local_to_utc(day, at, zone),
            room=room.pk,
            timezone=zone,
            kind="",
            template="community/note",
            context={"text": subject},
            late_after=late,
            skip_when_late=skip,
        )


def scheduler(looks: list[float], gate: Any) -> None:
    """One look at each of these moments, together with the others."""
    for moment in looks:
        gate.wait(PATIENCE)
        settings.CLOCK_OFFSET = dt.datetime.fromtimestamp(moment, dt.UTC) - timezone.now()
        look()
        while runs.work()[1]:
            pass


def _run(looks: list[float], gate: Any, failed: Any) -> None:
    try:
        scheduler(looks, gate)
    except BaseException:
        traceback.print_exc()
        failed.value += 1
        gate.abort()
    finally:
        connections.close_all()


def main() -> None:
    told = json.loads(sys.argv[1])
    calendar = Calendar(told)
    due_sources.register("chaos", DueSource(rows=calendar.rows))
    connections.close_all()
    gate, failed = FORK.Barrier(SCHEDULERS), FORK.Value("i", 0)
    began = time.monotonic()
    people = [
        FORK.Process(target=_run, args=(told["looks"], gate, failed)) for _each in range(SCHEDULERS)
    ]
    for process in people:
        process.start()
    for process in people:
        process.join()
    died = failed.value + sum(process.exitcode != 0 for process in people)
    seconds = round(time.monotonic() - began, 1)
    told = {"schedulers": SCHEDULERS, "died": died, "seconds": seconds}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
