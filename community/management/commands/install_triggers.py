from typing import Any

from django.core.management.base import BaseCommand

from community.trust import triggers


class Command(BaseCommand):
    help = "Put back the triggers that keep append-only tables from being changed. Safe to repeat."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        made = triggers.install()
        for name in made:
            self.stdout.write(f"Installed {name}.")
        if not made:
            self.stdout.write("All triggers are in place.")
