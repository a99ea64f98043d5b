import pytest
from django.core.cache import cache
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_english_and_without_old_limits():
    """Sentences are compared in English; rate limits of another test do not count here."""
    cache.clear()
    with translation.override("en"):
        yield
