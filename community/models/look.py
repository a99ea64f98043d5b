"""The heartbeat of delivery, in the database."""

from django.db import models


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

    def __str__(self) -> str:
        return f"{self.way}: {self.at:%Y-%m-%d %H:%M:%S}"
