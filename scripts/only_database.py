"""A pytest plugin for the second database: leave out the tests that ask no database anything.

They have run with the first one, and their answer cannot differ.
"""

import pytest

FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what uses a database fixture, has the mark of one, or is marked ``postgres``."""
    kept = [item for item in items if asks_the_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not asks_the_database(item)])
    items[:] = kept


def asks_the_database(item: pytest.Item) -> bool:
    """Does this test open a connection, as far as its fixtures and marks say?"""
    marks = ("django_db", "postgres")
    return bool(FIXTURES & set(getattr(item, "fixturenames", ()))) or any(
        item.get_closest_marker(mark) for mark in marks
    )
