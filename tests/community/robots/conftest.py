"""A platform for the robots of a test, and pages in English."""

import pytest
from django.test import Client

from tests.community.robots.fakes import running_platform


@pytest.fixture
def client():
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def platform(settings):
    """One server that plays all platforms."""
    with running_platform() as running:
        settings.ROBOT_BASES = dict.fromkeys(settings.ROBOT_BASES, running.base)
        yield running
