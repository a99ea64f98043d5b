"""The commands of docker-compose.yml, as they stand, without containers.

What is replaced is only what a container would bring: the program's path, the addresses of
PostgreSQL and Redis, the folder of the secrets, and a free loopback port for 8000.
"""

import base64
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from scripts import services
from tests.processes import descendants, is_alive, wait_until

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

BASE = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((BASE / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
HOST = "shalijin.example"


class Production:
    """The site in its large shape; ``run`` and ``start`` take a service's name."""

    def __init__(self, folder, database, broker):
        self.folder, self.port, self.started = folder, services.free_port(), {}
        secrets = {
            "database_password": "",
            "broker_url": broker.url(0),
            "cache_url": broker.url(1),
            "secret_key": "k7Qw-" * 15,
            "field_keys": base64.b64encode(b"f" * 32).decode(),
            "blind_index_key": base64.b64encode(b"b" * 32).decode(),
            "email_password": "mail-password",
        }
        (folder / "secrets").mkdir()
        for name, value in secrets.items():
            (folder / "secrets" / name).write_text(value or "unused-with-a-unix-socket")
        self.database = database

    def environment(self, name):
        environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        for variable, value in COMPOSE[name]["environment"].items():
            environment[variable] = str(value).replace("/run/secrets", f"{self.folder}/secrets")
        return environment | {
            "SHALIJIN_DATA": f"{self.folder}/data",
            "STATIC_ROOT": f"{self.folder}/collected",
            "DATABASE_URL": self.database.url,
            # What .env would say.
            "BASE_URL": f"https://{HOST}",
            "DEFAULT_FROM_EMAIL": f"hello@{HOST}",
            "EMAIL_URL": f"smtp+ssl://hello@smtp.{HOST}:465",
        }

    def command(self, words):
        swaps = {"python": sys.executable, "0.0.0.0": "127.0.0.1", "8000": str(self.port)}
        words = [swaps.get(word, word) for word in words]
        return [re.sub(r"^(web|127\.0\.0\.1):8000$", f"127.0.0.1:{self.port}", w) for w in words]

    def run(self, name, words=None):
        return subprocess.run(
            self.command(words or COMPOSE[name]["command"]),
            cwd=BASE,
            env=self.environment(name),
            capture_output=True,
            text=True,
            timeout=120,
        )

    def start(self, name):
        with (self.folder / f"{name}.log").open("wb") as log:
            self.started[name] = subprocess.Popen(
                self.command(COMPOSE[name]["command"]),
                cwd=BASE,
                env=self.environment(name),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def healthcheck(self, name):
        return self.run(name, COMPOSE[name]["healthcheck"]["test"][1:])

    def get(self, path, **headers):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            headers={"Host": HOST, "X-Forwarded-Proto": "https", **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read().decode(errors="replace")


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    """A migrated site with its four lasting processes running."""
    folder = tmp_path_factory.mktemp("production")
    (folder / "data").mkdir()
    try:
        services.find_redis()
        with services.postgres() as database, services.redis() as broker:
            site = Production(folder, database, broker)
            # What the image does when it is built.
            for command in ("compile_translations", "build_assets"):
                built = site.run("web", ["python", "manage.py", command])
                assert built.returncode == 0, built.stderr
            migrated = site.run("migrate")
            assert migrated.returncode == 0, migrated.stdout + migrated.stderr
            try:
                for name in ("web", "worker", "bulk", "beat"):
                    site.start(name)
                wait_until(lambda: site.healthcheck("web").returncode == 0, 40)
                yield site
            finally:
                for process in site.started.values():
                    if process.poll() is None:
                        os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
    except services.ServiceMissing as missing:
        pytest.skip(f"the production shape needs PostgreSQL and Redis: {missing}")


def test_it_serves_a_page_that_is_safe_to_show(production):
    status, headers, body = production.get("/")

    assert status == 200, production.log("web")
    assert "<!doctype html>" in body.lower()
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    static = re.findall(r'(?:href|src)="(/static/[^"#]+)"', body)
    assert static
    for path in static:
        status, headers, _ = production.get(path)
        assert status == 200, path
        assert "immutable" in headers["Cache-Control"], path


def test_it_refuses_other_names_and_sends_plain_http_to_https(production):
    assert production.get("/", Host="evil.example")[0] == 400

    plain = urllib.request.Request(f"http://127.0.0.1:{production.port}/", headers={"Host": HOST})
    with pytest.raises(urllib.error.HTTPError) as moved:
        urllib.request.build_opener(NoRedirect).open(plain, timeout=20)
    assert moved.value.code == 301
    assert moved.value.headers["Location"] == f"https://{HOST}/"
    moved.value.close()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def test_a_ring_of_beat_reaches_the_worker_through_redis(production):
    ran = re.compile(r"Task community\.look\[[^]]+\] succeeded|community\.look.*succeeded")

    wait_until(lambda: ran.search(production.log("worker")), 45)

    assert "community.look" not in production.log("bulk")


def test_every_part_calls_itself_well(production):
    for name in ("web", "worker", "bulk", "beat"):
        checked = wait_until(
            lambda name=name: (found := production.healthcheck(name)).returncode == 0 and found, 45
        )
        assert checked.stdout == ""


def test_a_stop_is_graceful_and_leaves_nobody(production):
    pids = [p.pid for p in production.started.values()]
    everybody = pids + [below for pid in pids for below in descendants(pid)]

    began = time.monotonic()
    for process in production.started.values():
        process.terminate()
    codes = {name: process.wait(40) for name, process in production.started.items()}

    assert codes == {"web": 0, "worker": 0, "bulk": 0, "beat": 0}
    assert time.monotonic() - began < 30
    assert [pid for pid in everybody if is_alive(pid)] == []
    assert production.healthcheck("web").returncode == 1
