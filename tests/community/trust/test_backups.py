"""Backups: written whole, read back, refused when damaged, restored on hold. Both databases."""

import gzip
import io
import json
import stat
import tarfile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from PIL import Image

from community import clock
from community.errors import DomainError
from community.models import AuditEvent, Look, Member, Switch
from community.services import audit, backups, field_keys, uploads
from community.services.backups import postgresql
from community.trust import crypto, triggers
from tests.factories import MemberFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor == 'postgresql' and not postgresql._candidates('pg_dump')",
        reason="pg_dump is not installed: apt install postgresql-client",
    ),
]

whatever_the_engine = pytest.mark.slow


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.KEYS_DIR = tmp_path / "keys"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.FIELD_KEYS = []
    crypto.forget_keys()
    yield
    crypto.forget_keys()


def photo():
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "green").save(out, "JPEG")
    return io.BytesIO(out.getvalue())


@pytest.fixture
def house():
    """A person with a picture and a recorded deed, as of the backup."""
    ada = MemberFactory(handle="ada")
    audit.record("space.opened", actor=ada)
    return ada, uploads.store_image(owner=ada, file=photo(), kind="avatar", audience="members")


def test_everything_comes_back_and_delivery_waits(house, tmp_path):
    ada, picture = house
    before = picture.path.read_bytes()
    archive = backups.create()
    MemberFactory(handle="later")
    uploads.delete(picture)
    Member.objects.filter(pk=ada.pk).update(display_name="Changed")

    told = []
    backups.restore(archive, yes=True, say=told.append)

    assert [member.handle for member in Member.objects.all()] == ["ada"]
    assert Member.objects.get().display_name == ada.display_name
    assert picture.path.read_bytes() == before
    assert AuditEvent.objects.count() == 1
    assert triggers.missing() == []
    hold = Switch.objects.get()
    assert hold.name == "hold"
    assert archive.name in hold.reason
    assert "before-restore" in told[0]


@whatever_the_engine
def test_what_was_replaced_can_be_had_back(house):
    archive = backups.create()
    MemberFactory(handle="later")
    told = []
    backups.restore(archive, yes=True, say=told.append)
    kept = backups.newest()
    assert kept.name.endswith("-before-restore.tar.gz")

    backups.restore(kept, yes=True)

    assert Member.objects.filter(handle="later").exists()


def test_the_archive_is_private_and_says_what_is_in_it(house):
    archive = backups.create()

    with tarfile.open(archive) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
        names = set(tar.getnames())
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert manifest["rows"]["community_member"] == 1
    assert manifest["engine"] == connection.vendor
    assert manifest["with_keys"] is False
    assert set(manifest["files"]) | {"manifest.json"} == names
    assert not [name for name in names if name.startswith("keys/")]
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]


@whatever_the_engine
def test_with_keys_another_machine_can_read_the_protected_fields(house, settings, tmp_path):
    field_keys.prove()
    lost = crypto.keyring().active
    archive = backups.create(with_keys=True)
    settings.KEYS_DIR = tmp_path / "other machine"
    crypto.forget_keys()
    assert crypto.keyring().active != lost

    backups.restore(archive, yes=True)

    assert lost in crypto.keyring().keys
    assert field_keys.prove() == []


@whatever_the_engine
def test_without_keys_the_restore_says_what_cannot_be_read(house, settings, tmp_path):
    field_keys.prove()
    lost = crypto.keyring().active
    archive = backups.create()
    settings.KEYS_DIR = tmp_path / "other machine"
    crypto.forget_keys()

    told = []
    backups.restore(archive, yes=True, say=told.append)

    assert any(lost in sentence for sentence in told)


@whatever_the_engine
def test_people_are_not_replaced_without_yes(house):
    archive = backups.create()

    with pytest.raises(DomainError, match="Members in this database: 1. Repeat with --yes"):
        backups.restore(archive)
    assert Switch.objects.count() == 0


@whatever_the_engine
def test_a_running_worker_is_noticed(house):
    archive = backups.create()
    Look.objects.create(way="bell", at=clock.now())

    with pytest.raises(DomainError, match="Stop the site and its workers first"):
        backups.restore(archive, yes=True)


def rewritten(archive, change):
    """``archive`` with the content of its files changed by ``change(name, bytes)``."""
    out = archive.with_name("changed.tar.gz")
    with tarfile.open(archive) as old, tarfile.open(out, "w:gz") as new:
        for member in old:
            body = change(member.name, old.extractfile(member).read())
            if body is not None:
                member.size = len(body)
                new.addfile(member, io.BytesIO(body))
    return out


def flip_last_byte(name, body):
    return body if name == "manifest.json" else body[:-1] + bytes([body[-1] ^ 1])


DAMAGES = {
    "a changed byte": lambda archive: rewritten(archive, flip_last_byte),
    "a missing picture": lambda archive: rewritten(
        archive, lambda name, body: None if name.startswith("media/") else body
    ),
    "no manifest": lambda archive: rewritten(
        archive, lambda name, body: None if name == "manifest.json" else body
    ),
    "cut off": lambda archive: _cut(archive),
    "not an archive": lambda archive: _text(archive),
    "a file outside": lambda archive: _outside(archive),
}


def _cut(archive):
    out = archive.with_name("cut.tar.gz")
    out.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    return out


def _text(archive):
    out = archive.with_name("text.tar.gz")
    out.write_bytes(gzip.compress(b"hello"))
    return out


def _outside(archive):
    out = archive.with_name("outside.tar.gz")
    with tarfile.open(out, "w:gz") as tar:
        info = tarfile.TarInfo("../escaped")
        info.size = 1
        tar.addfile(info, io.BytesIO(b"x"))
    return out


@whatever_the_engine
def test_a_damaged_backup_is_refused_and_changes_nothing(house, tmp_path):
    archive = backups.create()
    MemberFactory(handle="later")

    for name, damage in DAMAGES.items():
        with pytest.raises(DomainError, match=r"damaged|not a backup"):
            backups.restore(damage(archive), yes=True)
        assert Member.objects.count() == 2, name
    assert not (tmp_path.parent / "escaped").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".backup-")]


def test_a_backup_that_holds_less_than_the_database_is_no_backup(house, monkeypatch):
    """The control of the verification: rows lost on the way are noticed."""
    engine = backups._engine()
    honest = engine.dump

    def one_row_more(folder):
        rows = honest(folder)
        return rows | {"community_member": rows["community_member"] + 1}

    monkeypatch.setattr(engine, "dump", one_row_more)

    with pytest.raises(DomainError, match=r"does not hold .* \(community_member\)"):
        backups.create()
    assert backups.newest() is None


@whatever_the_engine
def test_a_backup_of_another_engine_is_named(house, monkeypatch):
    archive = backups.create()
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[connection.vendor]
    real = backups.archive.unpack

    def of_other_engine(source, folder):
        manifest = real(source, folder)
        manifest.engine = other
        return manifest

    monkeypatch.setattr(backups.archive, "unpack", of_other_engine)
    with pytest.raises(DomainError, match=f"The backup is of {other}"):
        backups.restore(archive, yes=True)


@whatever_the_engine
def test_the_commands_say_what_they_did(house, capsys):
    call_command("backup")
    assert "is written and verified" in capsys.readouterr().out

    with pytest.raises(CommandError, match="Repeat with --yes"):
        call_command("restore", str(backups.newest()))
    call_command("restore", str(backups.newest()), "--yes")
    assert "Delivery is held" in capsys.readouterr().out


@pytest.mark.postgres
@pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="runs with DATABASE_URL=postgres://"
)
class TestPostgresTools:
    def test_a_missing_tool_is_named(self, settings, tmp_path):
        settings.PG_BIN = str(tmp_path)
        with pytest.raises(DomainError, match="pg_dump is not on this machine"):
            backups.create()

    def test_an_older_tool_is_refused(self, settings, tmp_path):
        old = tmp_path / "pg_dump"
        old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
        old.chmod(0o755)
        settings.PG_BIN = str(tmp_path)
        with pytest.raises(DomainError, match="is version 9, and the server is"):
            backups.create()

    def test_without_the_right_to_make_a_database_it_says_what_was_not_tried(
        self, house, monkeypatch
    ):
        monkeypatch.setattr(postgresql.secrets, "token_hex", lambda _n: 'x" no database name')
        told = []
        backups.create(say=told.append)

        assert "was not tried out" in told[0]
