"""Doctor: plain sentences about what is not well, and what to do."""

import datetime as dt
import json
import os

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from community import clock
from community.models import Look
from community.registry import Finding, HealthCheck, health_checks
from community.services import doctor, field_keys
from community.services.doctor import data, machine
from community.trust import crypto, triggers


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


def test_every_check_has_something_to_say(db):
    lines = doctor.examine()

    assert [line.name for line in lines][: len(doctor.CHECKS)] == [
        name for name, _ in doctor.CHECKS
    ]
    assert {"delivery-broker", "delivery-look", "mail"} < {line.name for line in lines}
    for line in lines:
        assert line.finding.state in doctor.STATES
        assert str(line.finding.text).endswith((".", "。"))
        assert line.finding.state == "ok" or line.finding.todo


def test_a_check_that_breaks_is_a_finding(db):
    def broken():
        raise RuntimeError("no such thing")

    health_checks.register("broken", HealthCheck(run=broken))
    try:
        (line,) = doctor.examine(["broken"])
    finally:
        health_checks.unregister("broken")
    assert line.finding.state == "fail"
    assert "RuntimeError: no such thing" in line.finding.text


def test_the_command_fails_when_something_is_wrong(db, capsys):
    triggers.remove(["community_auditevent"])

    with pytest.raises(SystemExit) as end:
        call_command("doctor", "triggers", "--lang=en")
    assert end.value.code == 1
    told = capsys.readouterr().out
    assert "✗ triggers: Recorded deeds could be changed" in told
    assert "→ Run manage.py install_triggers" in told


def test_the_command_speaks_to_programs(db, capsys):
    call_command("doctor", "triggers", "migrations", "--json", "--lang=en")

    told = json.loads(capsys.readouterr().out)
    assert told["well"] is True
    assert [check["name"] for check in told["checks"]] == ["migrations", "triggers"]
    assert {check["state"] for check in told["checks"]} == {"ok"}


def state(finding):
    assert isinstance(finding, Finding)
    return finding.state


def test_the_clock(db, settings):
    assert state(machine.clock_is_right()) == "ok"
    settings.CLOCK_OFFSET = dt.timedelta(days=2)
    settings.CLOCK_OFFSET_TEXT = "+2d"
    assert state(machine.clock_is_right()) == "warn"
    settings.CLOCK_OFFSET = dt.timedelta()
    Look.objects.create(way="bell", at=clock.now() + dt.timedelta(hours=3))
    assert "put back" in machine.clock_is_right().text


@pytest.mark.postgres
@pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="runs with DATABASE_URL=postgres://"
)
def test_a_clock_apart_from_the_database(db, monkeypatch):
    monkeypatch.setattr(machine.time, "time", lambda: clock.now().timestamp() + 9)
    assert "differ by -9" in machine.clock_is_right().text


def test_a_machine_that_lives_in_the_past(db):
    with time_machine.travel(dt.datetime(1970, 1, 1, tzinfo=dt.UTC)):
        assert state(machine.clock_is_right()) == "fail"


def test_the_disk(monkeypatch, tmp_path):
    def with_free(megabytes):
        usage = machine.shutil._ntuple_diskusage(10**12, 0, megabytes * 2**20)
        monkeypatch.setattr(machine.shutil, "disk_usage", lambda _path: usage)
        return state(machine.disk_has_room())

    assert [with_free(n) for n in (100, 600, 10**6)] == ["fail", "warn", "ok"]


def test_the_memory(monkeypatch):
    def with_free(megabytes):
        monkeypatch.setattr(machine, "_available_memory", lambda: megabytes * 2**20)
        return state(machine.memory_has_room())

    assert [with_free(n) for n in (30, 100, 500)] == ["fail", "warn", "ok"]
    monkeypatch.setattr(machine, "_available_memory", lambda: None)
    assert state(machine.memory_has_room()) == "ok"


def test_keys_that_others_can_read(settings):
    crypto.keyring()
    settings.DATA_DIR.chmod(0o700)
    assert state(machine.folders_are_private()) == "ok"
    settings.DATA_DIR.chmod(0o705)
    assert state(machine.folders_are_private()) == "warn"
    os.chmod(crypto.keys_path(), 0o644)
    assert "field.keys" in machine.folders_are_private().text


def test_a_lost_key(db, settings, tmp_path):
    field_keys.prove()
    assert state(data.keys_open()) == "ok"
    settings.KEYS_DIR = tmp_path / "other"
    crypto.forget_keys()
    assert state(data.keys_open()) == "fail"


def test_the_database_says_what_it_is(db):
    finding = data.database_is_set_up()

    if connection.vendor == "sqlite":
        assert state(finding) == "ok"
        assert "WAL" in finding.text
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        keeps_what_was_saved = cursor.fetchone()[0] == "on"
    # The suite's own server is fast because it may forget, and that is to be noticed.
    assert state(finding) == ("ok" if keeps_what_was_saved else "fail")
    assert ("answers" if keeps_what_was_saved else "fsync") in finding.text


def test_an_old_backup(settings):
    assert state(data.backup_is_fresh()) == "warn"
    settings.BACKUP_DIR.mkdir()
    backup = settings.BACKUP_DIR / "shalijin-20260101-000000.tar.gz"
    backup.write_bytes(b"x")
    assert state(data.backup_is_fresh()) == "ok"
    a_day_and_more = clock.now().timestamp() - 30 * 3600
    os.utime(backup, (a_day_and_more, a_day_and_more))
    assert "30 hours old" in data.backup_is_fresh().text
