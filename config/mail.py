"""The sender accounts and the limits of mail, read from the environment and from a file."""

import base64
import binascii
import tomllib
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = ("localhost", "127.0.0.1", "::1")
PORT_25 = (
    "names port 25, which is for mail between servers and closed at most providers; "
    "use 465 (encrypted from the start) or 587 (STARTTLS)."
)
SCHEMES = {465: "smtp+ssl", 587: "smtp+tls"}
KNOWN = {
    "address": str,
    "name": str,
    "host": str,
    "port": int,
    "tls": str,
    "user": str,
    "password_file": str,
    "per_hour": int,
    "per_day": int,
}
TLS = {"ssl": "smtp+ssl", "starttls": "smtp+tls", "none": "smtp"}


def senders(path_text: str) -> tuple[dict[str, Any], ...]:
    """The accounts in the TOML file EMAIL_SENDERS_FILE, each a [[sender]]; none without a file.

    Raises ImproperlyConfigured with a sentence that names the account and what to write instead.
    """
    if not path_text:
        return ()
    try:
        told = tomllib.loads(Path(path_text).read_text(encoding="utf-8"))
    except OSError as error:
        raise _wrong(f"is {path_text!r}, which cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(f"is {path_text!r}, which is no TOML: {error}.") from error
    entries = told.get("sender")
    if not isinstance(entries, list) or not entries or set(told) != {"sender"}:
        raise _wrong("holds no accounts; write a [[sender]] for each, and nothing else.")
    found = tuple(_sender(number, entry) for number, entry in enumerate(entries, start=1))
    addresses = [entry["address"].lower() for entry in found]
    for address in addresses:
        if addresses.count(address) > 1:
            raise _wrong(f"names {address} twice; keep one of the two.")
    return found


def _sender(number: int, entry: dict[str, Any]) -> dict[str, Any]:
    here = f"sender {number}"
    for key, value in entry.items():
        if key not in KNOWN:
            raise _wrong(f"{here} has {key!r}; known are {', '.join(KNOWN)}.")
        if not isinstance(value, KNOWN[key]) or isinstance(value, bool):
            wanted = "a text" if KNOWN[key] is str else "a whole number"
            raise _wrong(f"{here}: {key} must be {wanted}.")
    for key in ("address", "host", "port"):
        if not entry.get(key):
            raise _wrong(f"{here} has no {key}.")
    if "@" not in entry["address"]:
        raise _wrong(f"{here}: {entry['address']!r} is no address.")
    if entry["port"] == 25:
        raise _wrong(f"{here} {PORT_25}")
    if not 1 <= entry["port"] <= 65535:
        raise _wrong(f"{here}: port {entry['port']} does not exist.")
    if min(entry.get("per_hour", 0), entry.get("per_day", 0)) < 0:
        raise _wrong(f"{here}: a limit cannot be below 0; 0 is none.")
    return {
        "address": entry["address"],
        **({"name": entry["name"]} if entry.get("name") else {}),
        "scheme": _scheme(here, entry),
        "host": entry["host"],
        "port": entry["port"],
        "user": entry.get("user", ""),
        "password": _password(here, entry.get("password_file", "")),
        "per_hour": entry.get("per_hour", 0),
        "per_day": entry.get("per_day", 0),
    }


def _scheme(here: str, entry: dict[str, Any]) -> str:
    tls = entry.get("tls", "")
    if not tls and entry["port"] not in SCHEMES:
        raise _wrong(f'{here}: write tls = "ssl" or "starttls" for port {entry["port"]}.')
    if tls and tls not in TLS:
        raise _wrong(f"{here}: tls is {tls!r}; use one of: {', '.join(TLS)}.")
    scheme = TLS[tls] if tls else SCHEMES[entry["port"]]
    if scheme == "smtp" and entry["host"] not in LOOPBACK:
        raise _wrong(f"{here} would send the password to {entry['host']} unencrypted.")
    return scheme


def _password(here: str, path_text: str) -> str:
    if not path_text:
        return ""
    try:
        password = Path(path_text).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise _wrong(f"{here}: {path_text!r} cannot be read ({error.strerror}).") from error
    if not password:
        raise _wrong(f"{here}: {path_text!r} is empty; write the password into it.")
    return password


def domain_limits(words: list[str]) -> dict[str, tuple[int, int]]:
    """``qq.com=200/2000`` as {"qq.com": (an hour, a day)}; ``*`` is every other domain, 0 is none.

    Raises ImproperlyConfigured.
    """
    limits = {}
    for word in words:
        domain, _equals, figures = word.partition("=")
        hour, _slash, day = figures.partition("/")
        numbers = [text.strip() for text in (hour, day)]
        if not domain.strip() or not all(text.isascii() and text.isdigit() for text in numbers):
            raise ImproperlyConfigured(
                f"EMAIL_DOMAIN_LIMITS has {word!r}; write domain=an-hour/a-day, like "
                "qq.com=200/2000 (* is every other domain, 0 is no limit)."
            )
        limits[domain.strip().lower()] = (int(numbers[0]), int(numbers[1]))
    return limits


def check_webhook_secret(secret: str) -> None:
    """``whsec_`` and base64 of 24 bytes or more, or nothing. Raises ImproperlyConfigured."""
    if not secret:
        return
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < 24:
        raise ImproperlyConfigured(
            "EMAIL_WEBHOOK_SECRET is no secret of a webhook: it is whsec_ and base64 of 24 random "
            "bytes or more, as printed by: python -c "
            "\"import base64,os;print('whsec_'+base64.b64encode(os.urandom(32)).decode())\""
        )


def _wrong(sentence: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"EMAIL_SENDERS_FILE {sentence}")
