"""The templates that come with the house, from the files beside the app."""

from pathlib import Path

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from cohorts.models import TemplateVersion
from cohorts.services.templates.document import parse
from cohorts.services.templates.publish import publish
from community.registry import Finding, HealthCheck, Preparation, health_checks, preparations


def folder() -> Path:
    return Path(apps.get_app_config("cohorts").path) / "data" / "templates"


def files() -> list[Path]:
    """The files, by name: ``writing-14.zh-hans.yaml``."""
    return sorted(folder().glob("*.yaml"))


@transaction.atomic
def install() -> list[TemplateVersion]:
    """Publish every shipped template that is not there as it stands in its file, and return the
    newest version of each. Safe to repeat; a file that changed with an upgrade is a new version,
    and camps that run keep theirs. About six queries a file."""
    return [publish(parse(path.read_bytes(), path.name)) for path in files()]


def is_installed() -> bool:
    """Whether each file has a version. One query; does not read the files."""
    known = set(
        TemplateVersion.objects.filter(template__space=None).values_list(
            "template__key", "template__language"
        )
    )
    return {tuple(path.name.split(".")[:2]) for path in files()} <= known


def _health() -> Finding:
    if is_installed():
        return Finding("ok", _("The camp templates that come with the house are installed."))
    return Finding(
        "warn",
        _("Camp templates that come with the house are missing, so nobody can open such a camp."),
        _("Run manage.py install_templates."),
    )


preparations.register("templates", Preparation("install_templates"))
health_checks.register("templates", HealthCheck(_health, order=60))
