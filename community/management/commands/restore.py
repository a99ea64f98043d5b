from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from community.errors import DomainError
from community.services import backups


class Command(BaseCommand):
    help = (
        "Put a backup in the place of what is here. Messages are held afterwards, until a person "
        "has looked at them."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="an archive written by manage.py backup")
        parser.add_argument("--yes", action="store_true", help="replace the people who are here")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = backups.restore(options["file"], yes=options["yes"], say=self.stdout.write)
        except DomainError as error:
            raise CommandError(str(error)) from error
        told = {"when": manifest.made_at[:16], "rows": f"{sum(manifest.rows.values()):,}"}
        self.stdout.write(
            _(
                "Restored as of %(when)s: %(rows)s rows. Delivery is held; an operator lifts it on "
                "the delivery desk."
            )
            % told
        )
