"""The loop itself, over small programs: restart, give up, stop, and nothing left behind."""

import os
import signal
import subprocess
import sys

import pytest

from scripts.services import free_port
from tests.processes import descendants, is_alive, wait_until

# A folder with healthz/index.html is all that the supervisor asks of a page.
WEB = "web=http.server,{},--bind,127.0.0.1,--directory,{}"
SLEEP = "timeit,-n,1,-r,1,-s,import time,time.sleep(60)"


@pytest.fixture
def supervise(tmp_path):
    """Start ``tests.supervised`` with the given programs; whatever is left is killed at the end."""
    started = []
    (tmp_path / "healthz").mkdir()
    (tmp_path / "healthz" / "index.html").write_text("ok")

    def start(*programs, port):
        programs = [program.format(port, tmp_path) for program in programs]
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "tests.supervised", tmp_path, str(port), *programs],
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        for pid in descendants(process.pid):
            os.kill(pid, signal.SIGKILL)
        process.kill()
        process.communicate()


def test_a_crashing_helper_is_tried_with_patience_while_the_page_stays(supervise):
    port = free_port()

    process = supervise(WEB, "worker=no_such_module", port=port)
    said = []
    while not said or "5 minutes" not in said[-1]:
        said.append(process.stdout.readline().strip())

    ends = [line for line in said if line.startswith("up     | worker ended")]
    assert len(ends) == 6
    assert ends[0].endswith("worker ended with status 1; again in 0.0 s")
    assert "the 6th time in a row; again in 5 minutes. Look into" in ends[-1]
    assert "log/worker.log" in ends[-1]
    assert "ready" in said
    assert process.poll() is None


def test_a_page_that_never_comes_ends_the_supervisor_with_the_name_of_its_log(supervise, tmp_path):
    process = supervise("web=no_such_module", port=free_port())

    out, _ = process.communicate(timeout=20)

    assert process.returncode == 1
    assert f"Giving up; the reason is in {tmp_path}/log/web.log" in out
    assert (tmp_path / "log" / "web.log").read_text().count("No module named") == 6


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_in_order(supervise, number):
    port = free_port()
    process = supervise(WEB, f"worker={SLEEP}", port=port)
    children = wait_until(lambda: len(found := descendants(process.pid)) == 2 and found)

    process.send_signal(number)

    assert process.wait(10) == 0
    assert [pid for pid in children if is_alive(pid)] == []


def test_kill_9_of_the_supervisor_leaves_no_child(supervise):
    port = free_port()
    process = supervise(WEB, f"worker={SLEEP}", port=port)
    children = wait_until(lambda: len(found := descendants(process.pid)) == 2 and found)

    process.kill()

    wait_until(lambda: not [pid for pid in children if is_alive(pid)])
    assert [pid for pid in children if is_alive(pid)] == []
