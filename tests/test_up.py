"""`manage.py up` for real: one process tree over one data folder.

The tests of this file share a data folder, because preparing one takes seconds; each starts its
own site in it and leaves none.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from scripts.services import free_port
from tests.processes import command_of, descendants, is_alive, wait_until

pytestmark = pytest.mark.slow

START_SECONDS = 60  # a loaded machine; what a start really takes is asserted where it is known


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("up") / "data"


def environment(data, port):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {
        "SHALIJIN_MODE": "small",
        "SHALIJIN_DATA": str(data),
        "PORT": str(port),
        # The project's own .env may name a real database; what is set here wins over it.
        "DATABASE_URL": f"sqlite:///{data}/shalijin.sqlite3",
        "CELERY_BROKER_URL": "filesystem://",
        "CACHE_URL": "locmem://",
        "EMAIL_URL": "mailbox://",
        "BIND": "127.0.0.1",
    }


class Site:
    """A running `manage.py up`: ``process`` is the supervisor."""

    def __init__(self, data, *, port=None, words=(), around=""):
        self.data, self.port = data, port or free_port()
        self.output = Path(tempfile.mkstemp(prefix="slj-up-")[1])
        command = [sys.executable, "manage.py", "up", *words]
        if around:
            command = ["sh", "-c", around, *command]
        self.began = time.monotonic()
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                command,
                cwd=settings.BASE_DIR,
                env=environment(data, self.port),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def said(self):
        return self.output.read_text(encoding="utf-8", errors="replace")

    def wait_for_page(self):
        """Wait for the address to be printed; the seconds since the command."""
        wait_until(
            lambda: (
                f"http://localhost:{self.port}" in self.said() or self.process.poll() is not None
            ),
            START_SECONDS,
        )
        assert self.process.poll() is None, self.said()
        return time.monotonic() - self.began

    def get(self, path):
        with urllib.request.urlopen(f"http://localhost:{self.port}{path}", timeout=10) as answer:
            return answer.status

    def answers(self):
        try:
            return self.get("/healthz/") == 200
        except OSError:
            return False

    def child(self, word):
        """The process directly below the supervisor that runs ``word``, once it is there."""

        def look():
            for pid in descendants(self.process.pid):
                if word in command_of(pid):
                    return pid
            return None

        return wait_until(look, 20)


@pytest.fixture
def start(data):
    """Start sites; whatever is left of them is killed at the end."""
    sites = []

    def begin(folder=data, **more):
        sites.append(Site(folder, **more))
        return sites[-1]

    yield begin
    for site in sites:
        for pid in [*descendants(site.process.pid), site.process.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        site.process.wait()
        site.output.unlink()


def test_children_that_are_killed_come_back_and_nobody_outlives_the_supervisor(start, data):
    site = start()
    site.wait_for_page()
    assert site.get("/") == 200
    worker, beat = site.child("supervisor.worker"), site.child("supervisor.beat")
    web = site.child("granian")
    inner = descendants(web)
    assert inner, "the web server is two processes"

    os.kill(worker, signal.SIGKILL)
    os.kill(web, signal.SIGKILL)  # the outer one: the inner one must not keep the port

    wait_until(lambda: not [pid for pid in inner if is_alive(pid)])
    wait_until(site.answers, 20)
    assert site.child("granian") != web
    assert site.child("supervisor.worker") != worker
    assert site.child("supervisor.beat") == beat
    assert "worker ended by signal 9; again in 0.5 s" in site.said()

    # web (two), worker, beat
    everybody = wait_until(lambda: len(all_ := descendants(site.process.pid)) == 4 and all_)
    site.process.kill()

    wait_until(lambda: not [pid for pid in everybody if is_alive(pid)], 15)
    assert not site.answers()


def test_a_second_start_is_quick_and_broken_broker_files_stop_nothing(start, data):
    (data / "broker" / "messages").mkdir(parents=True, exist_ok=True)
    for number in range(3):
        broken = data / "broker" / "messages" / f"{number}_x.delivery.msg"
        broken.touch()
        os.utime(broken, (1, 1))
    (data / "broker" / "control").mkdir(exist_ok=True)
    routing = data / "broker" / "control" / "delivery.exchange"
    routing.write_bytes(b"")
    os.utime(routing, (1, 1))

    site = start()
    seconds = site.wait_for_page()

    assert seconds < 15
    assert "put aside 4 unreadable broker files" in site.said()
    worker = site.child("supervisor.worker")

    (data / "broker" / "messages" / "9_x.delivery.msg").touch()  # found by the running worker

    wait_until(lambda: not is_alive(worker), 10)
    wait_until(lambda: routing.exists() and routing.read_bytes(), 20)  # its successor listens
    time.sleep(1)
    assert site.said().count("worker ended") == 1

    site.process.terminate()
    assert site.process.wait(30) == 0
    assert list((data / "broker" / "messages").glob("*_x.*")) == []


def test_a_second_start_on_the_same_data_is_refused_and_names_the_first(start, data):
    first = start()
    first.wait_for_page()

    second = start()

    assert second.process.wait(START_SECONDS) == 1
    assert f"already runs on {data} (process {first.process.pid})" in second.said()
    assert "Traceback" not in second.said()
    assert first.answers()


def test_a_taken_port_is_named(start, data):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        port = other.getsockname()[1]

        site = start(port=port)

        assert site.process.wait(START_SECONDS) == 1
    assert f"Port {port} on 127.0.0.1 is taken" in site.said()
    assert "Traceback" not in site.said()


def test_a_folder_that_cannot_be_written_is_named(start, tmp_path):
    (tmp_path / "file").touch()

    site = start(folder=tmp_path / "file" / "data", port=free_port())

    assert site.process.wait(START_SECONDS) == 1
    assert str(tmp_path / "file" / "data") in site.said()
    assert "Traceback" not in site.said()


def test_with_parent_it_ends_when_the_one_who_started_it_is_killed(start, data):
    # As `make run` does: a shell that waits for the command, and is itself killed.
    site = start(words=["--with-parent"], around='"$0" "$@"; true')
    site.wait_for_page()
    everybody = descendants(site.process.pid)

    site.process.kill()

    wait_until(lambda: not [pid for pid in everybody if is_alive(pid)], 40)
    assert [pid for pid in everybody if is_alive(pid)] == []
