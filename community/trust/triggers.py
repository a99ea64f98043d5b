"""Append-only, enforced by the database: triggers that refuse to change or remove a row.

A model declares it with ``append_only = True``. SQLite drops a table's triggers whenever a
migration remakes the table, so they are put back after every migrate; a check names any that is
missing. Refusals reach Python as ``IntegrityError``.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

# Part of every name: a changed definition gets a new one, and old ones are replaced.
VERSION = "v1"
FUNCTION = f"append_only_{VERSION}"
EVENTS = {"postgresql": ("update", "delete", "truncate"), "sqlite": ("update", "delete")}


def append_only_tables() -> list[str]:
    """The tables of all models that declare ``append_only = True``."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if getattr(model, "append_only", False) and model._meta.managed
    )


def _name(table: str, event: str) -> str:
    return f"{table}_keeps_{event}_{VERSION}"


def _wanted(connection: BaseDatabaseWrapper, tables: list[str]) -> dict[str, tuple[str, str]]:
    """Trigger name -> (table, event) for those of ``tables`` that exist."""
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
    return {
        _name(table, event): (table, event)
        for table in tables
        if table in existing
        for event in EVENTS[connection.vendor]
    }


def _installed(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Name -> table of the enabled triggers in the database. One query."""
    if connection.vendor == "sqlite":
        sql = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    else:
        sql = (
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND pg_table_is_visible(tgrelid)"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return dict(cursor.fetchall())


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """The names of triggers that should be there and are not. Two queries."""
    connection = connections[using]
    there = _installed(connection)
    return sorted(name for name in _wanted(connection, append_only_tables()) if name not in there)


def install(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Create what is missing, and return the names of it. Safe to call at any time."""
    connection = connections[using]
    wanted = _wanted(connection, append_only_tables())
    made = [name for name in wanted if name not in _installed(connection)]
    with connection.cursor() as cursor:
        if made and connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                "BEGIN RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP "
                "USING ERRCODE = 'restrict_violation'; END $$"
            )
        for name in made:
            cursor.execute(_create_sql(connection, name, *wanted[name]))
    return made


def _create_sql(connection: BaseDatabaseWrapper, name: str, table: str, event: str) -> str:
    quoted, on = connection.ops.quote_name(name), connection.ops.quote_name(table)
    if connection.vendor == "sqlite":
        return (
            f"CREATE TRIGGER {quoted} BEFORE {event.upper()} ON {on} BEGIN "
            f"SELECT RAISE(ABORT, '{table} is append-only: {event.upper()} is refused'); END"
        )
    # By statement: it refuses even a change that touches no row, and costs nothing per row.
    return (
        f"CREATE TRIGGER {quoted} BEFORE {event.upper()} ON {on} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
    )


def remove(tables: list[str], using: str = DEFAULT_DB_ALIAS) -> None:
    """Take the triggers of ``tables`` away. For tests and repairs; ``install`` puts them back."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, table in _installed(connection).items():
            if table in tables and "_keeps_" in name:
                quoted = connection.ops.quote_name(name)
                on = (
                    f" ON {connection.ops.quote_name(table)}"
                    if connection.vendor != "sqlite"
                    else ""
                )
                cursor.execute(f"DROP TRIGGER {quoted}{on}")


@contextmanager
def suspended(*models_: type[models.Model], using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Lift the guard for a while, for tests: ``with suspended(AuditEvent): ...``."""
    remove([model._meta.db_table for model in models_], using)
    try:
        yield
    finally:
        install(using)
