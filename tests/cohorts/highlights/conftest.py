from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.utils import translation

from tests.cohorts.highlights.helpers import MORNING
from tests.cohorts.learning.helpers import Scene, scene


@pytest.fixture
def clock() -> Iterator[Any]:
    cache.clear()
    with translation.override("en"), time_machine.travel(MORNING, tick=False) as moved:
        yield moved
    cache.clear()


@pytest.fixture
def s(db, clock) -> Scene:
    """With the assistant at the desk."""
    made = scene()
    made.enter(made.assistant)
    return made
