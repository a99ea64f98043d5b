"""All harnesses by name: each gives, on some ground, one result after the other."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.chaos import full_disk, h1_kills, h2_points, h3_brokers, h4_database, h5_calendar

Harness = Callable[..., Iterator[dict[str, Any]]]
HARNESSES: dict[str, Harness] = {
    "h1": h1_kills.run,
    "h2": h2_points.run,
    "h3": h3_brokers.run,
    "h4": h4_database.run,
    "h5": h5_calendar.run,
    "disk": full_disk.run,
}
