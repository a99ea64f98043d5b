"""The settings refuse what cannot be right before anything is served."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

PRODUCTION = {
    "SHALIJIN_MODE": "production",
    "SECRET_KEY": "k7Qw-" * 15,
    "BASE_URL": "https://shalijin.example",
    "DATABASE_URL": "postgres://shalijin:pw@db/shalijin",
    "CACHE_URL": "redis://cache:6379/1",
    "CELERY_BROKER_URL": "redis://broker:6379/0",
    "DEFAULT_FROM_EMAIL": "hello@shalijin.example",
    "EMAIL_URL": "smtp+ssl://hello:pw@mail.example:465",
    "FIELD_KEYS": "a:" + "QUFB" * 10 + "QUE=",
}


def load(tmp_path, **changes) -> subprocess.CompletedProcess:
    """Import the settings in a process of their own, with nothing else in the environment."""
    environment = {
        "PATH": os.environ["PATH"],
        "SHALIJIN_DATA": str(tmp_path),
        **PRODUCTION,
    }
    environment |= changes
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import config.settings as s; print(s.MODE, s.HTTPS, s.DEBUG)",
        ],
        cwd=settings.BASE_DIR,
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_production_settings_load(tmp_path):
    result = load(tmp_path)

    assert (result.stdout, result.returncode) == ("production True False\n", 0), result.stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is not set"),
        (
            {"BASE_URL": "http://shalijin.example"},
            "use an address that starts with https://",
        ),
        (
            {"DATABASE_URL": "sqlite:///x.db"},
            "starts with postgres:// or postgresql://",
        ),
        ({"CACHE_URL": "locmem://"}, "CACHE_URL is locmem"),
        ({"CELERY_BROKER_URL": "filesystem://"}, "starts with redis:// or rediss://"),
        ({"SHALIJIN_MODE": "prod"}, "use one of: demo, small, production, test."),
        ({"DEBUG": "true"}, "DEBUG is true in production"),
        ({"DEBUG": "1"}, "use 'true' or 'false'"),
        ({"PORT": "80800"}, "use a whole number from 1 to 65535"),
        ({"ALLOWED_HOSTS": "*"}, "name the hosts that serve this site"),
        ({"ADMIN_PATH": "Admin!"}, "use 4 to 40 small letters"),
        ({"SHALIJIN_CLOCK_OFFSET": "2 days"}, "write it like +2d3h"),
    ],
)
def test_settings_refuse_and_say_what_to_set(tmp_path, changes, sentence):
    result = load(tmp_path, **changes)

    assert result.returncode != 0
    assert sentence in result.stderr.splitlines()[-1]


def test_nothing_set_means_production_and_therefore_a_refusal(tmp_path):
    result = load(tmp_path, **dict.fromkeys(PRODUCTION))

    assert "is not set" in result.stderr.splitlines()[-1]


def test_demo_needs_nothing_and_keeps_its_key(tmp_path):
    nothing = dict.fromkeys(PRODUCTION) | {"SHALIJIN_MODE": "demo"}

    assert load(tmp_path, **nothing).stdout == "demo False False\n"
    key = (tmp_path / "keys" / "secret_key").read_text()
    assert load(tmp_path, **nothing).stdout == "demo False False\n"
    assert (tmp_path / "keys" / "secret_key").read_text() == key
    assert len(key) >= 50
