"""Forms that have been sent, so that a second press of the button does nothing new."""

from django.db import models

from community import clock


class FormToken(models.Model):
    """A spent token: the form it stood in was accepted, and led to ``location``.

    The token itself is never stored, only its digest. Rows are swept some days after the token
    they belong to has expired.
    """

    digest = models.CharField(max_length=64, unique=True)
    location = models.CharField(max_length=500, blank=True)
    spent_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.digest[:8]} -> {self.location}"
