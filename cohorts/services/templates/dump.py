"""Writing a template: the one way to write what ``document.parse`` reads, the same to the byte."""

from typing import Any

import yaml

from cohorts.models import SopStep, TemplateVersion
from cohorts.services.templates.document import Document
from cohorts.services.templates.schema import TEMPLATE, Field

# In the order of schema.TEMPLATE: which parts of a version stand in rows or columns of their own.
COLUMNS = ("title", "summary", "days", "preparation_days", "closing_days")


class _Dumper(yaml.SafeDumper):
    """Lists are indented under their name, and a text of several lines is a literal block."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _write_text)


def dump(document: Document) -> str:
    """``document`` as YAML. ``parse(dump(d)) == d``, and a file that this wrote comes back to the
    byte. Pure."""
    return yaml.dump(
        _chosen(document.data, TEMPLATE),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=False,
        width=1_000_000,
    )


def of_version(version: TemplateVersion) -> Document:
    """The document that a stored version was made from. Two queries, for steps and scripts."""
    data: dict[str, Any] = {
        "template": version.template.key,
        "language": version.template.language,
        **{name: getattr(version, name) for name in COLUMNS},
        **version.content,
        "steps": [_step(step) for step in version.steps.order_by("position")],
        "scripts": [
            {name: getattr(script, name) for name in ("key", "moment", "title", "text")}
            for script in version.scripts.order_by("position")
        ],
    }
    # A version that was stored before a field existed has its default.
    return Document({field.name: data.get(field.name, field.default) for field in TEMPLATE})


def _step(step: SopStep) -> dict[str, Any]:
    clock = f"{step.time:%H:%M}"
    rule = {"due": f"{step.anchor} {clock}", "from": "", "to": "", "every": 1}
    if step.every:
        rule = {
            "due": f"daily {clock}",
            "from": step.anchor,
            "to": step.until,
            "every": step.every,
        }
    same = (
        *("key", "title", "phase", "role", "minutes", "how_to", "cautions", "requirement"),
        *("done_when", "resources", "scripts", "evidence", "per_chat_group", "needs", "watch"),
    )
    return rule | {name: getattr(step, name) for name in same}


def _chosen(data: dict[str, Any], fields: tuple[Field, ...]) -> dict[str, Any]:
    """What differs from the defaults, in the order of the fields."""
    found: dict[str, Any] = {}
    for field in fields:
        value = data.get(field.name, field.default)
        if value == field.default and not field.needed:
            continue
        if field.one:
            found[field.name] = _chosen(value, field.items or ())
        elif field.items is not None:
            found[field.name] = [_chosen(item, field.items) for item in value]
        else:
            found[field.name] = value
    return found
