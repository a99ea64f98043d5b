"""What readers notice while an announcement goes out to everybody: pages then, against pages before.

The site runs as it does in earnest: ``manage.py up`` on SQLite; on PostgreSQL the commands of
docker-compose.yml with a private Redis. Two members go through the pages while nothing happens, while
the announcement is handed out and mailed, and again while nothing happens, so that what else the
machine does meets both. ``bench.place`` says how it is run alone, and at its full size.
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from bench import place
from bench.harness import Result, bench, within
from bench.place import wait_until

if TYPE_CHECKING:
    from bench.reading import Visit
    from community.models import Run

LIMIT = 2.0  # times as long as when nothing happens
WARM_UP_SECONDS, IDLE_SECONDS = 5.0, 20.0
# The last mail has left a moment before its batch is written.
SETTLE_SECONDS = 1.0


@bench(times=1)
def while_sending() -> Iterator[Result]:
    """p95 of pages while everybody is told something, against p95 without."""
    yield from place.alone("while_sending")


def measure(count: int, engine: str) -> Iterator[Result]:
    """All figures, on the database, the broker and the mail server of the settings."""
    from bench import letters, reading, site
    from community.services import bell

    room = letters.room_of(count)
    readers = reading.readers_in(room)
    with (site.large if engine == "postgres" else site.small)():
        for reader in readers:
            reader.start()
        time.sleep(WARM_UP_SECONDS)
        quiet, load = time.monotonic(), os.getloadavg()[0]
        time.sleep(IDLE_SECONDS)
        had, began = letters.counts()[0], time.monotonic()
        run = letters.real_announcement(room)
        bell.ring("runs")
        wait_until(lambda: _is_handed_out(run))
        handed_out = time.monotonic()
        wait_until(lambda: letters.counts()[0] - had >= count)
        ended = time.monotonic()
        time.sleep(SETTLE_SECONDS + IDLE_SECONDS)
        visits = [visit for reader in readers for visit in reader.stop()]
    yield Result("while_sending.load", round(load, 1), "processes before", 0, 1.0)
    yield Result("while_sending.handed_out", round(handed_out - began, 1), "s to write", 0, 1.0)
    yield Result("while_sending.sent", round(ended - began, 1), "s to send", 0, 1.0)
    idle = [one for one in visits if quiet <= one.at < began or one.at >= ended + SETTLE_SECONDS]
    during = [one for one in visits if began <= one.at < ended]
    for kind in ("pages", "form"):
        without, then = ([one for one in some if one.kind == kind] for some in (idle, during))
        yield from compared(kind, without, then)
        if first := [one for one in then if one.at < handed_out]:
            yield from shown(f"{kind}.handing_out", without, first)


def _is_handed_out(run: "Run") -> bool:
    run.refresh_from_db(fields=["state"])
    return run.state == run.State.DONE


def compared(name: str, idle: Sequence["Visit"], during: Sequence["Visit"]) -> Iterator[Result]:
    """How long they took in the middle and at p95, against when nothing happened; and how many times
    as long p95 is, which has a limit."""
    yield from shown(name, idle, during)
    slower = _p(during, 95) / _p(idle, 95)
    yield within(f"while_sending.{name}.slower", round(slower, 2), "times", LIMIT)


def shown(name: str, idle: Sequence["Visit"], during: Sequence["Visit"]) -> Iterator[Result]:
    """The same without a limit."""
    for percent in (50, 95):
        value, floor = _p(during, percent), _p(idle, percent)
        ratio = round(min(1.0, floor / value), 3)
        what = f"while_sending.{name}.p{percent}"
        yield Result(what, round(value, 1), "ms for a reader", round(floor, 1), ratio)
    yield Result(f"while_sending.{name}.visits", len(during), "visits", len(idle), 1.0)


def _p(visits: Sequence["Visit"], percent: int) -> float:
    """What so many of a hundred visits did not exceed, in milliseconds."""
    times = sorted(visit.ms for visit in visits)
    if not times:
        raise SystemExit("It was over before anybody had looked at a page; take more mails.")
    return times[min(len(times) - 1, len(times) * percent // 100)]


def main() -> int:
    """Make a place, fill it, measure, print."""
    from scripts import services

    count, engine = place.asked()
    port = services.free_port()
    more = {"PORT": str(port), "BASE_URL": f"http://localhost:{port}"}
    with ExitStack() as stack:
        if engine == "postgres":
            redis = stack.enter_context(services.redis())
            more |= {"CELERY_BROKER_URL": redis.url(0), "CACHE_URL": redis.url(1)}
        else:
            more |= {"CELERY_BROKER_URL": "filesystem://"}
        stack.enter_context(place.place(engine, **more))
        return place.measured("while_sending", lambda: measure(count, engine), "build_assets")


if __name__ == "__main__":
    sys.exit(main())
