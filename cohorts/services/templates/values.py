"""Readers of single values in a template file: text in, value out, or ValueError with the reason."""

import re
from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from cohorts.models.calendar import ImpossibleDay, parse_clock
from community.services import placeholders

LONGEST_TEXT = 12_000
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
DUE = re.compile(r"(daily|[A-Za-z]+\d*(?:[+-]\d+)?) +(\S+)\Z")
is_web_address = URLValidator(schemes=["http", "https"])


def text(given: str) -> str:
    """Any text, its lines without trailing spaces."""
    if len(given) > LONGEST_TEXT:
        raise ValueError(
            _("It has %(length)d characters; %(limit)d are the most.")
            % {"length": len(given), "limit": LONGEST_TEXT}
        )
    return "\n".join(line.rstrip() for line in given.strip("\n").splitlines()).rstrip()


def filled(given: str) -> str:
    """A text with placeholders of the closed list."""
    found = text(given)
    if wrong := placeholders.problems(found):
        raise ValueError(" ".join(reason for _line, reason in wrong))
    return found


def line(longest: int) -> Callable[[str], str]:
    def read(given: str) -> str:
        found = given.strip()
        if "\n" in found:
            raise ValueError(_("It must stand on one line."))
        if len(found) > longest:
            raise ValueError(
                _("It has %(length)d characters; %(limit)d are the most.")
                % {"length": len(found), "limit": longest}
            )
        return found

    return read


def key(given: str) -> str:
    if len(given) > 40 or not KEY.match(given):
        raise ValueError(
            _("“%(value)s” is no key. Use small letters, digits and single hyphens, at most 40.")
            % {"value": given}
        )
    return given


def number(least: int, most: int) -> Callable[[str], int]:
    def read(given: str) -> int:
        if not re.fullmatch(r"-?\d{1,9}", given) or not least <= int(given) <= most:
            raise ValueError(
                _("“%(value)s” is no whole number from %(least)d to %(most)d.")
                % {"value": given, "least": least, "most": most}
            )
        return int(given)

    return read


def truth(given: str) -> bool:
    if given not in ("true", "false"):
        raise ValueError(_("“%(value)s” is neither true nor false.") % {"value": given})
    return given == "true"


def choice(known: Iterable[str]) -> Callable[[str], str]:
    words = list(known)

    def read(given: str) -> str:
        if given not in words:
            raise ValueError(
                _("“%(value)s” is not known here. Use one of: %(known)s.")
                % {"value": given, "known": ", ".join(words)}
            )
        return given

    return read


def clock(given: str) -> str:
    try:
        parse_clock(given)
    except ImpossibleDay as error:
        raise ValueError(str(error)) from error
    return given


def link(given: str) -> str:
    try:
        is_web_address(given)
    except ValidationError as error:
        raise ValueError(
            _("“%(value)s” is no address. It begins with http:// or https://.") % {"value": given}
        ) from error
    return given


def due(given: str) -> str:
    """``D4 10:00``, ``opening-1 19:30`` or ``daily 08:30``; whether the day exists is checked with
    the whole template."""
    match = DUE.match(given.strip())
    if match is None:
        raise ValueError(
            _(
                "“%(value)s” does not say when. Write it like D4 10:00, opening-1 19:30 "
                "or daily 08:30."
            )
            % {"value": given}
        )
    return f"{match[1]} {clock(match[2])}"


def language(given: str) -> str:
    return choice(code for code, _name in settings.LANGUAGES)(given)


def announced(given: str) -> str:
    """``preparation``, ``closing`` or the number of a day."""
    if given in ("preparation", "closing"):
        return given
    return str(number(1, 366)(given))
