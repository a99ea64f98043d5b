"""The schedulers of H5: several processes that look at the same simulated moment, again and again.

python -m tests.chaos.years '{"label": …, "slots": […], "looks": […], …}'
"""

import datetime as dt
import json
import multiprocessing
import sys
import time
import traceback
from collections.abc import Iterator
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from community import clock  # noqa: E402
from community.models import Run  # noqa: E402
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
        self.label = told["label"]
        first = dt.date.fromisoformat(told["first"])
        self.dues = [
            due
            for number, slot in enumerate(told["slots"])
            for due in self._of_slot(number, slot, first, told["days"])
        ]

    def rows(self, now: dt.datetime) -> list[Due]:
        """All that is due and has no run."""
        ours = Run.objects.filter(what="chaos", subject__startswith=f"{self.label}-")
        made = set(ours.values_list("subject", flat=True))
        return [due for due in self.dues if due.due_at <= now and due.subject not in made]

    def _of_slot(self, number: int, slot: list, first: dt.date, days: int) -> Iterator[Due]:
        zone, time_of_day, late, skip = slot
        room = crowd.make_room(f"{self.label}-{number}", 2, timezone=zone)
        for each in range(days):
            day = first + dt.timedelta(days=each)
            yield Due(
                what="chaos",
                subject=f"{self.label}-{number}-{each}",
                local_date=day,
                due_at=clock.local_to_utc(day, dt.time.fromisoformat(time_of_day), zone),
                room=room.pk,
                timezone=zone,
                kind="",
                template="community/note",
                context={"text": str(day)},
                late_after=dt.timedelta(seconds=late),
                skip_when_late=skip,
            )


def scheduler(looks: list[float], gate: Any) -> None:
    """One look at each of these moments, together with the others."""
    for moment in looks:
        gate.wait(PATIENCE)
        settings.CLOCK_OFFSET += dt.datetime.fromtimestamp(moment, dt.UTC) - clock.now()
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
    told = json.load(sys.stdin)
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
