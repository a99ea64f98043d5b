"""Queries that are written once.

Django puts the text of a query together whenever it is asked; with joins and conditions that takes
ten times as long as the answer. Where all readers of a page ask the same and only the values
differ, the text is written at the first asking and kept while the process lives:

    @written
    def _at(*, handle: Any) -> QuerySet[Member]:
        return Member.objects.active().filter(handle=handle).select_related("introduction")

    _at(handle="nanfeng")  # a list, as if the queryset had been evaluated: one query, each time

Only the text is kept, never an answer: whatever the query checks is checked each time.
"""

import copy
import datetime as dt
import inspect
from collections.abc import Callable
from functools import lru_cache, update_wrapper
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, QuerySet

Row = TypeVar("Row")
Value = int | str | dt.datetime
# Texts of one question. More would mean that what is given by position is a value and no shape.
TEXTS = 32


class Slot(Expression):
    """Where a value will stand. In filters and annotations it takes the place of the value."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class Written(Generic[Row]):
    """A function that makes a queryset, as a question that is put with values.

    What it takes by keyword only are its slots: a number, a text or a moment, never None and never
    several. What it takes by position shapes the text; each shape has a text of its own.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Row]]) -> None:
        update_wrapper(self, make)
        parameters = inspect.signature(make).parameters.values()
        self._slots = {
            one.name: Slot(one.name) for one in parameters if one.kind is one.KEYWORD_ONLY
        }
        self._make = make
        self._text = lru_cache(TEXTS)(self._write)

    def _write(self, vendor: str, *shape: Any) -> tuple[QuerySet[Any, Row], Any, str, Any]:
        """The queryset, its compiler (which knows which column is what), its text, and what goes
        into that: values that are always the same, and slots."""
        queryset = self._make(*shape, **self._slots)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        return queryset, compiler, *compiler.as_sql()

    def __call__(self, *shape: Any, **values: Value) -> list[Row]:
        """The rows. One query. Raises TypeError for a slot without a value, for a name that is no
        slot, and for None, which equals nothing in a database."""
        queryset, compiler, sql, params = self._filled(shape, values)
        # The queryset asks a compiler for the text and then reads the answer with it. This one has
        # the text, and belongs to this call and its thread.
        ready = copy.copy(compiler)
        ready.connection = connections[DEFAULT_DB_ALIAS]
        ready.as_sql = lambda: (sql, params)
        asked = queryset.using(DEFAULT_DB_ALIAS)
        asked.query.get_compiler = lambda using: ready  # type: ignore[method-assign,misc,assignment]
        return list(asked)

    def bare(self, *shape: Any, **values: Value) -> list[tuple[Any, ...]]:
        """The same as the database gives it: tuples of what needs no reading, such as keys and
        short texts. One query, in half the time."""
        _queryset, _compiler, sql, params = self._filled(shape, values)
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()

    def _filled(self, shape: Any, values: dict[str, Value]) -> tuple[QuerySet, Any, str, list[Any]]:
        if values.keys() != self._slots.keys() or None in values.values():
            raise TypeError(f"Give a value for each of {', '.join(self._slots)}; got {values}.")
        connection = connections[DEFAULT_DB_ALIAS]
        queryset, compiler, sql, params = self._text(connection.vendor, *shape)
        stored = {name: _stored(value, connection) for name, value in values.items()}
        filled = [stored[one.name] if isinstance(one, Slot) else one for one in params]
        return queryset, compiler, sql, filled


def _stored(value: Value, connection: Any) -> Any:
    """A moment as the database keeps it; everything else as it is."""
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def written(make: Callable[..., QuerySet[Any, Row]]) -> Written[Row]:
    """Decorates a function whose query differs from call to call in its values alone."""
    return Written(make)
