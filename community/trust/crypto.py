"""Sealing of single values: AES-256-GCM, keys that can be rotated, look-ups without reading.

A sealed value is text: ``v1.<key id>.<base64url of nonce and ciphertext>``. The table, the
column and the row are associated data, so a value copied to another place does not open.

Keys come from ``settings.FIELD_KEYS`` (first one seals, all of them open). Where none is set and
the mode allows it, one is made once in ``settings.KEYS_DIR``. Losing the keys loses the values:
a missing key is an error that names the key, never an empty text.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from community.trust.files import write_once

KEY_BYTES = 32
NONCE_BYTES = 12
FIELD_KEYS_FILE = "field.keys"
INDEX_KEY_FILE = "index.key"
SEALED = re.compile(r"v1\.([0-9a-f]{8})\.([A-Za-z0-9_-]+={0,2})\Z")


class CryptoError(Exception):
    """A sealed value cannot be read or written."""


class KeyMissing(CryptoError):
    """The key a value was sealed with is not in the keyring."""


class SealBroken(CryptoError):
    """The value was changed, or stands in another row or column than the one it was sealed for."""


@dataclass(frozen=True)
class Keyring:
    """Keys by id. The first seals; every key opens."""

    keys: dict[str, bytes]
    source: str

    @property
    def active(self) -> str:
        return next(iter(self.keys))


def key_id(key: bytes) -> str:
    """The name of a key inside sealed values: says nothing about the key itself."""
    return hashlib.sha256(b"shalijin field key id\0" + key).hexdigest()[:8]


def new_key() -> str:
    """A fresh random key in the form FIELD_KEYS takes (base64 of 32 bytes)."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def parse_key(text: str, *, name: str) -> bytes:
    """Decode one key, or raise ImproperlyConfigured naming ``name`` and never the key."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(
            f"{name} holds something that is not a key: a key is base64 of {KEY_BYTES} random "
            "bytes, as printed by: python -c "
            '"import base64,os;print(base64.b64encode(os.urandom(32)).decode())"'
        )
    return key


def _ring(texts: Iterable[str], *, name: str) -> Keyring:
    keys = [parse_key(text, name=name) for text in texts]
    for key in keys:
        if base64.b64encode(key).decode("ascii") == settings.SECRET_KEY:
            raise ImproperlyConfigured(
                f"{name} repeats SECRET_KEY. Make a key of its own: rotating one would lose "
                "the values sealed with the other."
            )
    return Keyring({key_id(key): key for key in keys}, name)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]


def keys_path() -> Path:
    """Where generated field keys stand, one a line, the newest first."""
    return Path(settings.KEYS_DIR) / FIELD_KEYS_FILE


def may_generate() -> bool:
    """Production brings its own keys: one made in silence on a new disk would hide a loss."""
    return settings.MODE != "production"


def load_keyring() -> Keyring:
    """Read the keys from settings, else from (or into) KEYS_DIR. Raises ImproperlyConfigured."""
    if settings.FIELD_KEYS:
        return _ring(settings.FIELD_KEYS, name="FIELD_KEYS")
    path = keys_path()
    if not may_generate() and not path.exists():
        raise ImproperlyConfigured(
            "FIELD_KEYS is empty, and without a key no protected field can be read or written. "
            "Set FIELD_KEYS (or FIELD_KEYS_FILE) to at least one key; several are separated by "
            "commas, the newest first."
        )
    return _ring(_lines(write_once(path, lambda: new_key() + "\n")), name=str(path))


class _Cache:
    """The keyring and the index key of this process; re-read when the key file changes."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self.ring: Keyring | None = None
        self.index: bytes | None = None

    def keyring(self, *, wanted: str | None = None) -> Keyring:
        """The keyring; read again when ``wanted`` is unknown (another process added a key)."""
        with self.lock:
            if self.ring is None or (wanted and wanted not in self.ring.keys):
                self.ring = load_keyring()
            return self.ring

    def index_key(self) -> bytes:
        with self.lock:
            if self.index is None:
                self.index = _load_index_key()
            return self.index


_cache = _Cache()
keyring = _cache.keyring
forget_keys = _cache.clear


def _load_index_key() -> bytes:
    if settings.BLIND_INDEX_KEY:
        return parse_key(settings.BLIND_INDEX_KEY, name="BLIND_INDEX_KEY")
    path = Path(settings.KEYS_DIR) / INDEX_KEY_FILE
    if not may_generate() and not path.exists():
        raise ImproperlyConfigured(
            "BLIND_INDEX_KEY is empty, and without it nobody is found by phone number. Set "
            "BLIND_INDEX_KEY (or BLIND_INDEX_KEY_FILE) to one key, and never change it afterwards."
        )
    return parse_key(write_once(path, lambda: new_key() + "\n"), name=str(path))


def _bound_to(table: str, column: str, row: object) -> bytes:
    # Lengths in front, so that ("ab", "c") and ("a", "bc") never bind alike.
    parts = [table, column, str(row)]
    return b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)


def seal(text: str, *, table: str, column: str, row: object) -> str:
    """Encrypt ``text`` for one place. ``row`` must be known before it is saved (a public_id)."""
    ring = keyring()
    nonce = secrets.token_bytes(NONCE_BYTES)
    box = AESGCM(ring.keys[ring.active])
    sealed = nonce + box.encrypt(nonce, text.encode(), _bound_to(table, column, row))
    return f"v1.{ring.active}.{base64.urlsafe_b64encode(sealed).decode('ascii')}"


def unseal(value: str, *, table: str, column: str, row: object) -> str:
    """Decrypt a sealed value. Raises KeyMissing or SealBroken; never returns a wrong text."""
    place = f"{table}.{column}"
    found = SEALED.match(value)
    if not found:
        raise SealBroken(f"A value in {place} is not a sealed value; it was written past the seal.")
    name, body = found.groups()
    key = keyring(wanted=name).keys.get(name)
    if key is None:
        raise KeyMissing(
            f"A value in {place} was sealed with key {name}, which is not in "
            f"{keyring().source}. Put that key back; without it the value cannot be read."
        )
    try:
        sealed = base64.urlsafe_b64decode(body)
        nonce, box = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return AESGCM(key).decrypt(nonce, box, _bound_to(table, column, row)).decode()
    except (InvalidTag, ValueError) as error:
        raise SealBroken(
            f"A value in {place} does not open: it was changed, or belongs to another row."
        ) from error


def is_sealed(value: object) -> bool:
    """Whether ``value`` has the shape of a sealed value (says nothing about its key)."""
    return isinstance(value, str) and SEALED.match(value) is not None


def sealed_with(value: str) -> str:
    """The id of the key ``value`` was sealed with."""
    found = SEALED.match(value)
    return found.group(1) if found else ""


def blind_index(text: str, *, purpose: str) -> str:
    """A keyed fingerprint (64 hex digits) to look up a sealed value without opening it.

    The same text gives the same fingerprint only within one ``purpose``. Normalise the text
    first: a space more is another fingerprint.
    """
    message = len(purpose.encode()).to_bytes(4, "big") + purpose.encode() + text.encode()
    return hmac.new(_cache.index_key(), message, hashlib.sha256).hexdigest()
