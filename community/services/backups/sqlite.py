"""SQLite: copied page by page while people work, and put back the same way."""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection, connections
from django.db.backends.sqlite3._functions import (  # type: ignore[import-untyped]
    register as register_functions,
)
from django.utils.translation import gettext as _

from community.errors import DomainError

FILE = "database.sqlite3"
PAGES = 2_000


def server_version() -> str:
    return sqlite3.sqlite_version


def _file() -> Path:
    return Path(connection.settings_dict["NAME"])


def dump(folder: Path) -> dict[str, int]:
    """Copy the database into ``folder`` and count the rows of the copy."""
    copy = folder / FILE
    with closing(sqlite3.connect(_file())) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target, pages=PAGES, sleep=0.01)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without its log beside it
    return count(copy)


def count(copy: Path) -> dict[str, int]:
    """Check ``copy`` from end to end and count the rows of every table. Raises DomainError."""
    try:
        with closing(sqlite3.connect(copy)) as database:
            register_functions(database)  # checks of tables use Django's REGEXP
            said = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if said != "ok":
                raise DomainError(
                    _("The copy of the database is damaged: %(said)s") % {"said": said}
                )
            names = database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
            return {
                name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
                for (name,) in names.fetchall()
            }
    except sqlite3.DatabaseError as error:
        raise DomainError(
            _("The copy of the database cannot be read: %(error)s") % {"error": error}
        ) from error


def verify(folder: Path) -> tuple[dict[str, int], str]:
    """The row counts of the unpacked database, and "" (nothing was left unchecked)."""
    return count(folder / FILE), ""


def restore(folder: Path) -> None:
    """Replace the content of the database by the unpacked copy, in one step."""
    count(folder / FILE)
    connections.close_all()
    _file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / FILE)) as source:
        with closing(sqlite3.connect(_file(), timeout=20)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=WAL")
