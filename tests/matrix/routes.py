"""What a row of a table says, and what the URLconf holds."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import (
    NoReverseMatch,
    ResolverMatch,
    URLPattern,
    URLResolver,
    get_resolver,
    reverse,
)
from django.urls.resolvers import RoutePattern

from community.registry import matrix_samples
from tests.matrix.roles import BASES, FINER, GROUPS, ROLES
from tests.matrix.world import World


@dataclass(frozen=True)
class Route:
    """One address in the table.

    ``get`` and ``post`` say the outcome for each role: ``"guests: login; insiders: 200;
    outsiders: 404; managers: 302 +invitation"``. Later entries win. An outcome is a status
    (``login`` is the way to the sign-in page) and what changed: ``+invitation`` a row more,
    ``-rolegrant`` one less, ``membership.role`` a field changed; nothing named means that nothing
    changed.

    ``at`` fills the address from the world; ``foreign`` names the same thing in the other space,
    and must answer like an id that does not exist. Where an id is no secret or is the permission
    itself, ``foreign`` is the reason in words. ``case`` tells apart rows of one address; ``path``
    is written out for an address without a name.
    """

    name: str
    get: str | None = None
    post: str | None = None
    at: dict[str, str] = field(default_factory=dict)
    foreign: dict[str, str] | str = field(default_factory=dict)
    data: Callable[[World], dict[str, Any]] | None = None
    query: dict[str, str] = field(default_factory=dict)
    case: str = ""
    path: str = ""

    def __str__(self) -> str:
        return f"{self.name} [{self.case}]" if self.case else self.name

    def kwargs(self, world: World) -> dict[str, Any]:
        if not self.at and self.name in matrix_samples:
            return matrix_samples[self.name].kwargs(world)
        return {name: world.find(path) for name, path in self.at.items()}

    def address(self, kwargs: dict[str, Any]) -> str:
        if self.path:
            return self.path.format(**kwargs)
        try:
            return reverse(self.name, kwargs=kwargs)
        except NoReverseMatch:
            raise AssertionError(f"{self.name} cannot be reached with {kwargs}.") from None

    def body(self, world: World) -> dict[str, Any]:
        if self.data is not None:
            return self.data(world)
        return matrix_samples[self.name].data(world) if self.name in matrix_samples else {}


@dataclass(frozen=True)
class Address:
    """A route of the URLconf."""

    name: str
    pattern: str
    view: Callable[..., Any]
    params: tuple[str, ...]
    match: ResolverMatch | None = None


def addresses(urlconf: str | None = None) -> list[Address]:
    """Every route there is, of whichever app, by full name (nameless ones by their pattern)."""
    return list(_walk(get_resolver(urlconf).url_patterns, "", [], []))


def _walk(
    patterns: list[Any], prefix: str, apps: list[str], namespaces: list[str]
) -> Iterator[Address]:
    for pattern in patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(
                pattern.url_patterns,
                here,
                apps + [pattern.app_name] * bool(pattern.app_name),
                namespaces + [pattern.namespace] * bool(pattern.namespace),
            )
        elif isinstance(pattern, URLPattern):
            match = ResolverMatch(
                pattern.callback, (), {}, pattern.name, app_names=apps, namespaces=namespaces
            )
            name = match.view_name if pattern.name else here
            yield Address(name, here, pattern.callback, tuple(_params(here, pattern)), match)


def _params(here: str, pattern: URLPattern) -> list[str]:
    if isinstance(pattern.pattern, RoutePattern):
        return re.findall(r"<(?:\w+:)?(\w+)>", here)
    return list(re.compile(here.lstrip("^")).groupindex)


def expected(text: str) -> dict[str, str]:
    """``"guests: login; managers: 302 +invitation"`` by role. Raises ValueError for a name that is
    no role or group, and for a role that is left out."""
    outcomes: dict[str, str] = {}
    for entry in filter(None, (part.strip() for part in text.split(";"))):
        who, _, outcome = entry.partition(":")
        for name in (name.strip() for name in who.split(",")):
            if name not in GROUPS:
                raise ValueError(f"{name!r} is no role and no group; use one of {sorted(GROUPS)}.")
            outcomes |= dict.fromkeys(GROUPS[name], " ".join(outcome.split()))
    if missing := sorted(set(ROLES) - set(outcomes)):
        raise ValueError(f"The row says nothing of {', '.join(missing)}.")
    return outcomes


def written(outcomes: dict[str, str]) -> str:
    """The shortest row that this module can think of for ``outcomes``; reads back as the same."""
    said: dict[str, str] = {}
    parts = []
    if len(set(outcomes.values())) == 1:
        return f"all: {outcomes['anonymous']}"
    bases = BASES
    if len({outcomes[role] for role in GROUPS["signed_in"]}) == 1:
        bases = ("guests", "signed_in")
    for base in bases:
        among = [outcomes[role] for role in ROLES if role in GROUPS[base]]
        most = max(dict.fromkeys(among), key=among.count)
        parts.append(f"{base}: {most}")
        said |= dict.fromkeys(GROUPS[base], most)
    for group in FINER:
        found = {outcomes[role] for role in GROUPS[group]}
        wrong = [role for role in GROUPS[group] if said[role] != outcomes[role]]
        if len(found) == 1 and len(wrong) > 1:
            parts.append(f"{group}: {found.copy().pop()}")
            said |= dict.fromkeys(GROUPS[group], outcomes[wrong[0]])
    exceptions: dict[str, list[str]] = {}
    for role in ROLES:
        if said[role] != outcomes[role]:
            exceptions.setdefault(outcomes[role], []).append(role)
    parts += [f"{', '.join(names)}: {outcome}" for outcome, names in exceptions.items()]
    return "; ".join(parts)
