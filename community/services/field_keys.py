"""Keys of the sealed fields against what the database holds: can they be read, and by which key?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction

from community.models.field_key_proof import FieldKeyProof
from community.trust import crypto
from community.trust.files import replace_private
from community.trust.sealed import EncryptedTextField, Sealed

# allauth gives its hooks the text alone, so its secrets are bound to their column only.
MFA_PLACE = {"table": "mfa_authenticator", "column": "data", "row": "secret"}
# JSON columns of other apps in which we seal strings: model, column, place.
SEALED_JSON = (("mfa.Authenticator", "data", MFA_PLACE),)
KNOWN_TEXT = "沙里金 · gold in the sand"
BATCH = 500


def _place(key_id: str) -> dict[str, str]:
    return {"table": FieldKeyProof._meta.db_table, "column": "sealed", "row": key_id}


def prove() -> list[str]:
    """The ids of keys that sealed something here and are missing from the keyring, or do not open
    the known text. Remembers the active key on its first use. Two queries at most."""
    ring = crypto.keyring()
    broken = []
    proofs = dict(FieldKeyProof.objects.values_list("key_id", "sealed"))
    for key_id, sealed in proofs.items():
        try:
            opens = crypto.unseal(sealed, **_place(key_id)) == KNOWN_TEXT
        except crypto.CryptoError:
            opens = False
        if not opens:
            broken.append(key_id)
    if ring.active not in proofs and not broken:
        FieldKeyProof.objects.get_or_create(
            key_id=ring.active,
            defaults={"sealed": crypto.seal(KNOWN_TEXT, **_place(ring.active))},
        )
    return sorted(broken)


def add_key() -> str:
    """Put a fresh key on top of the key file and return its id; the others stay below it.

    For installations whose keys live in ``KEYS_DIR``; raises CryptoError where settings hold them.
    Running processes read the file again when they meet the new key.
    """
    if crypto.keyring().source != str(crypto.keys_path()):
        raise crypto.CryptoError(
            "The keys come from FIELD_KEYS: put a new key in front there, restart, and run this "
            "command again without --new."
        )
    text = crypto.new_key()
    replace_private(crypto.keys_path(), f"{text}\n{crypto.keys_path().read_text('ascii')}")
    crypto.forget_keys()
    prove()
    return crypto.key_id(crypto.parse_key(text, name="the new key"))


def sealed_fields() -> list[tuple[type[models.Model], EncryptedTextField]]:
    """Every sealed column of the project."""
    return [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedTextField)
    ]


@dataclass
class Progress:
    """What one batch did to one column."""

    column: str
    resealed: int


def rotate(*, batch: int = BATCH) -> Iterator[Progress]:
    """Seal everything anew with the first key, a batch in a transaction of its own.

    Safe while people work, safe to kill and to repeat: a row is written only if its value is
    still the one that was read, and what is already under the first key is left alone.
    """
    for model, field in sealed_fields():
        last = 0
        while rows := _under_old_keys(model, field, after=last, limit=batch):
            yield Progress(f"{model._meta.db_table}.{field.column}", _reseal(model, field, rows))
            last = rows[-1].pk
    for label, column, place in SEALED_JSON:
        yield _rotate_json(label, column, place)


def _rotate_json(label: str, column: str, place: dict[str, str]) -> Progress:
    """Seal the strings inside a JSON column anew, a row in a transaction of its own."""
    model, done = apps.get_model(label), 0
    for pk in model._base_manager.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = model._base_manager.select_for_update().filter(pk=pk).first()
            if row and _keys_in(getattr(row, column)) - {crypto.keyring().active}:
                setattr(row, column, _resealed(getattr(row, column), place))
                row.save(update_fields=[column])
                done += 1
    return Progress(f"{model._meta.db_table}.{column}", done)


def _keys_in(value: Any) -> set[str]:
    """The ids of the keys under which strings inside a JSON value are sealed."""
    if isinstance(value, dict):
        return {key for part in value.values() for key in _keys_in(part)}
    if isinstance(value, list):
        return {key for part in value for key in _keys_in(part)}
    return {crypto.sealed_with(value)} if crypto.is_sealed(value) else set()


def _resealed(value: Any, place: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _resealed(part, place) for name, part in value.items()}
    if isinstance(value, list):
        return [_resealed(part, place) for part in value]
    return crypto.seal(crypto.unseal(value, **place), **place) if crypto.is_sealed(value) else value


def _under_old_keys(model, field, *, after: int, limit: int) -> list[models.Model]:
    """The next rows that another key than the active one has sealed. One query."""
    active = f"v1.{crypto.keyring().active}."
    column = models.functions.Cast(field.attname, models.TextField())
    return list(
        model._base_manager.annotate(_sealed=column)
        .filter(pk__gt=after)
        .exclude(_sealed="")
        .exclude(_sealed=None)
        .exclude(_sealed__startswith=active)
        .order_by("pk")[:limit]
    )


@transaction.atomic
def _reseal(model, field, rows) -> int:
    done = 0
    for row in rows:
        # Compared and written as stored: a value somebody saved meanwhile stays hers.
        fresh = Sealed(crypto.seal(field.open_for(row, row._sealed), **field.place(row)))
        unchanged = model._base_manager.filter(pk=row.pk, **{field.attname: Sealed(row._sealed)})
        done += unchanged.update(**{field.attname: fresh})
    return done


def retire() -> list[str]:
    """Forget the proofs of keys that seal nothing any more, and return their ids: those keys may
    now be removed. One query for each sealed column."""
    in_use = {crypto.keyring().active}
    for model, field in sealed_fields():
        start = models.functions.Substr(
            models.functions.Cast(field.attname, models.TextField()), 4, 8
        )
        in_use.update(
            model._base_manager.annotate(_key=start).values_list("_key", flat=True).distinct()
        )
    for label, name, _place_of_it in SEALED_JSON:
        for value in apps.get_model(label)._base_manager.values_list(name, flat=True):
            in_use |= _keys_in(value)
    unused = FieldKeyProof.objects.exclude(key_id__in=[key for key in in_use if key])
    ids = sorted(unused.values_list("key_id", flat=True))
    unused.delete()
    return ids
