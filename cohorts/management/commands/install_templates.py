"""manage.py install_templates"""

from django.core.management.base import BaseCommand, CommandError

from cohorts.services.templates import shipped
from cohorts.services.templates.document import TemplateProblems


class Command(BaseCommand):
    help = "Publish the camp templates that come with the house. Safe to run again."

    def handle(self, **options):
        try:
            versions = shipped.install()
        except TemplateProblems as refusal:
            raise CommandError(str(refusal)) from refusal
        for version in versions:
            self.stdout.write(f"{version.template}: version {version.number}")
