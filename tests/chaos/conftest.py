"""One ground for all short runs of an engine. SQLite's is filled from the suite's own test database:
migrating once more would take ten seconds."""

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing

import pytest
from django.db import connection, connections

from scripts.services import ServiceMissing
from tests.chaos.ground import TEMPLATE, Ground, ground, migrate


@pytest.fixture(scope="session")
def ground_of(django_db_setup, django_db_blocker):
    """Gives the ground of an engine, made at the first call; skips where it cannot be."""
    made: dict[str, Ground] = {}
    with ExitStack() as stack:

        def give(engine: str) -> Ground:
            if engine not in made:
                ours = engine == "sqlite" and _is_filled(django_db_blocker)
                fill = _copy(django_db_blocker) if ours else migrate
                try:
                    made[engine] = stack.enter_context(ground(engine, fill=fill))
                except ServiceMissing as missing:
                    pytest.skip(str(missing))
            return made[engine]

        yield give


def _is_filled(blocker) -> bool:
    """Is the suite's own database on SQLite, and has some test asked for it?"""
    with blocker.unblock():
        return connection.vendor == "sqlite" and bool(connection.introspection.table_names())


def _copy(blocker) -> Callable[[Ground], None]:
    def fill(made: Ground) -> None:
        with blocker.unblock():
            ours = connection.settings_dict["NAME"]
            connections.close_all()
        target = made.folder / f"{TEMPLATE}.sqlite3"
        with closing(sqlite3.connect(ours)) as here, closing(sqlite3.connect(target)) as there:
            here.backup(there)

    return fill
