"""manage.py import_template FILE --space SLUG"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cohorts.services.templates import document, publish
from community.models import Space


class Command(BaseCommand):
    help = "Publish a template from a YAML file, for one space or for the whole house."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--space", help="the slug of the space; without it, for all spaces")

    def handle(self, *, file: Path, space: str | None, **options):
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        found = Space.objects.filter(slug=space).first() if space else None
        if space and found is None:
            raise CommandError(f"There is no space {space!r}.")
        try:
            version = publish.publish(document.parse(data, file.name), space=found)
        except document.TemplateProblems as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{version.template}: version {version.number}")
