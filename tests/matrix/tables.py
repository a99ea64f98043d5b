"""All tables together, and the world that they speak of."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pkgutil import iter_modules

from django.db import transaction

from tests import matrix
from tests.matrix.knock import Knocker
from tests.matrix.routes import Route
from tests.matrix.world import build

MODULES = [
    import_module(f"tests.matrix.{name}")
    for _, name, _ in iter_modules(matrix.__path__)
    if name.startswith("table_")
]
ROUTES: list[Route] = [route for module in MODULES for route in module.ROUTES]
# Of several rows of one address the one without a case.
BY_NAME = {route.name: route for route in sorted(ROUTES, key=lambda r: r.case, reverse=True)}


@contextmanager
def in_the_world() -> Iterator[Knocker]:
    """The world with what each table adds, in a transaction that is never committed."""
    with transaction.atomic():
        world = build()
        for module in MODULES:
            if add := getattr(module, "add_to", None):
                world.more |= add(world)
        yield Knocker(world)
        transaction.set_rollback(True)
