"""What Django's ``check`` asks of us. An error refuses to start; what only production must have is
asked by ``check --deploy``, and what needs the database by ``check --database default``."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from community.models.field_key_proof import FieldKeyProof
from community.services import guards
from community.trust import crypto

KNOWN = "known"
PLACE = {"table": "check", "column": "check", "row": "check"}


@checks.register(checks.Tags.security)
def keys_work(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """The keyring can be read, and a known value sealed with it opens."""
    try:
        if crypto.unseal(crypto.seal(KNOWN, **PLACE), **PLACE) == KNOWN:
            return []
        reason = "A value that was just sealed does not open."
    except (ImproperlyConfigured, crypto.CryptoError) as error:
        reason = str(error)
    return [checks.Error(reason, id="community.E120")]


@checks.register(checks.Tags.security, deploy=True)
def production_brings_its_own_keys(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """Keys made in silence on a container's disk are lost with the container."""
    found: list[checks.CheckMessage] = []
    for number, name in enumerate(("FIELD_KEYS", "BLIND_INDEX_KEY"), start=121):
        if not getattr(settings, name):
            found.append(
                checks.Error(
                    f"{name} is not set. Set it (or {name}_FILE) to a key of your own and keep a "
                    "copy of it away from the backups.",
                    id=f"community.E{number}",
                )
            )
    if settings.BLIND_INDEX_KEY and settings.BLIND_INDEX_KEY in settings.FIELD_KEYS:
        found.append(
            checks.Error(
                "BLIND_INDEX_KEY is one of FIELD_KEYS. Make a key of its own: it is never rotated.",
                id="community.E123",
            )
        )
    return found


@checks.register(checks.Tags.caches, deploy=True)
def rate_limits_are_shared(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """A cache of each process alone counts each process alone."""
    backend = settings.CACHES["default"]["BACKEND"]
    if backend.endswith((".LocMemCache", ".DummyCache")):
        return [
            checks.Error(
                f"The cache is {backend.rsplit('.', 1)[-1]}, which web processes do not share, so "
                "rate limits would not hold. Set CACHE_URL to redis://…",
                id="community.E124",
            )
        ]
    return []


@checks.register(checks.Tags.database)
def guards_are_in_place(
    app_configs: Any, databases: Sequence[str] | None = None, **options: Any
) -> list[checks.CheckMessage]:
    """Warnings, because ``migrate`` asks this too and is what mends it; ``up`` and ``/readyz/``
    refuse."""
    if not databases or "default" not in databases:
        return []
    if FieldKeyProof._meta.db_table not in connection.introspection.table_names():
        return []  # before the first migrate
    return [
        checks.Warning(sentence, id=f"community.W13{number}")
        for number, sentence in enumerate(guards.problems().values())
    ]
