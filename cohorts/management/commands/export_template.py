"""manage.py export_template KEY LANGUAGE"""

from django.core.management.base import BaseCommand, CommandError

from cohorts.models import TemplateVersion
from cohorts.services.templates import dump


class Command(BaseCommand):
    help = "Write the newest version of a template as YAML."

    def add_arguments(self, parser):
        parser.add_argument("key")
        parser.add_argument("language", nargs="?", default="zh-hans")
        parser.add_argument("--space", help="the slug of the space that it belongs to")

    def handle(self, *, key: str, language: str, space: str | None, **options):
        versions = TemplateVersion.objects.newest().select_related("template__space")
        found = versions.filter(
            template__key=key, template__language=language, template__space__slug=space
        ).first()
        if found is None:
            raise CommandError(f"There is no template {key!r} in {language!r}.")
        self.stdout.write(dump.dump(dump.of_version(found)), ending="")
