"""The server is killed while somebody fills in a form; after the restart she sends it."""

import os
import re
import signal
import subprocess
import sys

import pytest
import requests
from django.conf import settings

from scripts.services import free_port
from tests.processes import wait_until
from tests.test_up import environment

pytestmark = pytest.mark.slow

MAKE_PEOPLE = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from community.models import Member
from community.services import spaces
owner = Member.objects.create_user("owner@example.org", handle="owner", locale="en")
spaces.open_space(owner=owner, name="Riverside", slug="riverside")
session = SessionStore()
session[SESSION_KEY] = str(owner.pk)
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session[HASH_SESSION_KEY] = owner.get_session_auth_hash()
session.save()
print(session.session_key)
"""
COUNT = "from community.models import Invitation; print(Invitation.objects.count())"


class House:
    """A data folder with one space in it, and a web server that can be killed."""

    def __init__(self, data):
        self.port = free_port()
        self.environment = environment(data, self.port)
        self.manage("migrate", "-v0")
        self.manage("build_assets")
        self.session_key = self.shell(MAKE_PEOPLE)
        self.process = None

    def manage(self, *words):
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def shell(self, code):
        return self.manage("shell", "-v0", "-c", code).strip().splitlines()[-1]

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
             "--port", str(self.port), "config.wsgi:application"],
            cwd=settings.BASE_DIR, env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        wait_until(self.answers, 60)

    def answers(self):
        try:
            return requests.get(self.address("/healthz/"), timeout=2).ok
        except requests.RequestException:
            return False

    def address(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def kill(self):
        """Kill -9 the server and its worker, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        assert self.process.wait(10) == -signal.SIGKILL
        wait_until(lambda: not self.answers(), 10)


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path / "data")
    made.start()
    yield made
    made.kill()


def hidden_fields(html):
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))


def test_a_form_that_was_open_while_the_server_was_killed_is_accepted_once(house):
    browser = requests.Session()
    browser.cookies.set("sessionid", house.session_key)
    page = house.address("/c/riverside/invitations/")
    opened = browser.get(page)
    assert opened.status_code == 200, opened.text[:500]
    form = hidden_fields(opened.text) | {"max_uses": "5", "days": "7", "note": "At the market"}
    assert {"csrfmiddlewaretoken", "form_token"} <= set(form)

    house.kill()
    house.start()
    first = browser.post(page, form, allow_redirects=False)
    house.kill()
    house.start()
    second = browser.post(page, form, allow_redirects=False)

    assert first.status_code == 302, first.text[:500]
    assert second.status_code == 303
    assert second.headers["Location"] == first.headers["Location"]
    assert house.shell(COUNT) == "1"
