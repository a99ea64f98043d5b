"""A six-digit code that proves an address, in the browser that asked for it."""

import datetime as dt

from django.db import models
from django.db.models import Q

from community import clock
from community.models.ids import new_public_id
from community.trust.sealed import EncryptedTextField

CODE_LIFE = dt.timedelta(minutes=10)
CODE_TRIES = 5


def code_expiry() -> dt.datetime:
    return clock.now() + CODE_LIFE


class SignInCode(models.Model):
    """One code, mailed to one address, for one browser.

    The browser's session holds ``public_id`` and nothing else leads here, so a code that was mailed
    for one browser is worth nothing in another. Neither the code nor the address can be read in
    the database: the code is a keyed hash, the address is sealed.
    """

    class Purpose(models.TextChoices):
        SIGN_IN = "sign_in", "Sign in"
        CHANGE_EMAIL = "change_email", "Change e-mail"
        CONFIRM = "confirm", "Confirm it is her"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    purpose = models.CharField(max_length=12, choices=Purpose.choices, default=Purpose.SIGN_IN)
    address = EncryptedTextField()
    address_index = models.CharField(max_length=64, db_index=True)
    code_hash = models.CharField(max_length=64)
    tries_left = models.PositiveSmallIntegerField(default=CODE_TRIES)
    created_at = models.DateTimeField(default=clock.now, editable=False, db_index=True)
    expires_at = models.DateTimeField(default=code_expiry)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(tries_left__lte=CODE_TRIES),
                name="sign_in_code_is_tried_a_few_times",
            )
        ]

    def __str__(self) -> str:
        return f"code {self.public_id}"
