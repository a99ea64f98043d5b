"""The morning after, half past seven by the room's clock."""

import pytest
import time_machine
from django.utils import translation

from tests.community.highlights.helpers import MORNING


@pytest.fixture
def morning():
    with translation.override("en"), time_machine.travel(MORNING, tick=False) as clock:
        yield clock
