"""Can this process serve people now?"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from community.services import guards

# Keys and triggers do not come and go under a running process; once good is good enough.
_guarded = False


def problems() -> list[str]:
    """Short names of what keeps this process from serving; an empty list means ready."""
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return ["migrations"]
        return _guard_problems()
    except DatabaseError:
        return ["database"]


def _guard_problems() -> list[str]:
    global _guarded
    if not _guarded:
        found = sorted(guards.problems())
        _guarded = not found
        return found
    return []
