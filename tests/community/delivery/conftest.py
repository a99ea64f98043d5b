"""Pages are read in English here, whatever the installation's first language is."""

import pytest
from django.test import Client


@pytest.fixture
def client():
    return Client(headers={"accept-language": "en"})
