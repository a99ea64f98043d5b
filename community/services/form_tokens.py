"""A form is accepted once: the second press of the button gets the result of the first.

The token in the form is signed, not stored, so it survives a restart of the server; what is stored
is that it was spent, in the same transaction as what the form did. A unique key decides between two
presses that arrive together: the second waits, and then finds where the first one led.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models.form_token import FormToken

FIELD = "form_token"
SALT = "community.form_token"
MAX_AGE = timedelta(days=3)
SWEEP_EVERY = 100


class FormTooOld(DomainError):
    """The form carries no token, a forged one, or one that has expired."""


@dataclass
class Press:
    """One press of a form's button. ``again`` says that the form was accepted before."""

    row: FormToken
    again: bool
    kept: bool = False

    @property
    def location(self) -> str:
        """Where the first press led; "" if it answered with a fragment."""
        return self.row.location if self.again else ""

    def done(self, location: str = "") -> None:
        """The form is accepted; ``location`` is where a second press is sent."""
        self.row.location = location[:500]
        self.row.save(update_fields=["location"])
        self.kept = True


def issue() -> str:
    """A fresh token for one form. No query."""
    return signing.TimestampSigner(salt=SALT).sign(secrets.token_urlsafe(12))


def _digest(request: HttpRequest) -> str:
    token = request.POST.get(FIELD, "")
    try:
        signing.TimestampSigner(salt=SALT).unsign(token, max_age=MAX_AGE)
    except signing.BadSignature as error:  # expired ones too
        raise FormTooOld(
            _("This form is too old to be sent. Reload the page and send it again.")
        ) from error
    return hashlib.sha256(token.encode()).hexdigest()


@contextmanager
def spend(request: HttpRequest) -> Iterator[Press]:
    """Open the transaction of one press. Raises FormTooOld.

    Holds the token's row until the block ends, so a second press of the same form waits. The token
    is spent only if the block calls ``done``; otherwise, and when it raises, the form may be sent
    again. Costs one query more for a second press, two for a first one.
    """
    digest = _digest(request)
    with transaction.atomic():
        row, first = FormToken.objects.get_or_create(digest=digest)
        press = Press(row=row, again=not first)
        yield press
        if first and not press.kept:
            row.delete()
    if press.kept and row.pk % SWEEP_EVERY == 0:
        sweep()


def sweep() -> int:
    """Delete rows whose token has expired anyway, and return how many. One query."""
    old = FormToken.objects.filter(spent_at__lt=clock.now() - MAX_AGE - timedelta(days=1))
    return old.delete()[0]


View = Callable[..., HttpResponse]


def once(view: View) -> View:
    """Accept each form of this view once. The whole view runs in one transaction.

    A redirect, or any good answer to htmx, spends the token; a form shown again with its errors
    does not.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with spend(request) as press:
            if press.again:
                return _first_result(request, press.location)
            response = view(request, *args, **kwargs)
            if 300 <= response.status_code < 400 or (
                _by_htmx(request) and response.status_code < 300
            ):
                press.done(
                    response.headers.get("Location") or response.headers.get("HX-Redirect", "")
                )
            elif response.status_code >= 500:
                transaction.set_rollback(True)
            return response

    return guarded


def _by_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _first_result(request: HttpRequest, location: str) -> HttpResponse:
    response: HttpResponse
    if not _by_htmx(request):
        response = HttpResponseRedirect(location or request.get_full_path())
        response.status_code = 303
    elif location:
        response = HttpResponse(headers={"HX-Redirect": location})
    else:  # the page shows what the first press did as soon as it is loaded again
        response = HttpResponse(headers={"HX-Refresh": "true"})
    # It shows nothing: whoever follows it is asked for permission there.
    response.asked_before = True  # type: ignore[attr-defined]
    return response
