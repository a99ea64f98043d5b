"""What the components are made with: a tag library whose mistakes are sentences.

A misspelt argument is refused when the template is compiled, by a message that lists the accepted
ones; a value outside its choices is refused when it is used. HTML attributes are passed on by
their prefix: ``hx_post=url`` becomes ``hx-post``, and so with ``data_`` and ``aria_``.
"""

import inspect
import re
from collections.abc import Callable
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.template.base import Parser, Token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

PASSED_ON = ("hx_", "data_", "aria_")
_NAMED = re.compile(r"(\w+)=")
_HYPHEN = re.compile(r"([a-z]+(?:-[a-z]+)+)=")


class Kit(template.Library):
    """A tag library. ``@kit.part`` makes a component of a function, ``@kit.box`` one that has
    content and an end tag; ``context=True`` hands it the template's context (for CSRF)."""

    def part(self, func: Callable[..., Any] | None = None, *, context: bool = False) -> Any:
        return self._add(func, context, self.simple_tag)

    def box(self, func: Callable[..., Any] | None = None, *, context: bool = False) -> Any:
        return self._add(func, context, self.simple_block_tag)

    def _add(self, func: Callable[..., Any] | None, context: bool, add: Any) -> Any:
        def decorate(func: Callable[..., Any]) -> Callable[..., Any]:
            add(func, takes_context=context)
            name = func.__name__
            self.tags[name] = _explained(name, self.tags[name], func)
            return func

        return decorate(func) if func else decorate


def accepted_by(func: Callable[..., Any]) -> dict[str, str]:
    """The arguments of a component by name, as one writes them (``level='h2'``). ``"*"`` is
    there when it takes ``hx_…``, ``data_…`` and ``aria_…`` as well."""
    found = {}
    for name, parameter in inspect.signature(func).parameters.items():
        if name in ("context", "content"):
            continue
        if parameter.kind is parameter.VAR_KEYWORD:
            found["*"] = "hx_…, data_…, aria_…, id"
        elif parameter.kind is parameter.VAR_POSITIONAL:
            found[name] = f"{name}, …"
        elif parameter.default is parameter.empty:
            found[name] = f"{name} (required)"
        else:
            found[name] = f"{name}={parameter.default!r}"
    return found


def _explained(name: str, compile_tag: Any, func: Callable[..., Any]) -> Any:
    accepted = accepted_by(func)
    takes = f"{name} takes: {', '.join(accepted.values()) or 'nothing'}."
    signature = inspect.signature(func)
    given = [p for p in signature.parameters.values() if p.name not in ("context", "content")]
    signature = signature.replace(parameters=given)

    def compile_explained(parser: Parser, token: Token) -> Any:
        bits = token.split_contents()[1:]
        if bits[-2:-1] == ["as"]:
            bits = bits[:-2]
        for bit in bits:
            if hyphened := _HYPHEN.match(bit):
                wrong = hyphened[1]
                raise template.TemplateSyntaxError(
                    f"{name}: write {wrong.replace('-', '_')}= for the attribute {wrong}. {takes}"
                )
            named = _NAMED.match(bit)
            if named and not _is_accepted(named[1], accepted):
                raise template.TemplateSyntaxError(f"{name} has no argument {named[1]!r}; {takes}")
        names = [named[1] for bit in bits if (named := _NAMED.match(bit))]
        try:
            signature.bind(*[None] * (len(bits) - len(names)), **dict.fromkeys(names))
        except TypeError as error:
            raise template.TemplateSyntaxError(f"{name}: {error}; {takes}") from error
        try:
            return compile_tag(parser, token)
        except template.TemplateSyntaxError as error:
            if not str(error).startswith(f"'{name}' "):
                raise  # it is about something inside the block, not about this tag
            raise template.TemplateSyntaxError(f"{error}; {takes}") from error

    return compile_explained


def _is_accepted(name: str, accepted: dict[str, str]) -> bool:
    if name in accepted:
        return True
    return "*" in accepted and (name.startswith(PASSED_ON) or name == "id")


def one_of(what: str, value: Any, choices: tuple[str, ...]) -> str:
    """``value`` if it is one of ``choices`` (or empty, where they allow it); raises
    TemplateSyntaxError naming them otherwise."""
    if value not in choices:
        listed = ", ".join(repr(choice) for choice in choices)
        raise template.TemplateSyntaxError(f"{what} is {value!r}; use one of {listed}.")
    return str(value)


def attributes(attrs: dict[str, Any]) -> SafeString:
    """``hx_post`` and its like as escaped HTML attributes. True is the bare name; None, False and
    "" leave it out, so that a template can pass an attribute that is sometimes there."""
    wanted = {
        name.replace("_", "-"): value
        for name, value in attrs.items()
        if value not in (None, False, "")
    }
    return flatatt(wanted)


def render(component: str, /, **values: Any) -> SafeString:
    """``templates/components/<component>.html`` with ``values`` and nothing else."""
    return render_to_string(f"components/{component}.html", values)
