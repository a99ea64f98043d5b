import json
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from community.services import doctor

MARKS = {"ok": "✓", "warn": "!", "fail": "✗"}


class Command(BaseCommand):
    help = "Look at everything that has to be well, and say in plain words what is not."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("only", nargs="*", help="names of the checks to run; none means all")
        parser.add_argument("--json", action="store_true", help="one JSON object, for programs")
        parser.add_argument("--lang", choices=("zh", "en"), help="language of the sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(_language(options["lang"])):
            lines = doctor.examine(options["only"])
            well = all(line.finding.state != "fail" for line in lines)
            if options["json"]:
                self._write_json(lines, well)
            else:
                self._write_text(lines)
        if not well:
            sys.exit(1)

    def _write_json(self, lines: list[doctor.Line], well: bool) -> None:
        checks = [
            {
                "name": line.name,
                "state": line.finding.state,
                "text": str(line.finding.text),
                "todo": str(line.finding.todo) if line.finding.state != "ok" else "",
            }
            for line in lines
        ]
        self.stdout.write(json.dumps({"well": well, "checks": checks}, ensure_ascii=False))

    def _write_text(self, lines: list[doctor.Line]) -> None:
        styles = {"ok": str, "warn": self.style.WARNING, "fail": self.style.ERROR}
        for line in lines:
            found = line.finding
            self.stdout.write(
                styles[found.state](f"{MARKS[found.state]} {line.name}: {found.text}")
            )
            if found.todo and found.state != "ok":
                self.stdout.write(f"    → {found.todo}")


def _language(asked: str | None) -> str:
    """What was asked for, else what the terminal speaks, else the installation's own."""
    spoken = asked or (os.environ.get("LC_ALL") or os.environ.get("LANG") or "")[:2]
    return {"zh": "zh-hans", "en": "en"}.get(spoken, settings.LANGUAGE_CODE)
