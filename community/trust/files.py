"""Private files that several processes may write at once: whole or not at all."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def write_once(path: Path, make: Callable[[], str]) -> str:
    """Return the text of ``path``, writing ``make()`` there (0600) if it does not exist yet.

    Safe between processes: the file appears complete or not at all, and of several writers
    exactly one wins; the others read what the winner wrote.
    """
    try:
        return path.read_text("ascii")
    except FileNotFoundError:
        pass
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    _write_private(draft, make())
    try:
        os.link(draft, path)  # fails if somebody else was first; never overwrites
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text("ascii")


def replace_private(path: Path, text: str) -> None:
    """Put ``text`` into ``path`` (0600) so that a reader sees the old or the new, never a half."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    _write_private(draft, text)
    os.replace(draft, path)


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
