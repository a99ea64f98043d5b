"""INSERT … SELECT, which the ORM has not: many rows in one statement, without a row in Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

# A random id that the database makes itself, 16 signs of 4 bits.
NEW_ID = {
    "postgresql": "substr(replace(gen_random_uuid()::text, '-', ''), 1, 16)",
    "sqlite": "lower(hex(randomblob(8)))",
}


@dataclass(frozen=True)
class Sql:
    """An expression in the words of the database; ``{who}`` is the chosen key."""

    text: str
    parameters: tuple[Any, ...] = ()


def new_id() -> Sql:
    """A fresh id for each row."""
    return Sql(NEW_ID[connection.vendor])


def insert_select(
    model: type[models.Model],
    columns: Mapping[str, Any],
    chosen: models.QuerySet,
    *,
    known_by: tuple[str, ...],
) -> int:
    """One row of ``model`` for each row of ``chosen``, whose first column is the key that
    ``Sql("{who}")`` stands for; a row that is there already by the unique fields ``known_by`` is
    left alone. Returns how many were written. One statement, in the caller's transaction.

    ``columns`` names every field that has no default in the database, with a value or an ``Sql``.
    Names come from the models, values are parameters.
    """
    quote = connection.ops.quote_name
    inner, inner_parameters = chosen.query.sql_with_params()
    names: list[str] = []
    expressions: list[str] = []
    parameters: list[Any] = []
    for name, value in columns.items():
        field = _column(model, name)
        names.append(quote(field.column))
        if isinstance(value, Sql):
            expressions.append(value.text.replace("{who}", "chosen.who"))
            parameters.extend(value.parameters)
        else:
            expressions.append("%s")
            parameters.append(field.get_db_prep_save(value, connection))
    conflict = ", ".join(quote(_column(model, name).column) for name in known_by)
    with connection.cursor() as cursor:
        cursor.execute(
            # "WHERE true" tells SQLite that ON belongs to the INSERT and not to a join.
            f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(names)}) "  # noqa: S608
            f"SELECT {', '.join(expressions)} FROM ({inner}) AS chosen WHERE true "
            f"ON CONFLICT ({conflict}) DO NOTHING",
            [*parameters, *inner_parameters],
        )
        return cursor.rowcount


def _column(model: type[models.Model], name: str) -> Any:
    """The field of that name, which has a column."""
    return model._meta.get_field(name)
