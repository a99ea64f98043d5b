"""What refuses to serve: lost keys and missing triggers."""

import pytest
from django.core import checks
from django.core.management import call_command

from community import checks as own_checks
from community.errors import DomainError
from community.services import field_keys, guards, readiness
from community.trust import crypto, triggers


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path, monkeypatch):
    settings.KEYS_DIR = tmp_path / "keys"
    settings.FIELD_KEYS = []
    monkeypatch.setattr(readiness, "_guarded", False)
    crypto.forget_keys()
    yield
    crypto.forget_keys()


def ids(found):
    return [message.id for message in found]


def test_all_is_well_in_a_fresh_house(db):
    assert guards.problems() == {}
    assert readiness.problems() == []
    assert own_checks.guards_are_in_place(None, databases=["default"]) == []


def test_a_missing_trigger_is_told_everywhere(db):
    triggers.remove(["community_auditevent"])

    assert list(guards.problems()) == ["triggers"]
    assert readiness.problems() == ["triggers"]
    assert ids(own_checks.guards_are_in_place(None, databases=["default"])) == ["community.W130"]
    with pytest.raises(DomainError, match="Run manage.py install_triggers"):
        guards.check()


def test_a_lost_key_is_told_everywhere(db, settings, tmp_path, client):
    field_keys.prove()
    lost = crypto.keyring().active
    settings.KEYS_DIR = tmp_path / "another"
    crypto.forget_keys()

    with pytest.raises(DomainError, match=lost):
        guards.check()
    response = client.get("/readyz/")
    assert response.status_code == 503
    assert response.json()["problems"] == ["field_keys"]


def test_production_without_keys_does_not_pass_its_check(settings):
    settings.MODE = "production"

    assert ids(own_checks.keys_work(None)) == ["community.E120"]
    settings.BLIND_INDEX_KEY = ""
    assert ids(own_checks.production_brings_its_own_keys(None)) == [
        "community.E121",
        "community.E122",
    ]


def test_two_purposes_need_two_keys(settings):
    settings.BLIND_INDEX_KEY = crypto.new_key()
    settings.FIELD_KEYS = [settings.BLIND_INDEX_KEY]

    assert ids(own_checks.production_brings_its_own_keys(None)) == ["community.E123"]


@pytest.mark.parametrize("name", ["locmem.LocMemCache", "dummy.DummyCache"])
def test_a_cache_of_each_process_alone_is_refused(settings, name):
    settings.CACHES = {"default": {"BACKEND": f"django.core.cache.backends.{name}"}}
    assert ids(own_checks.rate_limits_are_shared(None)) == ["community.E124"]

    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}
    assert own_checks.rate_limits_are_shared(None) == []


def test_the_checks_are_registered(db):
    names = {check.__name__ for check in checks.registry.registry.get_checks(True)}
    assert {"keys_work", "production_brings_its_own_keys", "rate_limits_are_shared"} <= names
    call_command("check", databases=["default"])
