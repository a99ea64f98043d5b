"""Run everything on one machine: check, prepare, then become the supervisor."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from community.errors import DomainError
from community.supervisor import __main__ as supervisor
from community.supervisor import lock, place
from community.supervisor.prepare import prepare


class Command(BaseCommand):
    help = (
        "Serve the site on this machine: web, worker and beat, watched and restarted. "
        "For the modes demo and small; production runs each of them by systemd or Compose."
    )
    requires_system_checks: list[str] = []  # they cost a second; preparing runs them when needed

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--with-parent", action="store_true", help="stop when the starting process ends"
        )

    def handle(self, *, with_parent: bool, **options: Any) -> None:
        if settings.MODE not in ("demo", "small"):
            raise CommandError(
                f"manage.py up runs the modes demo and small, and this is {settings.MODE}. "
                "Set SHALIJIN_MODE=small in .env, or see docs/operate.md for production."
            )
        # Before all else, because making ready takes seconds in which a starter may vanish.
        parent = os.getppid() if with_parent else None
        try:
            for warning in place.claim_folder(settings.DATA_DIR, settings.MODE):
                self.stderr.write(warning)
            held = lock.take(settings.DATA_DIR)
            place.check_port(settings.BIND, settings.PORT)
            if settings.DEMO and not place.is_loopback(settings.BIND):
                self.stderr.write(
                    f"BIND is {settings.BIND}: everybody who reaches this machine can sign in "
                    "with the demo's published password."
                )
            prepare(settings.DATA_DIR, say=self.stdout.write)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal

        self.stdout.flush()
        connections.close_all()
        # A relative folder was meant from where the command was typed.
        os.environ["SHALIJIN_DATA"] = str(settings.DATA_DIR)
        os.chdir(settings.BASE_DIR)
        command = supervisor.arguments(
            data_dir=settings.DATA_DIR,
            bind=settings.BIND,
            port=settings.PORT,
            url=settings.BASE_URL,
            lock=held,
            parent=parent,
        )
        os.execv(sys.executable, command)
