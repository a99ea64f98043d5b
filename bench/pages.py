"""Pages for a signed-in member, each against its floor.

The floor is the same request through the same middleware with the same session, answered by the
same template from a context that is already there: what remains between the two is our queries and
our Python.
"""

import sys
from collections.abc import Iterator
from unittest import mock

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client
from django.urls import resolve
from django.views.decorators.http import require_safe

from bench import world
from bench.harness import Result, bench, side_by_side, statements
from community import access
from community.models import Member
from community.registry import navigation

TARGET = 0.6
prepared: dict[str, tuple[str, dict]] = {}


@access.signed_in
@require_safe
def floor_view(request: HttpRequest, name: str) -> HttpResponse:
    """The page ``name`` from its prepared context."""
    return render(request, *prepared[name])


@bench(ms=TARGET)
def today() -> Iterator[Result]:
    """Where a member begins her day."""
    yield from measure("today", "/today/")


@bench(ms=TARGET)
def people() -> Iterator[Result]:
    """The first page of a space with 500 members."""
    yield from measure("people", f"/c/{world.SPACE}/people/")


@bench(ms=TARGET)
def profile() -> Iterator[Result]:
    """Somebody's page, with ten who praised her."""
    yield from measure("profile", f"/people/bench-{world.READ}/")


@bench(ms=TARGET)
def intro_step() -> Iterator[Result]:
    """The second step of one's own introduction."""
    yield from measure("intro_step", "/me/intro/2/")


def measure(name: str, path: str, who: Member | None = None) -> Iterator[Result]:
    """The page at ``path`` against its floor, as ``who``; unless told, the member of ``world``."""
    client = Client(SERVER_NAME="localhost", raise_request_exception=True)
    client.force_login(
        who or world.member(), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    prepare(client, name, path)
    floor_path = f"/floor/{name}/"

    real, own = counted(client, path)
    floor, least = counted(client, floor_path)
    if (real.status_code, floor.status_code) != (200, 200):
        raise RuntimeError(f"{path} answers {real.status_code}, its floor {floor.status_code}.")
    if abs(len(real.content) - len(floor.content)) > 0.02 * len(real.content):
        raise RuntimeError(f"The floor of {path} is another page; measure nothing.")

    page_ms, floor_ms = side_by_side(lambda: client.get(path), lambda: client.get(floor_path))
    yield Result(
        f"page.{name}", round(page_ms, 2), "ms", round(floor_ms, 2), _ratio(page_ms, floor_ms)
    )
    yield Result(f"page.{name}.queries", own, "queries", least, _ratio(own, least))


def counted(client: Client, path: str) -> tuple[HttpResponse, int]:
    """The answer, and the number of statements that it took."""
    with statements() as seen:
        answer = client.get(path)
    return answer, len(seen)


def _ratio(value: float, floor: float) -> float:
    return round(min(1.0, floor / value), 3) if value else 1.0


def prepare(client: Client, name: str, path: str) -> None:
    """Ask for the page once and keep the template and the context that its view renders.

    Querysets in it have kept their rows after that, so that a second rendering asks nothing.
    """
    module = sys.modules[resolve(path).func.__module__]
    kept: list[tuple[HttpRequest, str, dict]] = []

    def spy(request: HttpRequest, template: str, context: dict | None = None, **more):
        kept.append((request, template, dict(context or {})))
        return render(request, template, context, **more)

    with mock.patch.object(module, "render", spy):
        answer = client.get(path)
    if not kept:
        raise RuntimeError(f"{path} answers {answer.status_code} without rendering a template.")
    request, template, context = kept[-1]
    # A context of the view wins over the context processor of the same name.
    context["navigation"] = [item for item in navigation if item.shown_to(request.user)]
    prepared[name] = (template, context)
