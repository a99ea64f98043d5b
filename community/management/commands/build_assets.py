"""Join and shorten the stylesheets and scripts; collect them where hashed files are served."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community import assets


class Command(BaseCommand):
    help = "Build one CSS and one JS file from static/, and collect hashed files. Safe to repeat."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="build even if nothing changed")
        parser.add_argument("--check", action="store_true", help="only say whether it is needed")

    def handle(self, *, force: bool, check: bool, **options: Any) -> None:
        stale = assets.is_stale()
        if check:
            if stale:
                raise CommandError("The assets are out of date; run manage.py build_assets.")
            self.stdout.write("The assets are up to date.")
            return
        if not (stale or force):
            self.stdout.write("The assets are up to date.")
            return
        for built in assets.build():
            self.stdout.write(f"{built.name}: {built.size:,} bytes")
