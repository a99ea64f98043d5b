"""Compile the translations in Python: a bare machine has no msgfmt."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compile locale/*/LC_MESSAGES/*.po where the .mo is older. Safe to run at any time."

    def handle(self, **options) -> None:
        for source in sorted(
            path
            for folder in settings.LOCALE_PATHS
            for path in Path(folder).glob("*/LC_MESSAGES/*.po")
        ):
            if compile_if_stale(source):
                self.stdout.write(f"Compiled {source.parent.parent.name}/{source.name}.")


def compile_if_stale(source: Path) -> bool:
    """Write the .mo beside ``source`` if it is missing or older; True if it was written.

    The file is replaced in one step, so that a process that starts meanwhile reads a whole one.
    """
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return False
    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parent.parent.name, abort_invalid=True)
    draft = target.with_suffix(f".mo.{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, catalog)
    draft.replace(target)
    return True
