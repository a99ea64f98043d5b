"""The shared floor: people, spaces, rooms, and everything that leaves the house."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from community.trust import triggers


def guard_append_only_tables(using: str, **_told: Any) -> None:
    """SQLite drops a table's triggers when a migration remakes it; here they come back."""
    triggers.install(using)


class CommunityConfig(AppConfig):
    name = "community"

    def ready(self) -> None:
        # Importing registers: checks with Django, predicates with rules, what goes out by the clock.
        from community import checks, navigation, rules, sections  # noqa: F401
        from community.services import announcement_due, planner  # noqa: F401

        post_migrate.connect(guard_append_only_tables, sender=self)
