"""Rotating keys while people write, and noticing a lost key at once."""

import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections, models
from django.test.utils import isolate_apps

from community.models import FieldKeyProof
from community.models.ids import new_public_id
from community.services import field_keys
from community.trust import crypto
from community.trust.sealed import EncryptedTextField
from tests.factories import MemberFactory


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"
    settings.FIELD_KEYS = []
    crypto.forget_keys()
    yield
    crypto.forget_keys()


@pytest.fixture
def Note(transactional_db, monkeypatch):
    with isolate_apps("community"):

        class Note(models.Model):
            public_id = models.CharField(
                max_length=16, unique=True, default=new_public_id, editable=False
            )
            text = EncryptedTextField(blank=True, null=True)

            class Meta:
                app_label = "community"
                db_table = "test_rotated_note"

        with connection.schema_editor() as editor:
            editor.create_model(Note)
        monkeypatch.setattr(
            field_keys, "sealed_fields", lambda: [(Note, Note._meta.get_field("text"))]
        )
        yield Note
        with connection.schema_editor() as editor:
            editor.delete_model(Note)


def keys_in_use(Note):
    return {
        crypto.sealed_with(value) for value in Note.objects.values_list("text", flat=True) if value
    }


def test_a_new_key_takes_over_and_the_old_one_can_go(Note):
    texts = [f"note {n}" for n in range(7)]
    Note.objects.bulk_create([Note(text=text) for text in texts])
    Note.objects.bulk_create([Note(text=""), Note(text=None)])
    field_keys.prove()
    old = crypto.keyring().active

    new = field_keys.add_key()
    steps = list(field_keys.rotate(batch=3))

    assert [step.resealed for step in steps if "note" in step.column] == [3, 3, 1]
    assert keys_in_use(Note) == {new}
    assert field_keys.retire() == [old]
    assert [note.text for note in Note.objects.order_by("pk")] == [*texts, "", None]


def test_second_factors_move_to_the_new_key_too(db):
    """Their secrets stand inside a column of allauth's; a key forgotten there locks people out."""
    adapter = get_adapter()
    data = {"secret": adapter.encrypt("TOTPSECRET"), "codes": [adapter.encrypt("code")], "used": 3}
    factor = Authenticator.objects.create(user=MemberFactory(), type="totp", data=data)
    field_keys.prove()
    old, new = crypto.keyring().active, field_keys.add_key()
    assert field_keys.retire() == []

    list(field_keys.rotate())

    factor.refresh_from_db()
    assert crypto.sealed_with(factor.data["secret"]) == new
    assert adapter.decrypt(factor.data["secret"]) == "TOTPSECRET"
    assert adapter.decrypt(factor.data["codes"][0]) == "code"
    assert factor.data["used"] == 3
    assert field_keys.retire() == [old]


def test_nothing_is_sealed_by_hand_where_rotation_does_not_look():
    """``crypto.seal`` outside the field is for the places listed in ``field_keys``."""
    allowed = {"adapters/mfa.py", "checks.py", "services/field_keys.py", "trust/sealed.py"}
    base = Path(settings.BASE_DIR) / "community"
    found = {
        path.relative_to(base).as_posix()
        for path in base.rglob("*.py")
        if "crypto.seal(" in path.read_text(encoding="utf-8")
    }
    assert found == allowed


def test_an_interrupted_rotation_goes_on_where_it_was(Note):
    Note.objects.bulk_create([Note(text=f"note {n}") for n in range(6)])
    old = crypto.keyring().active
    new = field_keys.add_key()

    next(field_keys.rotate(batch=2))  # killed after the first batch
    assert keys_in_use(Note) == {old, new}
    assert field_keys.retire() == []

    assert sum(step.resealed for step in field_keys.rotate(batch=2)) == 4
    assert {note.text for note in Note.objects.all()} == {f"note {n}" for n in range(6)}


def _rotate_in_a_child():
    connections.close_all()
    for _step in field_keys.rotate(batch=5):
        pass


@pytest.mark.slow
def test_twenty_kills_in_the_middle_of_rotations_leave_everything_readable(Note):
    Note.objects.bulk_create([Note(text=f"note {n}") for n in range(200)])
    field_keys.prove()
    fork, chance, half_done = multiprocessing.get_context("fork"), random.Random(7), 0
    for _key in range(5):
        field_keys.add_key()
        for _kill in range(4):
            connections.close_all()
            child = fork.Process(target=_rotate_in_a_child)
            child.start()
            time.sleep(chance.uniform(0.01, 0.15))
            os.kill(child.pid, signal.SIGKILL)
            child.join()
            half_done += len(keys_in_use(Note)) > 1

    list(field_keys.rotate(batch=50))

    assert half_done > 0  # else no kill has hit the middle, and nothing was tried
    assert keys_in_use(Note) == {crypto.keyring().active}
    assert {note.text for note in Note.objects.all()} == {f"note {n}" for n in range(200)}
    assert len(field_keys.retire()) == 5


def test_what_somebody_writes_meanwhile_is_hers(Note):
    note = Note.objects.create(text="before")
    field_keys.add_key()
    field = Note._meta.get_field("text")
    rows = field_keys._under_old_keys(Note, field, after=0, limit=10)

    note.text = "written meanwhile"
    note.save()

    assert field_keys._reseal(Note, field, rows) == 0
    assert Note.objects.get().text == "written meanwhile"


def test_a_lost_key_is_noticed_even_when_a_fresh_one_took_its_place(db, settings, tmp_path):
    assert field_keys.prove() == []
    lost = crypto.keyring().active
    settings.KEYS_DIR = tmp_path / "empty"
    crypto.forget_keys()

    assert field_keys.prove() == [lost]
    assert FieldKeyProof.objects.count() == 1  # the fresh key has not been taken for a good one


def test_prove_is_cheap(db, django_assert_num_queries):
    field_keys.prove()

    with django_assert_num_queries(1):
        assert field_keys.prove() == []


def test_the_command_tells_what_it_did(Note, capsys):
    Note.objects.create(text="one")
    field_keys.prove()

    call_command("rotate_field_keys", "--new")

    told = capsys.readouterr().out
    assert "test_rotated_note.text: sealed anew 1." in told
    assert "seals nothing here any more" in told


def test_a_key_from_the_environment_is_not_replaced_behind_its_back(db, settings):
    settings.FIELD_KEYS = [crypto.new_key()]
    crypto.forget_keys()

    with pytest.raises(CommandError, match="come from FIELD_KEYS"):
        call_command("rotate_field_keys", "--new")
