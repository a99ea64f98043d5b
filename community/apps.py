"""The shared floor: people, spaces, rooms, and everything that leaves the house."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "community"

    def ready(self) -> None:
        # Importing registers: checks with Django, predicates with rules.
        from community import navigation, rules  # noqa: F401
