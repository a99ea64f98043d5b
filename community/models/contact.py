"""How a member can be reached beside her e-mail. Nobody is findable by it."""

import re
import unicodedata

from django.conf import settings
from django.db import models

from community import clock
from community.models.ids import new_public_id
from community.trust import crypto
from community.trust.sealed import EncryptedTextField

PURPOSE = "member.phone"
_ORNAMENT = re.compile(r"[\s().\-‐‑‒–—―−_]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff']")
_COUNTRY = re.compile(r"(?:\+|00)?86(?=1\d{10}\Z)")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}[2-9]\d{6,7}")
_ABROAD = re.compile(r"\+[1-9]\d{7,14}")


def normalise_phone(text: str) -> str:
    """The digits of a phone number, without +86; "+" stays in front of another country's.

    "" for what is no complete number: nothing is ever guessed or filled in.
    """
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    number = _COUNTRY.sub("", _ORNAMENT.sub("", plain))
    whole = _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number) or _ABROAD.fullmatch(number)
    return number if whole else ""


def phone_index(number: str) -> str:
    """The blind index of a normalised number."""
    return crypto.blind_index(number, purpose=PURPOSE)


class MemberPhone(models.Model):
    """A member's phone number, sealed. Two people may share one, so the index is not unique."""

    class Source(models.TextChoices):
        ROSTER = "roster", "A list that staff brought in"
        MEMBER = "member", "The member"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="phone"
    )
    number = EncryptedTextField()
    index = models.CharField(max_length=64, db_index=True)
    source = models.CharField(max_length=6, choices=Source.choices, default=Source.MEMBER)
    changed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"phone of {self.member_id}"

    def set(self, number: str) -> None:
        """Take a normalised number; the index goes with it. Save it yourself."""
        self.number, self.index, self.changed_at = number, phone_index(number), clock.now()
