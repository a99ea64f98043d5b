"""Few fixtures; rows come from tests/factories.py."""

import pytest

from tests.factories import MemberFactory


@pytest.fixture
def member(db):
    return MemberFactory()


@pytest.fixture
def signed_in(client, member):
    """The test client, with ``member`` signed in."""
    client.force_login(member)
    return client
