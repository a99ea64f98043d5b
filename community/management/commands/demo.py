"""``manage.py demo``: the demo community, and whom to sign in as."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.demo import people, seed
from community.errors import DomainError


class Command(BaseCommand):
    help = "Build the demo community and say whom to sign in as. Safe to run again."

    def handle(self, **options: Any) -> None:
        try:
            seed.seed()
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"The password of all of them is {people.PASSWORD}")
        for address, shows in people.sign_in_list():
            self.stdout.write(f"  {address:<32} {shows}")
