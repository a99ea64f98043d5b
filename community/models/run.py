"""One run is one thing sent out once: the announcement of a day, a reply, a digest."""

from django.db import models

from community import clock
from community.models.ids import new_public_id


class Run(models.Model):
    """``what`` about ``subject`` on ``local_date``: the database lets it happen once.

    ``cursor`` is the key of the last member who got her in-app item; it moves in the transaction
    that writes the items, so a fan-out that was killed goes on where it stopped. ``template``,
    ``context`` and ``path`` are what the items show: 100,000 readers share this one row.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    what = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    local_date = models.DateField()
    template = models.CharField(max_length=80, blank=True)
    context = models.JSONField(default=dict, blank=True)
    path = models.CharField(max_length=300, blank=True)
    planned_at = models.DateTimeField(default=clock.now, editable=False)
    cursor = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["what", "subject", "local_date"], name="run_happens_once_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(path="") | models.Q(path__startswith="/"),
                name="run_leads_to_a_path_of_this_site",
            ),
        ]
        indexes = [
            models.Index(
                fields=["planned_at"],
                condition=models.Q(finished_at=None),
                name="run_not_finished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.what}:{self.subject}:{self.local_date}"
