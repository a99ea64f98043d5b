"""Read settings from the environment, and refuse loudly what cannot be right.

Every helper raises ``ImproperlyConfigured`` with a sentence that names the variable, the value that
was found and what to set instead. An unset variable and an empty one are the same: an empty line
in a ``.env`` file means "use the default".
"""

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

from community.trust.files import write_once

REQUIRED = object()


def load_dotenv(path: Path) -> None:
    """Put the lines ``NAME=value`` of ``path`` into the environment; what is already set wins.

    Raises ImproperlyConfigured with the line number for a line that is no assignment.
    A missing file is fine.
    """
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, found, value = line.removeprefix("export ").partition("=")
        if not found or not name.strip().isidentifier():
            raise ImproperlyConfigured(
                f"{path.name}, line {number}: {line[:40]!r} is not NAME=value; "
                "put a # before it if it is a comment."
            )
        os.environ.setdefault(name.strip(), _unquoted(value.strip()))


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value.split(" #", 1)[0].rstrip()


def text(name: str, default: str | object = REQUIRED) -> str:
    """The value of ``name`` as it stands; without a default the variable is required."""
    value = os.environ.get(name, "")
    if value:
        return value
    if default is REQUIRED:
        raise ImproperlyConfigured(f"{name} is not set; set it in the environment or in .env.")
    return str(default)


def secret(name: str, default: str | object = REQUIRED) -> str:
    """Like ``text``, but ``NAME_FILE`` may name a file that holds the value (Docker secrets)."""
    file_name = os.environ.get(f"{name}_FILE", "")
    if not file_name:
        return text(name, default)
    if os.environ.get(name):
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; keep one of them.")
    try:
        value = Path(file_name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE is {file_name!r}, which cannot be read ({error.strerror}); "
            "point it at a readable file."
        ) from error
    if not value:
        raise ImproperlyConfigured(
            f"{name}_FILE is {file_name!r}, which is empty; write the value."
        )
    return value


def flag(name: str, default: bool) -> bool:
    """``true`` or ``false``, in any case."""
    value = text(name, str(default)).lower()
    if value not in {"true", "false"}:
        raise ImproperlyConfigured(f"{name} is {value!r}; use 'true' or 'false'.")
    return value == "true"


def integer(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """A whole number from ``least`` to ``most``."""
    value = text(name, str(default))
    limits = f"from {least} to {most}" if most is not None else f"of {least} or more"
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; use a whole number {limits}.") from None
    if number < least or (most is not None and number > most):
        raise ImproperlyConfigured(f"{name} is {number}; use a whole number {limits}.")
    return number


def hours(name: str, default: str) -> tuple[dt.time, dt.time]:
    """Two times of day, as in ``22:00-08:00``."""
    value = text(name, default)
    try:
        begins, ends = (dt.time.fromisoformat(part.strip()) for part in value.split("-"))
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; use two times of day, like 22:00-08:00."
        ) from None
    return begins, ends


def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """One word of ``choices``."""
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}; use one of: {', '.join(choices)}.")
    return value


def csv(name: str, default: str = "") -> list[str]:
    """Words between commas, without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def url(name: str, default: str | object = REQUIRED, *, schemes: tuple[str, ...]) -> SplitResult:
    """An address that starts with one of ``schemes``; a password in it may come by NAME_FILE."""
    value = secret(name, default)
    parts = urlsplit(value)
    if parts.scheme not in schemes:
        raise ImproperlyConfigured(
            f"{name} starts with {parts.scheme or value[:12]!r}; "
            f"use an address that starts with {' or '.join(f'{s}://' for s in schemes)}."
        )
    try:
        parts.port  # noqa: B018  reading it is the check
    except ValueError:
        raise ImproperlyConfigured(f"{name} has a port that is no number; use host:port.") from None
    return parts


def generated(name: str, path: Path, make: Callable[[], str]) -> str:
    """``name`` from the environment, or a value made once and kept in ``path`` (mode 0600).

    Two processes that start together agree on it.
    """
    value = secret(name, "")
    if value:
        return value
    try:
        value = write_once(path, make).strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be written or read ({error.strerror}). Make its folder writable for "
            "this user, or set SHALIJIN_DATA to another folder."
        ) from error
    if not value:
        raise ImproperlyConfigured(f"{path} is empty; delete it, and a new value is made.")
    return value
