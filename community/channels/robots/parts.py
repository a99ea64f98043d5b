"""What goes to a robot, what comes back, and what an adapter has to say about both."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

# Keys are ids and hexadecimal numbers; anything else was not copied whole.
KEY = re.compile(r"[0-9A-Za-z_-]{16,128}")


@dataclass(frozen=True)
class RobotText:
    """A finished text for one group, in the robot's language.

    ``more`` is the line that ends a text that is too long, with the link to the rest. ``to`` is
    the robot's key: like the address of a mail, it never stands in an error.
    """

    platform: str
    to: str
    secret: str
    text: str
    more: str = ""

    def __repr__(self) -> str:  # in logs and tracebacks: without the key
        return f"<RobotText for {self.platform}>"


@dataclass(frozen=True)
class Answer:
    """What a platform answered: the status and, if it is one, the JSON object."""

    status: int
    body: Mapping[str, Any] | None
    retry_after: int | None = None


@dataclass(frozen=True)
class Adapter:
    """One platform. ``request`` gives (address, body) of one text; ``code_of`` the number in its
    answer, 0 for "sent" and None when there is none; ``faults`` says what a number means, and
    ``fault_of`` what the words beside it add where one number stands for several faults."""

    platform: str
    most_bytes: int
    path: str
    key_name: str  # of the parameter that holds the key; "" when it is the end of the path
    request: Callable[[RobotText, str, dt.datetime], tuple[str, dict[str, Any]]]
    code_of: Callable[[Mapping[str, Any]], tuple[int | None, str]]
    faults: Mapping[int, str]
    fault_of: Callable[[int, str], str] | None = None
    # How long the platform keeps the door shut after too many messages.
    pause: dt.timedelta = field(default=dt.timedelta(minutes=1))

    def fault(self, code: int, said: str) -> str:
        """What a number other than 0 means, in one word. ``other`` if it is not in the table."""
        found = self.faults.get(code, "other")
        return self.fault_of(code, said) if self.fault_of and found == "security" else found

    @property
    def base(self) -> str:
        """Where the platform is, as the settings say. Nothing is ever sent elsewhere."""
        return str(settings.ROBOT_BASES[self.platform]).rstrip("/")

    def key_in(self, pasted: str) -> str:
        """The key in what a person pasted: the address that the platform shows, or the key alone.

        Only the key is taken; host and path are ours. "" when it is no address of this platform.
        """
        pasted = pasted.strip()
        if KEY.fullmatch(pasted):
            return pasted
        try:
            parts = urlsplit(pasted)
            host = parts.hostname
        except ValueError:
            return ""
        base = urlsplit(self.base)
        path = base.path.rstrip("/") + self.path
        if parts.scheme not in ("http", "https") or host != base.hostname:
            return ""
        if self.key_name:
            named = parse_qs(parts.query).get(self.key_name, [])
            key = named[0] if len(named) == 1 and parts.path == path else ""
        else:
            key = parts.path.removeprefix(path) if parts.path.startswith(path) else ""
        return key if KEY.fullmatch(key) else ""


def number(value: Any) -> int | None:
    """A code as a number, whether it came as one or as text."""
    if isinstance(value, bool):
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def cut(text: str, more: str, most_bytes: int) -> str:
    """``text``, or as much of it as fits together with ``more``: whole paragraphs, else whole
    lines, else whole characters. Bytes are what the platforms count. Pure."""
    if len(text.encode()) <= most_bytes:
        return text
    tail = f"\n\n{more}" if more else ""
    room = most_bytes - len(tail.encode())
    for end in ("\n\n", "\n"):
        kept = ""
        for part in text.split(end):
            longer = f"{kept}{end}{part}" if kept else part
            if len(longer.encode()) > room:
                break
            kept = longer
        if kept.strip():
            return kept.rstrip() + tail
    return text.encode()[: max(room, 0)].decode(errors="ignore") + tail
