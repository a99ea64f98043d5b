"""PostgreSQL: pg_dump at one moment, pg_restore into an empty schema."""

import os
import re
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from community.errors import DomainError

FILE = "database.dump"
PLACES = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt")


def server_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return cursor.fetchone()[0]


def _major(text: str) -> int:
    found = re.search(r"(\d+)(?:\.\d+)?", text)
    return int(found.group(1)) if found else 0


def tool(name: str) -> str:
    """The path of ``name``, at least as new as the server. Raises DomainError in a sentence."""
    wanted = _major(server_version())
    found = {path: _version(path) for path in _candidates(name)}
    fitting = {path: version for path, version in found.items() if version >= wanted}
    if fitting:
        return min(fitting, key=lambda path: fitting[path])
    if found:
        raise DomainError(
            _(
                "%(tool)s on this machine is version %(found)s, and the server is %(wanted)s: an "
                "older one would write a backup that cannot be restored. Install "
                "postgresql-client-%(wanted)s, or set PG_BIN to its folder."
            )
            % {"tool": name, "found": max(found.values()), "wanted": wanted}
        )
    raise DomainError(
        _(
            "%(tool)s is not on this machine. Install postgresql-client-%(wanted)s, or set PG_BIN "
            "to the folder where it is."
        )
        % {"tool": name, "wanted": wanted}
    )


def _candidates(name: str) -> list[str]:
    if settings.PG_BIN:
        there = Path(settings.PG_BIN) / name
        return [str(there)] if there.is_file() else []
    installed = [str(path) for place in PLACES for path in Path(place).glob(f"*/bin/{name}")]
    first = shutil.which(name)
    return [first, *installed] if first else installed


def _version(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    return _major(said.stdout)


def _environment(database: str | None = None) -> dict[str, str]:
    """How the tools find the server; the password is not in their arguments, where all can see."""
    told = connection.get_connection_params()
    names = {
        "PGHOST": told.get("host"),
        "PGPORT": told.get("port"),
        "PGUSER": told.get("user"),
        "PGPASSWORD": told.get("password"),
        "PGDATABASE": database or told.get("dbname") or told.get("database"),
        "PGSSLMODE": told.get("sslmode"),
        "PGSSLROOTCERT": told.get("sslrootcert"),
    }
    return {"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "/")} | {
        name: str(value) for name, value in names.items() if value
    }


def _run(arguments: list[str], *, database: str | None = None) -> None:
    done = subprocess.run(
        arguments, env=_environment(database), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise DomainError(
            _("%(tool)s stopped: %(said)s")
            % {"tool": Path(arguments[0]).name, "said": done.stderr.strip()[-400:]}
        )


def dump(folder: Path) -> dict[str, int]:
    """Dump the database into ``folder``; the counts are of the very moment of the dump."""
    pg_dump = tool("pg_dump")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        rows = _count(cursor)
        target = str(folder / FILE)
        _run([pg_dump, "--format=custom", "--no-owner", "--no-privileges", "--schema=public",
              f"--snapshot={snapshot}", f"--file={target}"])  # fmt: skip
    return rows


def _count(cursor: Any) -> dict[str, int]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    counted = {}
    for (name,) in cursor.fetchall():
        cursor.execute(f'SELECT count(*) FROM public."{name}"')  # noqa: S608  names of our tables
        counted[name] = cursor.fetchone()[0]
    return counted


def verify(folder: Path) -> tuple[dict[str, int] | None, str]:
    """Restore into a database of its own and count. Where that may not be made, read the whole
    dump and say so: (None, sentence)."""
    pg_restore, dumped = tool("pg_restore"), str(folder / FILE)
    name = f"shalijin_check_{secrets.token_hex(4)}"
    admin = psycopg2.connect(**_to(str(connection.settings_dict["NAME"])))
    admin.autocommit = True
    try:
        with admin.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    except psycopg2.Error as error:
        admin.close()
        _run([pg_restore, "--file=/dev/null", dumped])
        reason = str(error).strip().splitlines()[0]
        return None, _(
            "The dump can be read to its end, but was not tried out: no second database could be "
            "made (%(reason)s)."
        ) % {"reason": reason}
    try:
        _empty(name)
        _run([pg_restore, "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={name}",
              dumped], database=name)  # fmt: skip
        there = psycopg2.connect(**_to(name))
        try:
            with there.cursor() as cursor:
                return _count(cursor), ""
        finally:
            there.close()
    finally:
        with admin.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        admin.close()


def _to(database: str) -> dict[str, Any]:
    told = connection.get_connection_params()
    names = ("host", "port", "user", "password", "sslmode", "sslrootcert")
    return {name: told[name] for name in names if told.get(name)} | {"dbname": database}


def _empty(database: str) -> None:
    """Leave ``database`` without a public schema: the dump brings its own."""
    there = psycopg2.connect(**_to(database))
    there.autocommit = True
    with there.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS public CASCADE")
    there.close()


def restore(folder: Path) -> None:
    """Replace everything in the database by the dump. Other connections are ended first."""
    pg_restore = tool("pg_restore")
    name = str(connection.settings_dict["NAME"])
    connection.close()
    there = psycopg2.connect(**_to(name))
    there.autocommit = True
    with there.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = current_user "
            "AND pid <> pg_backend_pid()"
        )
    there.close()
    _empty(name)
    _run([pg_restore, "--no-owner", "--no-privileges", "--single-transaction",
          f"--dbname={name}", str(folder / FILE)], database=name)  # fmt: skip
