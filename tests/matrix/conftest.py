from collections.abc import Iterator

import pytest

from tests.matrix.knock import Knocker
from tests.matrix.tables import in_the_world


@pytest.fixture(scope="module")
def knocker(django_db_setup, django_db_blocker) -> Iterator[Knocker]:
    """Somebody at every door; the world is built once for each file of tests."""
    with django_db_blocker.unblock(), in_the_world() as found:
        yield found
