"""One request as one role, and what it changed.

The request goes through all middleware to the real view, and nothing that decides is replaced.
Each runs in a savepoint that is rolled back, so the world is built once.
"""

import logging
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.core.signals import got_request_exception
from django.db import connection, models, transaction
from django.http import HttpResponseBase
from django.test import RequestFactory
from django.test.client import ClientHandler
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.models import Member
from tests.matrix.roles import ROLES
from tests.matrix.routes import Route
from tests.matrix.world import World

# Sessions come and go with every request and are not what a page is asked to change.
WATCHED = ("community", "cohorts", "courses", "shelters", "account", "mfa", "socialaccount")
_WRITES = re.compile(r'(?:INTO|UPDATE|DELETE FROM)\s+"(\w+)"', re.IGNORECASE)


class Knocker:
    """Asks as any role; ``ask`` gives ``("302 +invitation", response)``."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.factory = RequestFactory()
        self.handler = ClientHandler(enforce_csrf_checks=False)
        self.handler.load_middleware()
        self.tables = {
            model._meta.db_table: model
            for model in apps.get_models(include_auto_created=True)
            if model._meta.app_label in WATCHED
        }
        self.sessions = {
            role: _session(world.people[role]) for role in ROLES if role != "anonymous"
        }
        self.before = {table: _rows(model) for table, model in self.tables.items()}

    def outcomes(
        self, route: Route, method: str, roles: Iterable[str] = tuple(ROLES)
    ) -> dict[str, str]:
        return {role: self.ask(route, method, role)[0] for role in roles}

    def ask(
        self, route: Route, method: str, role: str, swapped: dict[str, Any] | None = None
    ) -> tuple[str, HttpResponseBase]:
        path = route.address(route.kwargs(self.world) | (swapped or {}))
        data = route.body(self.world) if method == "post" else route.query
        with self._room_to_undo() as touched, _listening() as faults, _quiet():
            response = self._send(method, path, data, role)
            effect = self._effect(touched)
        said = faults[0] if faults else f"{_status(response)}{effect}"
        return said, response

    def queries(self, route: Route, role: str) -> tuple[int, list[str]]:
        """(status, the statements) of a GET; what only keeps the savepoints is left out."""
        path = route.address(route.kwargs(self.world))
        with self._room_to_undo(), CaptureQueriesContext(connection) as captured:
            response = self._send("get", path, route.query, role)
        told = [query["sql"] for query in captured.captured_queries]
        return response.status_code, [sql for sql in told if "SAVEPOINT" not in sql]

    def unchanged(self) -> bool:
        """True if every table is as it was: the savepoints have given everything back."""
        return all(self.before[table] == _rows(model) for table, model in self.tables.items())

    def _send(self, method: str, path: str, data: Any, role: str) -> HttpResponseBase:
        cache.clear()  # rate limits count in it
        self.factory.cookies = SimpleCookie()
        if role != "anonymous":
            self.factory.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        asked = getattr(self.factory, method)
        request = asked(path, data) if method in ("get", "post") else asked(path)
        request._dont_enforce_csrf_checks = True
        response = self.handler.get_response(request)
        if hasattr(response, "render") and not response.is_rendered:
            response.render()
        if response.streaming:
            response.file_body = b"".join(response.streaming_content)  # read inside the savepoint
        return response

    @contextmanager
    def _room_to_undo(self) -> Iterator[set[str]]:
        touched: set[str] = set()

        def watch(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
            touched.update(_WRITES.findall(sql))
            return execute(sql, *args)

        with transaction.atomic():
            with connection.execute_wrapper(watch):
                yield touched
            transaction.set_rollback(True)

    def _effect(self, touched: set[str]) -> str:
        found = []
        for table in sorted(touched & set(self.tables)):
            model = self.tables[table]
            found += _difference(model, self.before[table], _rows(model))
        return "".join(f" {change}" for change in sorted(found))


def _session(member: Member) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(member.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = member.get_session_auth_hash()
    # She has just shown who she is, so that the pages which ask for it let her through.
    store[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
    store[AUTHENTICATION_METHODS_SESSION_KEY + "_user"] = str(member.pk)
    store.save()
    return store.session_key


def _rows(model: type[models.Model]) -> dict[Any, dict[str, Any]]:
    # What the database works out by itself follows from the rest.
    names = [field.attname for field in model._meta.concrete_fields if not field.generated]
    return {row[model._meta.pk.attname]: row for row in model._base_manager.values(*names)}


def _difference(model: type[models.Model], before: dict, after: dict) -> set[str]:
    name = model._meta.model_name
    changes = {f"+{name}" for key in after if key not in before}
    changes |= {f"-{name}" for key in before if key not in after}
    fields = {
        field
        for key in before.keys() & after.keys()
        for field, value in after[key].items()
        if before[key][field] != value
    }
    return changes | ({f"{name}.{','.join(sorted(fields))}"} if fields else set())


def _status(response: HttpResponseBase) -> str:
    location = response.headers.get("Location", "")
    to_login = location.split("?")[0] == reverse(settings.LOGIN_URL) and "next=" in location
    return "login" if response.status_code == 302 and to_login else str(response.status_code)


@contextmanager
def _quiet() -> Iterator[None]:
    """Ten thousand lines of log say nothing here and take a second in twenty."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def _listening() -> Iterator[list[str]]:
    faults: list[str] = []

    def heard(sender: Any, request: Any = None, **_kwargs: Any) -> None:
        faults.append(f"500 {sys.exc_info()[1]!r}")

    got_request_exception.connect(heard)
    try:
        yield faults
    finally:
        got_request_exception.disconnect(heard)
