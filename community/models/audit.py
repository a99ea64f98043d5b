"""Who did what to whom, when and why. Written once; the database refuses every change."""

from django.db import models

from community import clock


class AuditEvent(models.Model):
    """One deed: a decision, a sensitive reading, an export, a change of rights.

    It holds ids and no keys: nothing that happens to a member or a space may reach these rows.
    ``data`` holds ids, numbers and choices; what a person wrote stands in her own rows, where it
    can be erased.
    """

    append_only = True

    at = models.DateTimeField(default=clock.now, editable=False)
    action = models.CharField(max_length=60)
    actor = models.CharField(max_length=16, blank=True)
    on_behalf_of = models.CharField(max_length=16, blank=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=40, blank=True)
    space = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(action__regex=r"^[a-z_]+\.[a-z_]+$"),
                name="audit_action_is_noun_and_verb",
            )
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject", "at"], name="audit_of_subject"),
            models.Index(fields=["actor", "at"], name="audit_of_actor"),
            models.Index(fields=["space", "at"], name="audit_of_space"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"
