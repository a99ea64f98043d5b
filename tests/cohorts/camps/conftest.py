from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils import translation

from tests.cohorts.camps.helpers import people_of


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The sentences in these tests are the English ones."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def no_limit_is_used_up() -> Iterator[None]:
    """Rate limits count in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def client(client, settings):
    """Guests read English here, too."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def team(db):
    """A space with its owner (``lead``), an assistant and a plain member."""
    return people_of("letters")


@pytest.fixture
def lead(client, team):
    """The test client, with the space's owner signed in."""
    client.force_login(team.lead)
    return client
