from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

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
                self.stdout.write(
                    _("The new first key is %(key)s.") % {"key": field_keys.add_key()}
                )
            total = 0
            for step in field_keys.rotate():
                total += step.resealed
                told = {"column": step.column, "count": step.resealed}
                self.stdout.write(_("%(column)s: sealed anew %(count)s.") % told)
            field_keys.prove()
            unused = field_keys.retire()
        except crypto.CryptoError as error:
            raise CommandError(str(error)) from error
        told = {"count": total, "key": crypto.keyring().active}
        self.stdout.write(_("Sealed anew with key %(key)s, in all: %(count)s.") % told)
        for key_id in unused:
            self.stdout.write(
                _(
                    "Key %(key)s seals nothing here any more. Keep it as long as you keep backups "
                    "from before this day; then it can go."
                )
                % {"key": key_id}
            )
