"""One ground for all short runs of an engine, filled from the suite's own test database where it
is of the same kind: migrating once more would take ten seconds."""

import sqlite3
import subprocess
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
                fill = _copy(django_db_blocker) if connection.vendor in engine else migrate
                try:
                    made[engine] = stack.enter_context(ground(engine, fill=fill))
                except ServiceMissing as missing:
                    pytest.skip(str(missing))
            return made[engine]

        yield give


def _copy(blocker) -> Callable[[Ground], None]:
    def fill(made: Ground) -> None:
        with blocker.unblock():
            told = dict(connection.settings_dict)
            connections.close_all()
        if made.server is None:
            target = made.folder / f"{TEMPLATE}.sqlite3"
            with (
                closing(sqlite3.connect(told["NAME"])) as here,
                closing(sqlite3.connect(target)) as there,
            ):
                here.backup(there)
            return
        dump = made.server.bin / "pg_dump"
        address = [
            f"--host={told['HOST'] or told['OPTIONS']['host']}",
            f"--username={told['USER']}",
        ]
        out = made.folder / "dump.sql"
        with out.open("wb") as file:
            subprocess.run([dump, *address, told["NAME"]], stdout=file, check=True)
        load = [made.server.bin / "psql", "-Xq", f"--host={made.server.folder}"]
        load += [f"--username={made.server.user}", "-v", "ON_ERROR_STOP=1", "-f", out, TEMPLATE]
        subprocess.run(load, stdout=subprocess.DEVNULL, check=True)

    return fill
