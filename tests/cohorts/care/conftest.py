from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.utils import translation

from tests.cohorts.board.helpers import Scene, scene
from tests.cohorts.care.helpers import NOW


@pytest.fixture(autouse=True)
def third_day() -> Iterator[None]:
    """The morning of D3, in English; no rate limit is used up."""
    cache.clear()
    with time_machine.travel(NOW, tick=False), translation.override("en"):
        yield
    cache.clear()


@pytest.fixture
def s(db) -> Scene:
    """A camp with a lead, two assistants and a learner; its assistant is signed in."""
    found = scene()
    found.client.cookies["django_language"] = "en"
    return found
