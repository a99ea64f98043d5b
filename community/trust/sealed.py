"""A text field that is sealed in the database and plain on the instance."""

from typing import Any

from django.core import checks
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from community.trust import crypto


class Sealed(str):
    """A value as it stands in the database; opened when it is read from its instance."""

    __slots__ = ()


class OpenOnRead(DeferredAttribute):
    """Opens the value the first time it is read, because only the instance knows its row."""

    def __get__(self, instance: models.Model | None, cls: type | None = None) -> Any:
        if instance is None:
            return self
        if self.field.attname not in instance.__dict__:
            # Deferred: fetched together with the row's id, without which it does not open.
            instance.refresh_from_db(fields=[self.field.attname, self.field.row])
        value = instance.__dict__[self.field.attname]
        if isinstance(value, Sealed):
            value = self.field.open_for(instance, value)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):
    """Text that nobody reads in the database, a dump or a backup without the key.

    Bound to its table, its column and the instance's ``row`` field, an id that Python assigns.
    Empty stays empty. A query can neither compare nor write it: only an instance, saved or
    bulk-created, knows its row; ``update(field="")`` wipes it.
    """

    descriptor_class = OpenOnRead

    def __init__(self, *args: Any, row: str = "public_id", **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        if self.row != "public_id":
            kwargs["row"] = self.row
        return name, path, args, kwargs

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *self._check_row()]

    def _check_row(self) -> list[checks.CheckMessage]:
        rows = [field for field in self.model._meta.fields if field.name == self.row]
        if rows and rows[0].unique and callable(rows[0].default) and not rows[0].editable:
            return []
        return [
            checks.Error(
                f"{self.model._meta.label}.{self.name} needs a field {self.row!r} with "
                "unique=True, editable=False and a default that Python makes: the seal is bound to "
                "it, and must know it before the row is saved.",
                obj=self,
                id="community.E101",
            )
        ]

    def place(self, instance: models.Model) -> dict[str, Any]:
        """Where a value of ``instance`` belongs: the keyword arguments of seal and unseal."""
        table = instance._meta.concrete_model._meta.db_table  # type: ignore[union-attr]
        return {
            "table": table,
            "column": self.column,
            "row": getattr(instance, self.row),
        }

    def open_for(self, instance: models.Model, value: str) -> str:
        return crypto.unseal(str(value), **self.place(instance))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return Sealed(value) if value else value

    def to_python(self, value: Any) -> Any:
        # Fixtures carry the sealed text (see value_to_string); it must not be sealed twice.
        return Sealed(value) if crypto.is_sealed(value) else super().to_python(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if not value or isinstance(value, Sealed):
            return value
        return Sealed(crypto.seal(str(value), **self.place(model_instance)))

    def get_prep_value(self, value: Any) -> Any:
        if value is None or value == "" or isinstance(value, Sealed):
            return value if value is None else str(value)
        raise TypeError(
            f"{self.model._meta.label}.{self.name} is sealed: set it on an instance and save that. "
            "A query can neither compare nor write its text."
        )

    def get_lookup(self, lookup_name: str):
        # "is it empty?" is the only thing a query can ask.
        return super().get_lookup(lookup_name) if lookup_name in {"exact", "isnull"} else None

    def value_to_string(self, obj: models.Model) -> str:
        """Fixtures and dumps get the sealed text, never the plain one."""
        return str(self.pre_save(obj, add=False) or "")
