"""Few fixtures; rows come from tests/factories.py."""

import gc
import gettext
import io
import secrets

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from django.utils import translation
from django.utils.translation import trans_real

from community.trust import triggers
from tests.factories import MemberFactory


def pytest_configure(config):
    """A fresh checkout has no compiled catalogue, another has that of yesterday; tests that read
    Chinese need today's. What was loaded before is forgotten.

    The collector of garbage comes less often: by default it is a tenth of a run, and a third of the
    migrations."""
    gc.set_threshold(50_000, 20, 50)
    call_command("compile_translations", verbosity=0, stdout=io.StringIO())
    gettext._translations.clear()
    trans_real._translations.clear()
    trans_real._default = None


def pytest_collection_finish(session):
    """What has been loaded by now stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def append_only_tables_can_be_emptied_between_tests():
    """Tests with real transactions end by emptying every table, which the triggers refuse; they
    are lifted for that, and the migrate signal that follows the emptying puts them back."""
    empty = TransactionTestCase._fixture_teardown

    def lifted(case):
        for alias in case._databases_names(include_mirrors=False):
            if connections[alias].settings_dict["NAME"]:
                triggers.remove(triggers.append_only_tables(), alias)
        empty(case)

    TransactionTestCase._fixture_teardown = lifted
    yield
    TransactionTestCase._fixture_teardown = empty


@pytest.fixture
def in_english():
    """For tests of what services say: the default language is Chinese."""
    with translation.override("en"):
        yield


@pytest.fixture
def member(db):
    return MemberFactory()


@pytest.fixture
def signed_in(client, member):
    """The test client, with ``member`` signed in."""
    client.force_login(member)
    return client


@pytest.fixture(autouse=True)
def own_mailbox(settings):
    """Each test has a mailbox of its own, which is made when the first mail is written."""
    settings.MAILBOX_DIR = settings.DATA_DIR / "mailbox" / secrets.token_hex(6)
