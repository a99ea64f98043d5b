"""The server is killed while somebody types, and started again: what she wrote is there."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.services import free_port
from tests.processes import wait_until

ROOT = Path(__file__).resolve().parents[2]
TEXT = "abcdefghijklmnopqrstuvwxyz" * 2
PER_SECOND = 4
PREPARE = """
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from community.models import Member
from community.services import consents
member = Member.objects.create_user("ahe@example.org", display_name="", locale="en")
consents.give(member=member, documents=[d for d in ("rules", "privacy")])
session = SessionStore()
session[SESSION_KEY] = str(member.pk)
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session[HASH_SESSION_KEY] = member.get_session_auth_hash()
session.create()
print("SESSION", session.session_key)
"""


class Server:
    """A real web process over a data folder of its own; ``kill`` leaves it no time to say goodbye."""

    def __init__(self, data: Path) -> None:
        self.port = free_port()
        self.env = {
            **{key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")},
            "SHALIJIN_MODE": "demo",
            "SHALIJIN_DATA": str(data),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PORT": str(self.port),
        }
        self.log = data / "server.log"

    def manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT, env=self.env, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
                    "--port", str(self.port), "config.wsgi:application",
                ],
                cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        wait_until(self.answers, 30)

    def answers(self) -> bool:
        asked = subprocess.run(
            ["curl", "-fs", "-m", "2", f"http://localhost:{self.port}/healthz/"],
            capture_output=True,
        )
        return asked.returncode == 0

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.mark.slow
def test_a_server_killed_while_she_types_costs_two_seconds_at_most(chromium, tmp_path):
    server = Server(tmp_path)
    server.manage("migrate", "--verbosity=0")
    server.manage("build_assets")
    told = server.manage("shell", "--verbosity=0", "-c", PREPARE)
    key = next(line.split()[1] for line in told.splitlines() if line.startswith("SESSION"))
    server.start()
    try:
        url = f"http://localhost:{server.port}"
        context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
        context.set_default_timeout(10_000)
        context.add_cookies([{"name": "sessionid", "value": key, "url": url}])
        page = context.new_page()
        page.goto(f"{url}/me/intro/3/")
        page.locator("#id_proud").focus()
        page.keyboard.type(TEXT, delay=1000 / PER_SECOND)
        server.kill()
        page.close()
        server.start()
        again = context.new_page()
        again.goto(f"{url}/me/intro/")
        assert again.url.endswith("/me/intro/3/")
        kept = again.input_value("#id_proud")
        assert TEXT.startswith(kept)
        assert len(kept) >= len(TEXT) - 2 * PER_SECOND
        context.close()
    finally:
        server.kill()
