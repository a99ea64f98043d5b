from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.utils import translation

from tests.cohorts.learning.helpers import Scene, noon, scene


@pytest.fixture(autouse=True)
def english_and_no_limits() -> Iterator[None]:
    """The sentences in these tests are the English ones; rate limits outlive a test."""
    cache.clear()
    with translation.override("en"):
        yield
    cache.clear()


@pytest.fixture
def at_noon() -> Iterator[Any]:
    """Noon of the third day; ``move_to`` goes elsewhere."""
    with time_machine.travel(noon(3), tick=False) as clock:
        yield clock


@pytest.fixture
def s(db, at_noon) -> Scene:
    made = scene()
    made.enter()
    return made
