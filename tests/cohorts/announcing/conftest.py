"""It is noon of the first day."""

import pytest
import time_machine

from tests.cohorts.announcing.helpers import D1, NOON_OF_D1, announce, member_of
from tests.cohorts.factories import CampFactory


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON_OF_D1, tick=False):
        yield


@pytest.fixture
def camp(db):
    camp = CampFactory(name="Writing", slug="writing", space__default_locale="en")
    announce(camp, D1, text="Good morning, {{ camp.name }}.\n\n{{ check_in.link }}")
    return camp


@pytest.fixture
def assistant(camp, client):
    member = member_of(camp, "assistant")
    client.force_login(member)
    return member
