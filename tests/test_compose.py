"""The files of the large shape: valid, pinned, closed, and in step with each other."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

BASE = Path(settings.BASE_DIR)
COMPOSE_FILE = BASE / "docker-compose.yml"
COMPOSE = yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OWN = ("migrate", "web", "worker", "bulk", "beat")
DOCKERFILE = (BASE / "Dockerfile").read_text(encoding="utf-8")
EXAMPLE = BASE / ".env.example"


def test_compose_file_is_valid_against_the_specification():
    checked = subprocess.run(
        [
            Path(sys.executable).with_name("check-jsonschema"),
            *("--builtin-schema", "vendor.compose-spec", COMPOSE_FILE),
        ],
        capture_output=True,
        text=True,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_parts_are_the_agreed_ones():
    assert set(SERVICES) == {"proxy", "postgres", "redis", *OWN}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_image_is_pinned_and_can_come_from_a_mirror(name):
    image = SERVICES[name]["image"]

    if name in OWN:
        assert image == "${SHALIJIN_IMAGE:-shalijin:0.1.0}"
        assert set(SERVICES[name]["build"]["args"]) == {
            *("IMAGE_PREFIX", "PYPI_MIRROR", "DEBIAN_MIRROR")
        }
    else:
        assert re.fullmatch(r"\$\{IMAGE_PREFIX:-\}[a-z]+:\d+\.\d+(\.\d+)?-[a-z]+", image)


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_is_watched_and_restarted(name):
    service = SERVICES[name]

    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert service["healthcheck"]["interval"]
    assert service["logging"]["options"]["max-size"]


def test_only_the_proxy_can_be_reached_from_outside():
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}
    assert not any(service.get("network_mode") for service in SERVICES.values())


@pytest.mark.parametrize("name", OWN)
def test_our_own_containers_have_no_rights(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service  # the image's own, which is not root


def test_whatever_is_named_exists():
    for name, service in SERVICES.items():
        for other in service.get("depends_on", {}):
            assert other in SERVICES, name
        for secret in service.get("secrets", []):
            assert secret in COMPOSE["secrets"], name
        for mount in service.get("volumes", []):
            source = mount.partition(":")[0]
            if source.startswith("./"):
                assert (BASE / source).exists(), mount
            else:
                assert source in COMPOSE["volumes"], mount
    used = {mount.partition(":")[0] for s in SERVICES.values() for mount in s.get("volumes", [])}
    assert set(COMPOSE["volumes"]) <= used


def test_data_outlives_its_container():
    assert "postgres:/var/lib/postgresql/data" in SERVICES["postgres"]["volumes"]
    assert "redis:/data" in SERVICES["redis"]["volumes"]
    assert SERVICES["web"]["volumes"] == ["data:/data"] == SERVICES["worker"]["volumes"]


def test_secrets_come_from_files_only():
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|KEYS?$|KEY_FILE|BROKER|CACHE", name):
                assert name.endswith("_FILE"), name
                assert value.startswith("/run/secrets/"), name
                assert value.removeprefix("/run/secrets/") in service["secrets"], name
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("./secrets/")


def test_make_secrets_writes_every_secret_but_the_mail_password(tmp_path):
    (tmp_path / "deploy").mkdir()
    script = tmp_path / "deploy" / "make-secrets.sh"
    script.write_text((BASE / "deploy" / "make-secrets.sh").read_text())

    made = subprocess.run(["sh", script], capture_output=True, text=True, check=True)

    folder = tmp_path / "secrets"
    assert {path.name for path in folder.iterdir()} == set(COMPOSE["secrets"]) - {"email_password"}
    assert "secrets/email_password is missing" in made.stderr
    password = (folder / "redis_password").read_text()
    assert (folder / "broker_url").read_text() == f"redis://:{password}@redis:6379/0"
    assert folder.stat().st_mode & 0o777 == 0o700
    before = {path.name: path.read_text() for path in folder.iterdir()}
    subprocess.run(["sh", script], capture_output=True, check=True)
    assert {path.name: path.read_text() for path in folder.iterdir()} == before


def test_a_queue_is_never_evicted():
    command = " ".join(SERVICES["redis"]["command"])

    assert "--maxmemory-policy noeviction" in command
    assert "--appendonly yes" in command


def test_every_manage_command_exists():
    text = COMPOSE_FILE.read_text() + DOCKERFILE
    text += "".join(unit.read_text() for unit in (BASE / "deploy/systemd").glob("*.service"))
    named = set(re.findall(r"manage\.py ([a-z_]+)", text)) - {"backup"}

    assert {"migrate", "install_triggers", "build_assets", "compile_translations", "up"} <= named
    assert named <= set(get_commands())


def words_of(command):
    """A command as one list of words, without the path of the program."""
    words = command if isinstance(command, list) else shlex.split(command)
    return words[1:] if "python" in words[0] else words


@pytest.mark.parametrize("name", ["web", "worker", "bulk", "beat"])
def test_the_native_units_run_what_the_containers_run(name):
    unit = (BASE / "deploy/systemd" / f"shalijin-{name}.service").read_text()
    native = words_of(re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)[1])

    # Outside a container the web server listens on loopback, behind the proxy.
    native = ["0.0.0.0" if word == "127.0.0.1" else word for word in native]
    assert sorted(native) == sorted(words_of(SERVICES[name]["command"]))


def test_the_image_and_compose_start_the_same_server():
    start = re.search(r"^CMD (\[.*\])", DOCKERFILE.replace("\\\n", " "), re.MULTILINE)[1]

    assert yaml.safe_load(start) == SERVICES["web"]["command"]


def test_the_image_is_small_closed_and_reproducible():
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

    assert stages == ["${IMAGE_PREFIX}${PYTHON_IMAGE}"] * 2
    assert re.search(r"^ARG PYTHON_IMAGE=python:3\.\d+\.\d+-slim-\w+$", DOCKERFILE, re.MULTILINE)
    assert "--require-hashes" in DOCKERFILE
    last = DOCKERFILE[DOCKERFILE.rindex("FROM ") :]
    assert re.search(r"^USER shalijin$", last, re.MULTILINE)
    assert last.index("USER shalijin") < last.index("\nCMD ")
    assert "HEALTHCHECK" in last
    ignored = (BASE / ".dockerignore").read_text().split()
    assert {".env", "secrets", "var", ".git"} <= set(ignored)


def test_database_and_its_client_are_of_one_version():
    server = re.search(r"postgres:(\d+)", SERVICES["postgres"]["image"])[1]

    assert f"postgresql-client-{server}" in DOCKERFILE


def test_the_proxy_sets_what_the_site_trusts():
    caddy = (BASE / "deploy/Caddyfile").read_text()

    assert "{$UPSTREAM" in caddy
    assert SERVICES["proxy"]["environment"]["UPSTREAM"] == "web:8000"
    # Caddy replaces X-Forwarded-* of clients unless it is told to trust somebody.
    assert "trusted_proxies" not in caddy


# .env.example ----------------------------------------------------------------------------------


def example_names():
    return set(re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))


def in_a_new_process(program, **environment):
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=BASE,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )


def test_the_example_lists_every_variable_that_the_settings_read(tmp_path):
    asked = in_a_new_process(
        "from config import env\n"
        "asked, real = set(), env.text\n"
        "def text(name, *rest):\n"
        "    asked.add(name)\n"
        "    return real(name, *rest)\n"
        "env.text = text\n"
        "import config.settings\n"
        "print(' '.join(asked))",
        SHALIJIN_MODE="small",
        SHALIJIN_DATA=str(tmp_path),
        **{
            f"OAUTH_{name}_CLIENT_{what}": "x"
            for name in ("WEIXIN", "WEIXIN_WEB", "FEISHU", "DINGTALK")
            for what in ("ID", "SECRET")
        },
    )
    assert asked.returncode == 0, asked.stderr
    for_compose = {"DATABASE_PASSWORD"} | set(
        re.findall(r"\$\{([A-Z_]+)", COMPOSE_FILE.read_text())
    )

    assert set(asked.stdout.split()) | for_compose == example_names()


def test_the_example_is_a_start_that_works(tmp_path):
    loaded = in_a_new_process(
        "from pathlib import Path\n"
        "from config import env\n"
        "env.load_dotenv(Path('.env.example'))\n"
        "import config.settings as s\n"
        "print(s.MODE, s.BASE_URL)",
        SHALIJIN_DATA=str(tmp_path),
    )

    assert loaded.stdout.split() == ["small", "https://shalijin.example"], loaded.stderr
