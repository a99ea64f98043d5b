"""Reading a template file: everything that is wrong with it is said at once, with its line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext as _

from cohorts.models.calendar import Span
from cohorts.services.templates import relations
from cohorts.services.templates.schema import TEMPLATE, Field
from community.errors import DomainError

LARGEST = 2 * 1024 * 1024  # bytes
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Problem:
    """What is wrong, in which line of the file (1 is the first)."""

    line: int
    where: str
    reason: str

    def __str__(self) -> str:
        return _("Line %(line)d, %(where)s: %(reason)s") % {
            "line": self.line,
            "where": self.where,
            "reason": self.reason,
        }


class TemplateProblems(DomainError):
    """The file is refused as a whole; ``problems`` lists every reason in the order of lines."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.name = name
        self.problems = sorted(problems, key=lambda problem: problem.line)
        shown = "\n".join(str(problem) for problem in self.problems[:20])
        super().__init__(
            _("%(name)s cannot be used; nothing was changed.\n%(shown)s")
            % {"name": name, "shown": shown}
        )


@dataclass(frozen=True)
class Document:
    """A whole, valid template: ``data`` as ``schema.TEMPLATE`` describes it, defaults filled in."""

    data: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict, compare=False)

    @property
    def span(self) -> Span:
        return Span(self.data["preparation_days"], self.data["days"], self.data["closing_days"])


def parse(text: str | bytes, name: str) -> Document:
    """The template in ``text``. Raises TemplateProblems with file, lines and reasons. No query."""
    reader = _Reader()
    root = _root(text, name)
    data = reader.mapping(root, TEMPLATE, "")
    if not reader.problems:
        for path, reason in relations.problems(data):
            reader.problems.append(Problem(reader.line_of(path), path, reason))
    if reader.problems:
        raise TemplateProblems(name, reader.problems)
    return Document(data, reader.lines)


def _root(text: str | bytes, name: str) -> yaml.Node:
    """The tree of nodes, each of which knows its line. No object is built from the file."""
    if isinstance(text, bytes):
        if len(text) > LARGEST:
            raise TemplateProblems(
                name, [Problem(1, name, _("It is larger than 2 MB; a template is all text."))]
            )
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise TemplateProblems(
                name, [Problem(line, name, _("It is not UTF-8. Save it as UTF-8 and try again."))]
            ) from error
    try:
        # An alias could blow a small file up to any size, and no template needs one.
        for event in yaml.parse(text, Loader=LOADER):
            if getattr(event, "anchor", None):
                raise TemplateProblems(
                    name,
                    [Problem(_line(event.start_mark), name, _("Take out the signs & and *."))],
                )
        node = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        raise TemplateProblems(
            name,
            [Problem(_line(mark), name, _("It is no YAML: %s.") % reason)],
        ) from error
    if not isinstance(node, yaml.MappingNode):
        raise TemplateProblems(
            name, [Problem(1, name, _("It is no template. It begins with “template: …”."))]
        )
    return node


def _line(mark: Any) -> int:
    """The line of a mark, the first being 1; YAML counts from 0, and now and then has none."""
    return mark.line + 1 if mark else 1


class _Reader:
    """Walks along nodes and fields together, and remembers the line of every path."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}

    def line_of(self, path: str) -> int:
        """The line of ``path``, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return self.lines.get(path, 1)

    def wrong(self, node: yaml.Node, path: str, reason: str) -> None:
        self.problems.append(Problem(node.start_mark.line + 1, path, reason))

    def mapping(self, node: yaml.Node, fields: tuple[Field, ...], path: str) -> dict[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, path, _("Here names with values are wanted, like “title: …”."))
            return {}
        self.lines[path] = node.start_mark.line + 1
        known = {field.name: field for field in fields}
        given = dict(self._pairs(node, known, path))
        found = {}
        for entry in fields:
            at = f"{path}.{entry.name}".lstrip(".")
            if entry.name in given:
                found[entry.name] = self.value(given[entry.name], entry, at)
            else:
                found[entry.name] = _copy(entry.default)
                if entry.needed:
                    self.wrong(node, path or "template", _("“%s” is missing.") % entry.name)
        return found

    def _pairs(
        self, node: yaml.MappingNode, known: dict[str, Field], path: str
    ) -> Iterator[tuple[str, yaml.Node]]:
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name not in known:
                self.wrong(
                    key,
                    path or "template",
                    _("“%(name)s” is not known here. These are: %(known)s.")
                    % {"name": name, "known": ", ".join(known)},
                )
            elif name in seen:
                self.wrong(key, path or "template", _("“%s” stands here twice.") % name)
            else:
                seen.add(name)
                yield name, value

    def value(self, node: yaml.Node, entry: Field, path: str) -> Any:
        self.lines[path] = node.start_mark.line + 1
        if entry.one:
            return _without_defaults(self.mapping(node, entry.items or (), path), entry)
        if entry.items is not None or entry.many:
            return self.several(node, entry, path)
        return self.scalar(node, entry, path)

    def several(self, node: yaml.Node, entry: Field, path: str) -> list[Any]:
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, path, _("Here a list is wanted, each entry behind “- ”."))
            return []
        found = []
        for number, item in enumerate(node.value, start=1):
            at = f"{path}.{number}"
            self.lines[at] = item.start_mark.line + 1
            if entry.many:
                found.append(self.scalar(item, entry, at))
            else:
                found.append(self.mapping(item, entry.items or (), at))
        return found

    def scalar(self, node: yaml.Node, entry: Field, path: str) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            self.wrong(node, path, _("Here a text or a number is wanted, not a list."))
            return entry.default
        try:
            value = entry.read(node.value)
        except ValueError as error:
            self.wrong(node, path, str(error))
            return entry.default
        if entry.needed and value == "":
            self.wrong(node, path, _("It is empty; write something."))
        return value


def _without_defaults(found: dict[str, Any], entry: Field) -> dict[str, Any]:
    defaults = {part.name: part.default for part in entry.items or ()}
    return {name: value for name, value in found.items() if value != defaults[name]}


def _copy(default: Any) -> Any:
    return default.copy() if isinstance(default, list | dict) else default
