from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from community.errors import DomainError
from community.services import backups


class Command(BaseCommand):
    help = (
        "Write one archive with database and pictures, and read it back. People can go on working."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="where to; default is BACKUP_DIR")
        parser.add_argument(
            "--with-keys",
            action="store_true",
            help="put the keys in too: whoever has the file can then read protected fields",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            path = backups.create(
                options["file"], with_keys=options["with_keys"], say=self.stdout.write
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        size = path.stat().st_size / 2**20
        told = {"path": path, "size": f"{size:.1f}"}
        self.stdout.write(_("%(path)s (%(size)s MB) is written and verified.") % told)
        if not options["with_keys"]:
            self.stdout.write(_("It holds no keys; keep a copy of those in another place."))
