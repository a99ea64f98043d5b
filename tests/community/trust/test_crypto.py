"""Sealing single values: bound to their place, readable with old keys, closed without them."""

import multiprocessing
import os
import stat

import pytest
from django.core.exceptions import ImproperlyConfigured

from community.trust import crypto, files

PLACE = {"table": "stay", "column": "note", "row": "r1"}


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"
    settings.FIELD_KEYS = []
    settings.BLIND_INDEX_KEY = ""
    crypto.forget_keys()
    yield
    crypto.forget_keys()


def test_seal_gives_the_text_back_and_shows_nothing_of_it():
    sealed = crypto.seal("小雨，微信 abc", **PLACE)

    assert crypto.unseal(sealed, **PLACE) == "小雨，微信 abc"
    assert crypto.is_sealed(sealed)
    assert "abc" not in sealed
    assert crypto.seal("小雨，微信 abc", **PLACE) != sealed


@pytest.mark.parametrize("moved", [{"row": "r2"}, {"column": "name"}, {"table": "bed"}])
def test_a_value_copied_to_another_place_does_not_open(moved):
    sealed = crypto.seal("here", **PLACE)

    with pytest.raises(crypto.SealBroken, match="belongs to another row"):
        crypto.unseal(sealed, **{**PLACE, **moved})


def test_places_that_read_alike_when_joined_are_different_places():
    sealed = crypto.seal("here", table="ab", column="c", row="1")

    with pytest.raises(crypto.SealBroken):
        crypto.unseal(sealed, table="a", column="bc", row="1")


def test_any_changed_character_is_noticed():
    sealed = crypto.seal("here", **PLACE)
    start = len("v1.00000000.")

    for position in range(start, len(sealed.rstrip("="))):
        other = "A" if sealed[position] != "A" else "Q"
        with pytest.raises(crypto.CryptoError):
            crypto.unseal(sealed[:position] + other + sealed[position + 1 :], **PLACE)


def test_plain_text_in_a_sealed_column_is_refused():
    with pytest.raises(crypto.SealBroken, match="not a sealed value"):
        crypto.unseal("plain", **PLACE)


def test_a_new_first_key_seals_and_the_old_one_still_opens(settings):
    old, new = crypto.new_key(), crypto.new_key()
    settings.FIELD_KEYS = [old]
    sealed_before = crypto.seal("before", **PLACE)
    settings.FIELD_KEYS = [new, old]
    crypto.forget_keys()
    sealed_after = crypto.seal("after", **PLACE)

    assert crypto.unseal(sealed_before, **PLACE) == "before"
    assert crypto.sealed_with(sealed_after) == crypto.keyring().active
    assert crypto.sealed_with(sealed_before) != crypto.sealed_with(sealed_after)


def test_a_missing_key_is_named_and_nothing_is_returned(settings):
    settings.FIELD_KEYS = [crypto.new_key()]
    sealed = crypto.seal("gone", **PLACE)
    settings.FIELD_KEYS = [crypto.new_key()]
    crypto.forget_keys()

    with pytest.raises(crypto.KeyMissing, match=crypto.sealed_with(sealed)):
        crypto.unseal(sealed, **PLACE)


def test_production_makes_no_key_in_silence(settings):
    settings.MODE = "production"

    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS is empty"):
        crypto.seal("x", **PLACE)
    with pytest.raises(ImproperlyConfigured, match="BLIND_INDEX_KEY is empty"):
        crypto.blind_index("x", purpose="p")
    assert not settings.KEYS_DIR.exists()


def test_a_key_of_the_wrong_size_is_refused_without_showing_it(settings):
    settings.FIELD_KEYS = ["c2hvcnQ="]

    with pytest.raises(ImproperlyConfigured) as refusal:
        crypto.keyring()
    assert "FIELD_KEYS holds something that is not a key" in str(refusal.value)
    assert "c2hvcnQ" not in str(refusal.value)


def test_the_secret_key_is_no_field_key(settings):
    settings.SECRET_KEY = crypto.new_key()
    settings.FIELD_KEYS = [settings.SECRET_KEY]

    with pytest.raises(ImproperlyConfigured, match="repeats SECRET_KEY"):
        crypto.keyring()


def test_the_made_key_is_private_and_stays(settings):
    first = crypto.keyring().active
    crypto.forget_keys()

    assert crypto.keyring().active == first
    assert stat.S_IMODE(os.stat(crypto.keys_path()).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(settings.KEYS_DIR).st_mode) == 0o700


def test_a_key_that_another_process_adds_is_found(settings):
    crypto.seal("x", **PLACE)
    ours = crypto.keys_path().read_text()
    added = crypto.new_key()
    files.replace_private(crypto.keys_path(), f"{added}\n{ours}")
    settings.FIELD_KEYS = [added]
    crypto.forget_keys()
    sealed_there = crypto.seal("from the other process", **PLACE)
    settings.FIELD_KEYS = []
    crypto.forget_keys()

    assert crypto.unseal(sealed_there, **PLACE) == "from the other process"


def _write_mine(path, barrier, number, answers):
    barrier.wait()
    answers.put(files.write_once(path, lambda: f"key of {number}\n"))


def test_of_many_processes_one_writes_the_key_and_all_read_it(tmp_path):
    fork = multiprocessing.get_context("fork")
    for round_ in range(20):
        path = tmp_path / f"keys{round_}" / "field.keys"
        barrier, answers = fork.Barrier(6), fork.Queue()
        children = [
            fork.Process(target=_write_mine, args=(path, barrier, n, answers)) for n in range(6)
        ]
        for child in children:
            child.start()
        read = {answers.get(timeout=10) for _child in children}
        for child in children:
            child.join()

        assert read == {path.read_text()}
        assert [file.name for file in path.parent.iterdir()] == ["field.keys"]


def test_blind_index_finds_the_same_text_of_the_same_purpose_only():
    found = crypto.blind_index("13800000000", purpose="member.phone")

    assert found == crypto.blind_index("13800000000", purpose="member.phone")
    assert found != crypto.blind_index("13800000000", purpose="guest.phone")
    assert found != crypto.blind_index("13800000001", purpose="member.phone")
    assert len(found) == 64
