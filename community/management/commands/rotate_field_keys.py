from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.services import field_keys
from community.trust import crypto


class Command(BaseCommand):
    help = (
        "Seal all protected values anew with the first key. People can work meanwhile; if it is "
        "interrupted, run it again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--new", action="store_true", help="make a new first key before")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["new"]:
                self.stdout.write(f"The new first key is {field_keys.add_key()}.")
            total = 0
            for step in field_keys.rotate():
                total += step.resealed
                self.stdout.write(f"{step.column}: {step.resealed} values sealed anew.")
            field_keys.prove()
            unused = field_keys.retire()
        except crypto.CryptoError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{total} values now stand under key {crypto.keyring().active}.")
        for key_id in unused:
            self.stdout.write(
                f"Key {key_id} seals nothing here any more. Keep it as long as you keep backups "
                "from before this day; then it can go."
            )
