"""Reports from outside that are signed as Standard Webhooks want it."""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping

# Older or newer ones are refused: what was overheard cannot be used for long.
TOLERANCE = dt.timedelta(minutes=5)
PREFIX = "whsec_"


class Forged(Exception):
    """The report does not come from whom it says, or is too old; the text is for the log."""


def sign(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature`` for a report."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    said = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode("ascii")


def verify(secret: str, *, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> str:
    """The id of a report that is genuine and fresh. Raises Forged. Pure.

    The signature covers the body as it came, not as it was parsed. Several may stand in the header,
    so that a secret can be changed without a gap; one must fit.
    """
    message_id = headers.get("webhook-id", "")
    written = headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "")
    if not (message_id and given and written.isascii() and written.isdigit() and len(written) < 12):
        raise Forged("It lacks an id, a time or a signature.")
    if len(message_id) > 100 or not message_id.isprintable():
        raise Forged("Its id is none.")
    if abs(now.timestamp() - int(written)) > TOLERANCE.total_seconds():
        raise Forged("It is too old, or from the future.")
    try:
        wanted = sign(secret, message_id=message_id, timestamp=int(written), body=body)
    except binascii.Error as error:
        raise Forged("EMAIL_WEBHOOK_SECRET is no secret.") from error
    # As bytes: a header may hold letters that compare_digest does not take as text.
    fits = [hmac.compare_digest(wanted.encode(), part.encode()) for part in given.split(" ")]
    if not any(fits):
        raise Forged("Its signature does not fit.")
    return message_id
