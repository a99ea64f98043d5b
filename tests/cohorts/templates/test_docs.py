"""What docs/camps.md says of a template file is what the parser reads."""

import re
from pathlib import Path

from django.conf import settings

from cohorts.registry import facts
from cohorts.services.templates.schema import TEMPLATE, Field

DOC = (Path(settings.BASE_DIR) / "docs" / "camps.md").read_text(encoding="utf-8")


def names(fields: tuple[Field, ...]) -> set[str]:
    return {field.name for field in fields} | {
        name for field in fields if field.items for name in names(field.items)
    }


def test_every_field_of_a_template_is_in_the_guide():
    said = set(re.findall(r"`([a-z_]+)`", DOC))

    assert names(TEMPLATE) - said == set()


def test_every_fact_is_in_the_guide():
    assert {name for name, _fact in facts.items()} - set(re.findall(r"`([a-z_]+)`", DOC)) == set()
