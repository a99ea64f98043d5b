"""One run is one thing sent out once: the announcement of a day, a reply, a digest."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models.ids import new_public_id


class RunQuerySet(models.QuerySet["Run"]):
    def open(self) -> "RunQuerySet":
        """Still being handed out: the fan-out has not come to its end."""
        return self.filter(state=Run.State.OPEN)

    def for_a_person(self) -> "RunQuerySet":
        """What the missed-and-late desk shows: it will not go out unless a person says so."""
        return self.filter(state=Run.State.WAITS)

    def visible_to(self, member) -> "RunQuerySet":
        """Those of rooms she leads and of spaces she runs; an operator sees all of them. No query
        beyond her standing."""
        standing = member.standing
        if standing.has_grant("operator"):
            return self.all()
        runs = [key for key, role in standing.spaces.items() if role in ("owner", "manager")]
        leads = [key for key, role in standing.rooms.items() if role == "lead"]
        return self.filter(Q(room__in=leads) | Q(room__space__in=runs))


class Run(models.Model):
    """``what`` about ``subject`` on ``local_date``: the database lets it happen once.

    ``cursor`` is the key of the last member who got it; it moves in the transaction that writes her
    in-app item and her mail, so a fan-out that was killed goes on where it stopped. ``template``,
    ``context`` and ``path`` are what all of them show: 100,000 readers share this one row.

    ``open`` is being handed out, ``done`` is over, ``waits`` is a person's to decide (``reason`` says
    why), ``skipped`` was not sent: by the house with a reason, or by ``decided_by``. ``stopped`` was
    ended by a person when some had it: they keep it, nobody else gets it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Going out")
        DONE = "done", _("Sent")
        WAITS = "waits", _("Waits for a person")
        SKIPPED = "skipped", _("Not sent")
        STOPPED = "stopped", _("Stopped")

    # Somebody has it, or will; and nobody who has not shall.
    WENT_OUT = (State.OPEN, State.DONE, State.STOPPED)
    ENDED = (State.SKIPPED, State.STOPPED)

    class Reason(models.TextChoices):
        LATE = "late", _("Its time was missed.")
        QUIET_HOURS = "quiet_hours", _("Quiet hours had begun.")
        NOT_APPROVED = "not_approved", _("Nobody had scheduled it.")
        CHANGED = "changed", _("The text is another than the one that was approved.")
        BROKEN = "broken", _("The text cannot be filled in.")
        OVER_CAP = "over_cap", _("It would have reached more people than there are.")
        STALE = "stale", _("It was too old to be of use.")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    what = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    local_date = models.DateField()
    # When it was to go out. None: at once, when it was made.
    due_at = models.DateTimeField(null=True, blank=True)
    # For whom: everybody in the room at the moment of handing out. None: the caller's own choice.
    room = models.ForeignKey(
        "community.Room", on_delete=models.PROTECT, related_name="runs", null=True, blank=True
    )
    # One of ``registry.mail_kinds``: what a member turns off. "" goes to her bell only.
    kind = models.CharField(max_length=20, blank=True, default="", db_default="")
    template = models.CharField(max_length=80, blank=True)
    context = models.JSONField(default=dict, blank=True)
    path = models.CharField(max_length=300, blank=True)
    state = models.CharField(
        max_length=7, choices=State.choices, default=State.OPEN, db_default="open"
    )
    reason = models.CharField(
        max_length=12, choices=Reason.choices, blank=True, default="", db_default=""
    )
    # How many people there were when it was planned: it never reaches more.
    audience = models.PositiveIntegerField(null=True, blank=True)
    reached = models.PositiveIntegerField(default=0, db_default=0)
    # What a person put in front when she sent it late.
    note = models.CharField(max_length=200, blank=True, default="", db_default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=300, blank=True, default="", db_default="")
    planned_at = models.DateTimeField(default=clock.now, editable=False)
    cursor = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["what", "subject", "local_date"], name="run_happens_once_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(path="") | models.Q(path__startswith="/"),
                name="run_leads_to_a_path_of_this_site",
            ),
            models.CheckConstraint(
                condition=Q(state="done", finished_at__isnull=False)
                | (~Q(state="done") & Q(finished_at=None)),
                name="run_that_is_over_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="waits") | ~Q(reason=""), name="run_that_waits_says_why"
            ),
            models.CheckConstraint(
                condition=Q(audience=None) | Q(reached__lte=models.F("audience")),
                name="run_reaches_no_more_than_its_audience",
            ),
        ]
        indexes = [
            models.Index(fields=["planned_at"], condition=Q(state="open"), name="run_not_finished"),
            models.Index(fields=["due_at"], condition=Q(state="waits"), name="run_for_a_person"),
            models.Index(fields=["what", "local_date", "state"], name="run_of_day"),
            models.Index(fields=["finished_at"], condition=Q(state="done"), name="run_over"),
        ]

    def __str__(self) -> str:
        return f"{self.what}:{self.subject}:{self.local_date}"
