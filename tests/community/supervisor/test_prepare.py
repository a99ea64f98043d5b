"""What is prepared is remembered, and what is missing is a sentence."""

import json

import pytest
from django.core.management import call_command

from community.errors import DomainError
from community.models import AuditEvent
from community.supervisor import prepare as preparing
from community.supervisor.prepare import prepare
from community.trust import triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def steps(monkeypatch):
    """The names of the commands that ran; they really run, but for those that build files."""
    ran = []

    def note(name, **options):
        ran.append(name)
        if name not in ("build_assets", "compile_translations"):
            call_command(name, **options)

    monkeypatch.setattr(preparing, "call_command", note)
    return ran


def test_a_second_start_prepares_nothing_until_something_changes(tmp_path, steps):
    said = []
    prepare(tmp_path, say=said.append)
    own = ["compile_translations", "build_assets", "migrate", "install_triggers", "check"]
    assert steps == [*own, "install_templates"]
    assert said == ["Preparing database, translations and static files"]

    steps.clear()
    prepare(tmp_path, say=said.append)
    assert steps == []

    stamp = json.loads((tmp_path / preparing.STAMP).read_text())
    stamp["database"][1] -= 1  # as after the restore of an older backup
    (tmp_path / preparing.STAMP).write_text(json.dumps(stamp))
    prepare(tmp_path, say=said.append)
    assert "migrate" in steps


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_a_broken_stamp_means_that_everything_is_prepared_again(tmp_path, steps, content):
    (tmp_path / preparing.STAMP).write_text(content)

    prepare(tmp_path, say=lambda _: None)

    assert "migrate" in steps


def test_a_lost_trigger_refuses_the_start_and_names_the_command(tmp_path, steps):
    prepare(tmp_path, say=lambda _: None)
    with triggers.suspended(AuditEvent):
        with pytest.raises(DomainError, match=r"manage\.py install_triggers"):
            prepare(tmp_path, say=lambda _: None)


def test_a_folder_of_the_project_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    def refuse(name, **_):
        raise PermissionError(13, "Permission denied", "/opt/shalijin/static/dist/app.css")

    monkeypatch.setattr(preparing, "call_command", refuse)

    with pytest.raises(DomainError, match=r"static/dist/app.css cannot be written"):
        prepare(tmp_path, say=lambda _: None)
