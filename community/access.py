"""Closed by default: every view says who may call it, and one that says nothing is refused.

    @access.public                                  anybody, signed in or not
    @access.signed_in                               any active member; what she sees is her own
    @access.requires("community.manage_space")      by permission on an object, which the view
                                                    fetches with ``get_permitted``

``ClosedByDefaultMiddleware`` enforces the declaration before the view runs. A view that requires a
permission and answers without having asked for it raises ``PermissionNotAsked``: a declaration
nobody keeps is a hole.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import rules
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

M = TypeVar("M", bound=Model)
View = Callable[..., HttpResponse]


class PermissionNotAsked(Exception):
    """A view declared a permission and answered without asking for it."""


@dataclass(frozen=True)
class Policy:
    """Who may call a view: ``public``, ``signed_in`` or ``requires`` (with ``perm``)."""

    kind: str
    perm: str = ""


def _declare(view: View, policy: Policy) -> View:
    if hasattr(view, "access_policy"):
        raise TypeError(f"{view.__module__}.{view.__qualname__} declares its access twice.")
    view.access_policy = policy  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anybody may call it."""
    return _declare(view, Policy("public"))


def signed_in(view: View) -> View:
    """Any active member may call it; everything in it is chosen by ``request.user``."""
    return _declare(view, Policy("signed_in"))


def requires(perm: str) -> Callable[[View], View]:
    """Those with ``perm`` may call it; the view asks by ``get_permitted`` or ``check``."""
    if not rules.perm_exists(perm):
        raise LookupError(f"{perm!r} has no predicate; add it to the app's rules.py.")

    def decorate(view: View) -> View:
        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            asked_here = perm in getattr(request, "asked_perms", ())
            # A second press of a form only points to where the first one, which asked, has led.
            asked_before = getattr(response, "asked_before", False)
            if response.status_code < 400 and not (asked_here or asked_before):
                raise PermissionNotAsked(
                    f"{view.__module__}.{view.__qualname__} requires {perm} and did not ask; "
                    "fetch its object with get_permitted, or call access.check."
                )
            return response

        return _declare(asked, Policy("requires", perm))

    return decorate


def check(request: HttpRequest, perm: str, obj: object = None) -> None:
    """Ask for ``perm`` on ``obj``; raises PermissionDenied (403) without it. Costs no query
    beyond the member's standing."""
    asked = getattr(request, "asked_perms", frozenset())
    request.asked_perms = asked | {perm}  # type: ignore[attr-defined]
    if not request.user.has_perm(perm, obj):  # type: ignore[union-attr]
        raise PermissionDenied


def get_permitted(request: HttpRequest, queryset: QuerySet[M], perm: str, **lookup: Any) -> M:
    """Fetch one object in one query: 404 when it is outside ``queryset`` (so that nobody learns
    that it exists), 403 when it is inside and ``perm`` is missing."""
    obj = get_object_or_404(queryset, **lookup)
    check(request, perm, obj)
    return obj
