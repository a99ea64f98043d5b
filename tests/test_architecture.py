"""What the import linter cannot see: keys, names of routes, views, migrations. And that it sees."""

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.core.management import call_command
from django.db import models
from django.db.migrations.loader import MigrationLoader

from community.middleware.access import THIRD_PARTY, policy_of
from community.models import Member
from tests.matrix.routes import addresses

BASE = Path(settings.BASE_DIR)
LEVEL = {"community": 0, "cohorts": 1, "courses": 1, "shelters": 1}
OURS = tuple(LEVEL)
PACKAGES = ("config", *OURS)
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]

# Third parties whose keys to a member we cannot choose. A member is never deleted, so none fires.
CASCADES_OF_OTHERS = {
    "account.EmailAddress.user",
    "admin.LogEntry.user",
    "mfa.Authenticator.user",
    "socialaccount.SocialAccount.user",
    "usersessions.UserSession.user",
}


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in LEVEL]


def keys(model: type[models.Model]) -> list[models.ForeignKey]:
    return [field for field in model._meta.get_fields() if field.is_relation and field.concrete]


# Layers ---------------------------------------------------------------------------------------


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.slow
def test_imports_point_down():
    run = lint_imports(BASE)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "2 kept, 0 broken" in run.stdout


@pytest.mark.slow
def test_the_import_linter_sees_what_is_planted(tmp_path):
    for package in PACKAGES:
        shutil.copytree(
            BASE / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(BASE / "pyproject.toml", tmp_path)
    planted = {
        "community/services/planted.py": "import cohorts.apps",
        "courses/planted.py": "import shelters.apps",
        "community/models/planted.py": "import community.services.spaces",
        "community/rules_planted/__init__.py": "",
        "shelters/urls.py": "import config.settings",
    }
    for name, text in planted.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text + "\n")

    said = re.sub(r"\s+", " ", lint_imports(tmp_path).stdout)

    assert "0 kept, 2 broken" in said
    for illegal in (
        "community.services.planted -> cohorts.apps",
        "courses.planted -> shelters.apps",
        "community.models.planted -> community.services.spaces",
        "shelters.urls -> config.settings",
        "community.rules_planted",  # a module of no layer
    ):
        assert illegal in said


def test_the_import_linter_is_told_of_every_package():
    packages = {path.parent.name for path in BASE.glob("*/__init__.py")}
    assert packages - set(PACKAGES) <= {"tests", "scripts", "bench"}


# Keys ----------------------------------------------------------------------------------------


def test_keys_point_to_the_same_app_or_down():
    """A string like "courses.Course" is an import the import linter cannot see."""
    wrong = [
        f"{model._meta.label}.{key.name} -> {key.related_model._meta.label}"
        for model in our_models()
        for key in keys(model)
        if (other := key.related_model._meta.app_label) in LEVEL
        and other != model._meta.app_label
        and LEVEL[other] >= LEVEL[model._meta.app_label]
    ]
    assert wrong == []


def test_a_key_across_the_border_of_an_app_leaves_no_name_there():
    wrong = [
        f"{model._meta.label}.{key.name}"
        for model in our_models()
        for key in keys(model)
        if key.related_model._meta.app_label != model._meta.app_label
        and not key.remote_field.hidden
    ]
    assert wrong == []


def test_nothing_points_at_just_anything():
    generic = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.private_fields
        if isinstance(field, GenericForeignKey)
    ]
    assert generic == []


def test_a_member_cannot_be_deleted_under_what_points_at_her():
    found = {
        f"{model._meta.label}.{key.name}"
        for model in apps.get_models()
        for key in keys(model)
        if key.related_model is Member and key.remote_field.on_delete is not models.PROTECT
    }
    assert found == CASCADES_OF_OTHERS


def test_append_only_rows_carry_no_cascading_keys():
    only = [model for model in our_models() if getattr(model, "append_only", False)]
    allowed = (models.PROTECT, models.DO_NOTHING)
    wrong = [
        f"{model._meta.label}.{key.name}"
        for model in only
        for key in keys(model)
        if key.remote_field.on_delete not in allowed
    ]
    assert wrong == []
    assert "community.AuditEvent" in {model._meta.label for model in only}


# Templates -------------------------------------------------------------------------------------

_URL = re.compile(r"""{%-?\s*url\s+["']([\w-]+):""")
_TEMPLATE = re.compile(r"""{%-?\s*(?:include|extends)\s+["']([\w-]+)/""")


def test_templates_name_no_route_and_no_template_of_an_app_above():
    wrong = []
    for path in sorted((BASE / "templates").rglob("*.*")):
        owner = path.relative_to(BASE / "templates").parts[0]
        text = path.read_text()
        below = LEVEL.get(owner, 0)
        wrong += [
            f"{path.relative_to(BASE)} -> {app}"
            for app in _URL.findall(text) + _TEMPLATE.findall(text)
            if app in LEVEL and app != owner and LEVEL[app] >= max(below, 1)
        ]
    assert wrong == []


# Views ---------------------------------------------------------------------------------------


def test_every_address_has_an_access_policy():
    undeclared = [a.name for a in addresses() if policy_of(a.match) is None]
    assert undeclared == []


def test_the_table_for_third_parties_speaks_only_of_routes_there_are():
    assert sorted(set(THIRD_PARTY) - {address.name for address in addresses()}) == []


# Migrations ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_migrations_are_in_step_with_the_models():
    said = io.StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=said)
    except SystemExit:
        pytest.fail(f"Models and migrations differ: {said.getvalue()}")


def test_migrations_have_one_end_and_names_that_say_what_they_do():
    loader = MigrationLoader(None)
    ours = [(app, name) for app, name in loader.disk_migrations if app in OURS]
    automatic = re.compile(r"^\d{4}_(auto_|initial$|alter_)|_and_more$")
    assert [name for _app, name in ours if automatic.search(name)] == []
    assert {app: ends for app in OURS if len(ends := loader.graph.leaf_nodes(app)) > 1} == {}
