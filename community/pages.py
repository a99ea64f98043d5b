"""Pages of a long list by where one is, not by number.

``OFFSET`` reads what it skips and shows a row twice when somebody joins meanwhile; a page here
starts after the last row of the one before it, so each costs one query and the same time.
"""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
SIZE = 25
LONGEST_CURSOR = 200


@dataclass(frozen=True)
class Page(Generic[M]):
    """``rows`` of one page. ``next`` is the cursor of the page after it, "" on the last one.

    ``is_first`` is False when a cursor was used; ``is_astray`` is True when one was given that
    cannot be read, and the page shown is therefore the first.
    """

    rows: Sequence[M]
    next: str
    is_first: bool
    is_astray: bool


def page(queryset: QuerySet[M], *, by: str, cursor: str = "", size: int = SIZE) -> Page[M]:
    """The ``size`` rows of ``queryset`` after ``cursor``, ordered by ``by`` and then by key.

    ``by`` is a field of the model's own that is never NULL; "-joined_at" is newest first. One query
    of ``size`` + 1 rows. A cursor that cannot be read gives the first page, never an error: it
    chooses where to begin and nothing else, so there is nothing in it to protect.
    """
    descending = by.startswith("-")
    name = by.lstrip("-")
    after = _read(queryset.model, name, cursor)
    ordered = queryset.order_by(by, "-pk" if descending else "pk")
    if after is not None:
        value, key = after
        step = "lt" if descending else "gt"
        ordered = ordered.filter(
            Q(**{f"{name}__{step}": value}) | Q(**{name: value, f"pk__{step}": key})
        )
    found = list(ordered[: size + 1])
    rows = found[:size]
    more = len(found) > size
    return Page(
        rows=rows,
        next=_write(getattr(rows[-1], name), rows[-1].pk) if more else "",
        is_first=after is None,
        is_astray=bool(cursor) and after is None,
    )


def _write(value: Any, key: int) -> str:
    text = value.isoformat() if isinstance(value, dt.date) else value
    packed = json.dumps([text, key], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def _read(model: type[Model], name: str, cursor: str) -> tuple[Any, int] | None:
    if not cursor or len(cursor) > LONGEST_CURSOR:
        return None
    try:
        packed = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        value, key = json.loads(packed)
        if not isinstance(value, str | int) or type(key) is not int or not 0 <= key < 2**63:
            return None
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            return None
        read = model._meta.get_field(name).to_python(value)
    except (ValueError, TypeError, binascii.Error, ValidationError, FieldDoesNotExist):
        return None
    # A moment without a zone is nobody's cursor, and the database would warn of it.
    if isinstance(read, dt.datetime) and read.tzinfo is None:
        return None
    if isinstance(read, str) and "\x00" in read:
        return None
    return read, key
