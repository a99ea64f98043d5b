"""The heartbeat of delivery, in the database."""

import datetime as dt
from typing import Any

from django.db import models

# A part that has not come to its end while others looked on for so long hangs or is killed.
STUCK_AFTER = dt.timedelta(minutes=3)


class Look(models.Model):
    """The last look at what is due, one row for each way it was made.

    ``BELL`` is written by a task that went through beat, broker, worker and database: if it is
    fresh, the whole chain lives. ``HAND`` is written by ``manage.py deliver``.
    """

    class Way(models.TextChoices):
        BELL = "bell", "Bell"
        HAND = "hand", "By hand"

    way = models.CharField(max_length=4, choices=Way.choices, unique=True)
    at = models.DateTimeField()
    took_ms = models.PositiveIntegerField(default=0)
    swept = models.PositiveIntegerField(default=0)
    due = models.PositiveIntegerField(default=0)
    # What the apps above did at this look, by name: {"at", "ms", "did", "error"}; each part's own
    # time is no part of ``took_ms``.
    parts = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"{self.way}: {self.at:%Y-%m-%d %H:%M:%S}"

    def broken_parts(self) -> dict[str, str]:
        """Name and error of each part that failed, "" for one that does not come to its end."""
        stuck = self.at - STUCK_AFTER
        return {
            name: part["error"]
            for name, part in self.parts.items()
            if part["error"] or dt.datetime.fromisoformat(part["at"]) < stuck
        }

    def shown_parts(self) -> list[tuple[str, dict[str, Any]]]:
        """All of them by name."""
        return sorted(self.parts.items())
