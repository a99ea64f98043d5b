"""A list of people that staff bring in: the file, what was decided for each row, how far it is."""

import base64
import zlib

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community import clock
from community.errors import DomainError
from community.models.ids import new_public_id
from community.trust.sealed import EncryptedTextField


class RosterImport(models.Model):
    """One file on its way into one space. ``digest`` stands for every verdict of the preview, so
    that what is confirmed is what was shown."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", gettext_lazy("Uploaded")
        PREVIEWED = "previewed", gettext_lazy("Waiting for your yes")
        IMPORTING = "importing", gettext_lazy("Coming in")
        DONE = "done", gettext_lazy("Done")
        FAILED = "failed", gettext_lazy("Stopped")

    NEXT = {
        State.UPLOADED: {State.PREVIEWED, State.FAILED},
        State.PREVIEWED: {State.PREVIEWED, State.IMPORTING, State.FAILED},
        State.IMPORTING: {State.DONE, State.FAILED},
        State.FAILED: {State.IMPORTING},
        State.DONE: set(),
    }

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    space = models.ForeignKey(
        "community.Space", on_delete=models.PROTECT, related_name="roster_imports"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.UPLOADED)
    digest = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    columns = models.JSONField(default=dict)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    confirmed_at = models.DateTimeField(null=True)
    worked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "worked_at"], name="roster_import_unfinished")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rows_done__lte=models.F("rows_total")),
                name="roster_import_does_no_more_than_all",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} into {self.space_id}: {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("community:roster_import", args=[self.space.slug, self.public_id])

    @property
    def is_open(self) -> bool:
        """Nothing is written yet; it can be looked at again or confirmed."""
        return self.state in (self.State.UPLOADED, self.State.PREVIEWED)

    def move_to(self, state: str, **fields) -> None:
        """Change the state, and ``fields`` with it, or say why not. One compare-and-swap UPDATE."""
        if state not in self.NEXT[self.State(self.state)]:
            raise DomainError(
                _("This list is already further: %(state)s. Look at the page again.")
                % {"state": self.get_state_display()}
            )
        unchanged = RosterImport.objects.filter(pk=self.pk, state=self.state)
        if not unchanged.update(state=state, **fields):
            raise DomainError(_("Somebody else has just gone on with this list. Look again."))
        self.state = state
        for name, value in fields.items():
            setattr(self, name, value)


class RosterFile(models.Model):
    """What was read of a list, packed and sealed: phone numbers never stand on a disk in clear.

    Gone after ``services.roster.runs.KEPT``; the verdicts stay.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    roster = models.OneToOneField(RosterImport, on_delete=models.CASCADE, related_name="file")
    content = EncryptedTextField()

    def __str__(self) -> str:
        return f"file of {self.roster_id}"

    @classmethod
    def pack(cls, data: bytes) -> str:
        return base64.b85encode(zlib.compress(data, 6)).decode("ascii")

    def unpack(self) -> bytes:
        return zlib.decompress(base64.b85decode(self.content))


class RosterRow(models.Model):
    """What was decided for one row, and whom it became. The row's own words stay in the file."""

    class Verdict(models.TextChoices):
        NEW = "new", gettext_lazy("New")
        SAME = "same", gettext_lazy("Same person as another row")
        CHANGED = "changed", gettext_lazy("Changed")
        UNCHANGED = "unchanged", gettext_lazy("Here already")
        REJECT = "reject", gettext_lazy("Left out")

    roster = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    verdict = models.CharField(max_length=9, choices=Verdict.choices)
    nickname = models.CharField(max_length=60, blank=True)
    notes = models.JSONField(default=list)
    warned = models.BooleanField(default=False)
    of_line = models.PositiveIntegerField(null=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    done = models.BooleanField(default=False)

    class Meta:
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["roster", "line"], name="roster_row_has_one_verdict")
        ]
        indexes = [models.Index(fields=["fingerprint"], name="roster_row_fingerprint")]

    def __str__(self) -> str:
        return f"{self.roster_id}:{self.line} {self.verdict}"
