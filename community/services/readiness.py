"""Can this process serve people now?"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from community.services import delivery_health, guards

# Keys and triggers do not come and go under a running process; once good is good enough.
_guarded = False


# Nor do migrations: reading them all from disk is done once, not at every question.
_migrated = False


def problems() -> list[str]:
    """Short names of what keeps this process from serving; an empty list means ready.

    Costs two queries until all is well, then none: ``warnings`` asks the database anyway.
    """
    global _migrated
    try:
        if not _migrated:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                return ["migrations"]
            _migrated = True
        connection.ensure_connection()
        return _guard_problems()
    except DatabaseError:
        return ["database"]


def status() -> tuple[list[str], list[str]]:
    """(problems, warnings): what keeps this process from serving, and what keeps messages in the
    house. A broker that is away stops no page, so it must not take the site out of service."""
    found = problems()
    if found:
        return found, []
    try:
        return [], delivery_health.warnings()
    except DatabaseError:
        return ["database"], []


def _guard_problems() -> list[str]:
    global _guarded
    if not _guarded:
        found = sorted(guards.problems())
        _guarded = not found
        return found
    return []
