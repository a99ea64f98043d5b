"""A file becomes a template of a space: a YAML file at once, a sheet after a look."""

from collections.abc import Mapping

from django.db import transaction

from cohorts.models import RoleWord, TemplateVersion
from cohorts.services.templates import document, sheet
from cohorts.services.templates.publish import publish
from community.models import Member, Space


def yaml_file(*, space: Space, by: Member, name: str, data: bytes) -> TemplateVersion:
    """Publish the template in ``data``. Raises TemplateProblems; then nothing is written."""
    return publish(document.parse(data, name), space=space, by=by)


@transaction.atomic
def sheet_file(
    *,
    space: Space,
    by: Member,
    name: str,
    data: bytes,
    title: str,
    key: str,
    roles: Mapping[str, str],
) -> TemplateVersion:
    """Publish the usable rows of a sheet, and remember what its words for roles mean.

    Raises UnreadableFile or TemplateProblems; then nothing is written.
    """
    for word, role in roles.items():
        RoleWord.objects.update_or_create(
            space=space, word=word, defaults={"role": role, "said_by": by}
        )
    read = sheet.read(data, span=None, roles=sheet.words_of(space))
    made = sheet.document(read, key=key, title=title, language=space.default_locale, name=name)
    return publish(made, space=space, by=by)
