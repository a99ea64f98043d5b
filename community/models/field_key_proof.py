"""A known text under every key that has ever sealed something here."""

from django.db import models

from community import clock


class FieldKeyProof(models.Model):
    """Proves that the keyring of this process can read what this database holds.

    Without it a lost key folder would be noticed when the first person's words do not open, and a
    fresh key made in its place would look like health.
    """

    key_id = models.CharField(max_length=8, unique=True)
    sealed = models.TextField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return self.key_id
