"""A step that has got its day: the task, who saw it, what was done about it, and what shows it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cohorts.models.run import SopRun
from cohorts.models.template import EvidenceKind, SopStep, StepRole
from community import clock
from community.models import ChatGroup, Upload
from community.models.ids import new_public_id


class SopTaskQuerySet(models.QuerySet["SopTask"]):
    def open(self) -> "SopTaskQuerySet":
        return self.filter(state=SopTask.State.OPEN)

    def visible_to(self, member) -> "SopTaskQuerySet":
        return self.filter(run__in=SopRun.objects.visible_to(member))

    def watching(self, now) -> "SopTaskQuerySet":
        """Open tasks whose day has come and that watch a fact; on an index of their own."""
        return self.open().exclude(fact="").filter(opens_at__lte=now, run__ended_at=None)


class SopTask(models.Model):
    """``step`` on one day of a run.

    ``version`` counts every change: whoever changes a task says which one she saw, and is refused
    when it is another by now (compare-and-swap). "Late", "seen" and "cannot start yet" are not
    stored: they follow from ``due_at``, from ``TaskSeen`` and from the tasks of the steps that it
    needs. ``fact`` is the step's, handed down so that the look finds it by an index.
    """

    class State(models.TextChoices):
        OPEN = "open", _("To do")
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Skipped")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    run = models.ForeignKey(SopRun, on_delete=models.PROTECT, related_name="tasks")
    step = models.ForeignKey(SopStep, on_delete=models.PROTECT, related_name="tasks")
    day = models.SmallIntegerField()
    role = models.CharField(max_length=10, choices=StepRole.choices)
    opens_at = models.DateTimeField()  # the beginning of its day
    due_at = models.DateTimeField()
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    version = models.PositiveIntegerField(default=1)
    fact = models.CharField(max_length=40, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # None while open, and when the house closed it because its fact holds (``closed_by_house``).
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    closed_by_house = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)  # why skipped, or why past a gate

    objects = SopTaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "step__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "step", "day"], name="step_is_a_task_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None)
                | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="task_that_is_closed_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="skipped") | ~Q(reason=""),
                name="skipped_task_says_why",
                violation_error_message=_("Say in a few words why this is skipped."),
            ),
        ]
        indexes = [
            models.Index(fields=["run", "day", "due_at"], name="task_of_a_day"),
            models.Index(
                fields=["run", "due_at"], condition=Q(state="open"), name="task_still_open"
            ),
            models.Index(
                fields=["opens_at"],
                condition=Q(state="open") & ~Q(fact=""),
                name="task_watching_a_fact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id} on D{self.day} of {self.run_id}: {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("cohorts:task", args=[self.public_id])


class TaskSeen(models.Model):
    """``member`` has opened the task's body."""

    task = models.ForeignKey(SopTask, on_delete=models.PROTECT, related_name="seen")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["task", "member"], name="task_is_seen_once_by_each")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} saw {self.task_id}"


class TaskEvent(models.Model):
    """What happened to a task, in order; ``by`` None is the house itself.

    ``before`` is the state of the task that the event replaced (state, version, reason, due_at,
    assignee), so that it can be taken back within 24 hours.
    """

    class Kind(models.TextChoices):
        DONE = "done", _("done")
        SKIPPED = "skipped", _("skipped")
        UNDONE = "undone", _("taken back")
        HANDED_OVER = "handed_over", _("handed over")
        POSTPONED = "postponed", _("put off")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    task = models.ForeignKey(SopTask, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(default=clock.now)
    note = models.CharField(max_length=300, blank=True)
    task_version = models.PositiveIntegerField()  # the version that the event made
    before = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "task_version"], name="task_version_has_one_event"
            )
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.kind} by {self.by_id or 'house'}"


class Evidence(models.Model):
    """One attempt (完成记录) to show that a task is done. Attempts are kept; taking the task back
    withdraws the one it was closed with. One screenshot may serve several chat groups."""

    task = models.ForeignKey(SopTask, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=6, choices=EvidenceKind.choices)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=500, blank=True)
    number = models.IntegerField(null=True, blank=True)
    upload = models.ForeignKey(
        Upload, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    chat_groups = models.ManyToManyField(ChatGroup, related_name="+", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                condition=~(Q(text="") & Q(url="") & Q(number=None) & Q(upload=None)),
                name="evidence_shows_something",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("at")),
                name="evidence_is_withdrawn_after_it_was_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.task_id}"


class ScriptUse(models.Model):
    """``by`` copied a script for a run: so that the next one sees that it was just said."""

    script = models.ForeignKey("cohorts.Script", on_delete=models.PROTECT, related_name="uses")
    run = models.ForeignKey(SopRun, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["run", "script", "-at"], name="script_last_used")]

    def __str__(self) -> str:
        return f"{self.by_id} used {self.script_id}"
