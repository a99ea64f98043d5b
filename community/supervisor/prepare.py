"""Bring database, translations, static files and demo up to date before anything serves.

A start where nothing has changed must not pay for any of it: what was prepared is remembered as a
fingerprint of the code (names, sizes and times of its files) and of the database's migrations.
"""

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection

from community.errors import DomainError
from community.registry import preparations
from community.services import guards

STAMP = "prepared.json"
WELCOME = "welcome.txt"
# Whatever these hold can change what is to be prepared; their built files are part of it, so that
# a deleted one is built again.
WATCHED = ("config", "community", "cohorts", "courses", "shelters", "locale", "static")
STEPS = (
    ("compile_translations", {}),
    ("build_assets", {}),
    ("migrate", {"interactive": False}),
    ("install_triggers", {}),
    ("check", {"databases": ["default"]}),
)


def prepare(data_dir: Path, *, say: Callable[[str], None]) -> None:
    """Run the steps that are needed, and in demo mode the demo; about 0.1 s when none is.

    Creates the SQLite file in WAL mode, so that no two children race to do it. Costs five
    queries when nothing has changed. Raises DomainError when the database refuses, a key is lost or
    a trigger missing.
    """
    try:
        before = _state()
        if before != _remembered(data_dir):
            say("Preparing database, translations and static files")
            for command, options in [*STEPS, *((part.command, {}) for part in preparations)]:
                call_command(command, verbosity=0, stdout=io.StringIO(), **options)
            (data_dir / STAMP).write_text(json.dumps(_state()), encoding="utf-8")
        guards.check()
        if settings.DEMO:
            _demo(data_dir)
    except OSError as error:
        raise DomainError(
            f"{error.filename} cannot be written ({error.strerror}). Built files are kept in the "
            "project's folder and in SHALIJIN_DATA; make both writable for this user."
        ) from error
    except DatabaseError as error:
        raise DomainError(
            f"The database {_name()} cannot be used: {error}. If the disk is fine, see the part "
            "on restoring a backup in docs/operate.md; nothing was served meanwhile."
        ) from error


def _demo(data_dir: Path) -> None:
    """Add what the demo lacks today, and keep what it says about signing in for the first page."""
    said = io.StringIO()
    call_command("demo", stdout=said)
    (data_dir / WELCOME).write_text(said.getvalue(), encoding="utf-8")


def _remembered(data_dir: Path) -> object:
    try:
        return json.loads((data_dir / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _state() -> dict:
    return {"code": _code_fingerprint(), "database": _database_mark()}


def _code_fingerprint() -> str:
    base = Path(settings.BASE_DIR)
    digest = hashlib.sha256()
    files = [base / "requirements.lock", Path(settings.STATIC_ROOT) / "fingerprint.txt"]
    for folder in WATCHED:
        files += sorted(path for path in (base / folder).rglob("*") if path.suffix != ".pyc")
    for path in files:
        if path.is_file():
            facts = path.stat()
            digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _database_mark() -> list:
    """Which database this is and how many migrations it has seen; new after a restore."""
    if "django_migrations" not in connection.introspection.table_names():
        return [_name(), 0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(id) FROM django_migrations")
        return [_name(), *cursor.fetchone()]


def _name() -> str:
    return str(connection.settings_dict["NAME"])
