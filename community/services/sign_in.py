"""Proving an address with a mailed code, and a password with the address.

Nothing here asks whether an address is known before it is proven: the same rows, the same mail and
the same number of queries for every address.
"""

import datetime as dt
import secrets
import unicodedata

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community import clock
from community.errors import DomainError
from community.models import Member, SignInCode
from community.models.sign_in import CODE_LIFE
from community.services import mail
from community.trust import crypto, ratelimit

Purpose = SignInCode.Purpose

RESEND_AFTER = dt.timedelta(seconds=50)
KEPT_FOR = dt.timedelta(days=1)


def normalise(address: str) -> str:
    """An e-mail address as it is stored: no blanks, small letters, no full-width characters
    (which a Chinese keyboard types without asking)."""
    return unicodedata.normalize("NFKC", address).strip().lower()


def limit_codes(*, address: str, ip: str) -> None:
    """Count one asked-for code; raises RateLimited with the wait in words.

    Five tries a code and twenty codes a day leave a guesser one chance in ten thousand a day.
    """
    key = _index(address)
    ratelimit.hit("sign-in-code-ip", ip, limit=60, window=600)
    ratelimit.hit("sign-in-code", key, limit=5, window=600)
    ratelimit.hit("sign-in-code-day", key, limit=20, window=24 * 3600)


@transaction.atomic
def send_code(
    *,
    address: str,
    locale: str,
    purpose: str = Purpose.SIGN_IN,
    replaces: str = "",
    mailed: bool = True,
) -> SignInCode:
    """Make a code for ``address`` and queue the mail with it; both happen or neither does.

    ``replaces`` is the ``public_id`` of the code this browser had before, which is worthless from
    now on. ``mailed=False`` makes the row alone, for a robot that has given itself away.
    """
    now = clock.now()
    SignInCode.objects.filter(public_id=replaces, used_at=None).update(expires_at=now)
    digits = f"{secrets.randbelow(1_000_000):06d}"
    row = SignInCode(
        purpose=purpose,
        address=address,
        address_index=_index(address),
        created_at=now,
        expires_at=now + CODE_LIFE,
    )
    row.code_hash = _hash(row, digits)
    row.save()
    if mailed:
        mail.queue(
            "community/sign_in_code",
            key=f"sign-in-code:{row.public_id}",
            address=address,
            locale=locale,
            sealed={"code": digits},
            context={"minutes": int(CODE_LIFE.total_seconds() // 60)},
            urgent=True,
            expires_in=CODE_LIFE,
        )
    return row


def wait_before_resend(row: SignInCode) -> int:
    """Seconds until another code may be asked for; 0 is now."""
    left = (row.created_at + RESEND_AFTER - clock.now()).total_seconds()
    return max(0, int(left + 0.999))


def open_code(public_id: str, purpose: str = Purpose.SIGN_IN) -> SignInCode | None:
    """The row this browser's session points to, used or not. One query."""
    return SignInCode.objects.filter(public_id=public_id, purpose=purpose).first()


def prove(*, row: SignInCode, code: str) -> None:
    """Use the code up. Raises DomainError that says what is wrong and how many tries remain.

    A try is spent by one compare-and-swap UPDATE before the digits are looked at, and the code is
    spent by another: of two requests with the right digits, one comes in.
    """
    now = clock.now()
    open_row = SignInCode.objects.filter(
        pk=row.pk, used_at=None, tries_left__gt=0, expires_at__gt=now
    )
    if not open_row.update(tries_left=F("tries_left") - 1):
        row.refresh_from_db()
        raise DomainError(_why_closed(row, now), field="code")
    digits = "".join(char for char in normalise(code) if char.isdigit())
    if not constant_time_compare(row.code_hash, _hash(row, digits)):
        row.refresh_from_db()
        raise DomainError(_wrong(row.tries_left), field="code")
    unused = SignInCode.objects.filter(pk=row.pk, used_at=None)
    if not unused.update(used_at=now):
        raise DomainError(_("This code has been used. Send a new one."), field="code")
    row.used_at = now


def forget(row: SignInCode) -> None:
    """The address has done its work: wipe it from the row."""
    SignInCode.objects.filter(pk=row.pk).update(address="")


def sweep() -> int:
    """Delete the rows older than a day; how many there were. One DELETE."""
    old = SignInCode.objects.filter(created_at__lt=clock.now() - KEPT_FOR)
    return old.delete()[0]


def limit_passwords(*, address: str, ip: str) -> None:
    """Count one password try; raises RateLimited with the wait in words."""
    ratelimit.hit("password-ip", ip, limit=30, window=300)
    ratelimit.hit("password", f"{_index(address)}:{ip}", limit=5, window=300)
    ratelimit.hit("password-day", _index(address), limit=100, window=24 * 3600)


def member_by_password(*, address: str, password: str) -> Member | None:
    """Whose address and password these are, whatever the account's state, or None.

    One query and one hash for every address, known or not; an account without a password costs
    the hash as well.
    """
    member = Member.objects.filter(email=address).first()
    if member is None:
        make_password(password)
        return None
    return member if member.check_password(password) else None


def _index(address: str) -> str:
    return crypto.blind_index(address, purpose="sign-in.address")


def _hash(row: SignInCode, digits: str) -> str:
    # Keyed, because a million six-digit codes are hashed in a second; and bound to its row.
    return crypto.blind_index(f"{row.public_id}:{digits}", purpose="sign-in.code")


def _why_closed(row: SignInCode, now: dt.datetime) -> str:
    if row.used_at:
        return _("This code has been used. Send a new one.")
    if not row.tries_left:
        return _("This code has been tried too often. Send a new one.")
    return _("That code has expired. Send a new one.")


def _wrong(tries: int) -> str:
    if not tries:
        return _("The code is not right, and this was the last try. Send a new one.")
    return ngettext(
        "The code is not right. You can try %(count)d more time.",
        "The code is not right. You can try %(count)d more times.",
        tries,
    ) % {"count": tries}
