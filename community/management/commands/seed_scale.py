"""Fill a database to its full size with invented people."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.demo import scale
from community.errors import DomainError


class Command(BaseCommand):
    help = (
        "Make spaces full of invented people with introductions, for measuring. The same seed makes "
        "the same people, and again adds nothing."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--members", type=int, default=100_000)
        parser.add_argument("--spaces", type=int, default=10)
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--yes-really", action="store_true", help="outside demo and test too")

    def handle(self, **options: Any) -> None:
        size = scale.Size(options["members"], options["spaces"], options["seed"])
        say = self.stdout.write if options["verbosity"] > 1 else (lambda line: None)
        began = time.monotonic()
        try:
            made = scale.fill(size, yes_really=options["yes_really"], say=say)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        took = time.monotonic() - began
        self.stdout.write(self.style.SUCCESS(f"{made} members made in {took:.1f} s."))
