"""What the Makefile calls: it finds a Python, says what is missing, and counts right."""

import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.conf import settings

from scripts import healthcheck, lint, services
from scripts import test as runner

BASE = Path(settings.BASE_DIR)


def program(folder, name, text):
    """A shell script called ``name`` that can be executed."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def sh(script, *words, cwd=BASE, **environment):
    return subprocess.run(
        ["/bin/sh", BASE / script, *words],
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
    )


def test_python_that_is_too_old_is_named_with_a_way_out(tmp_path):
    old = 'case "$1" in -V) echo "Python 3.9.2";; *) exit 1;; esac'
    program(tmp_path, "python3", old)
    for name in ("head", "cat"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")

    found = sh("scripts/python.sh", PATH=str(tmp_path))

    assert found.returncode == 1
    assert "needs Python 3.11 or newer" in found.stderr
    assert "python3 (Python 3.9.2)" in found.stderr
    assert "apt install python3 python3-venv" in found.stderr


def test_python_can_be_chosen_and_a_wrong_choice_is_named(tmp_path):
    assert sh("scripts/python.sh", PYTHON=sys.executable).stdout.strip() == sys.executable

    refused = sh("scripts/python.sh", PYTHON=str(tmp_path / "none"))

    assert refused.returncode == 1
    assert f"PYTHON is '{tmp_path}/none', which is not a Python 3.11 or newer" in refused.stderr


@pytest.fixture
def copy(tmp_path):
    """The scripts and locks in a folder of their own, where nothing is installed yet."""
    (tmp_path / "scripts").mkdir()
    for name in ("install.sh", "python.sh"):
        (tmp_path / "scripts" / name).write_text((BASE / "scripts" / name).read_text())
    for name in ("requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_text("# empty\n")
    return tmp_path


def install(copy, kind="run", **environment):
    return subprocess.run(
        ["/bin/sh", "scripts/install.sh", kind],
        cwd=copy,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
    )


def test_install_says_which_package_brings_the_missing_venv_module(copy, tmp_path):
    without_venv = (
        f'case "$2" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"'  # as on Debian
    )
    python = program(tmp_path, "python-without-venv", without_venv)

    refused = install(copy, PYTHON=str(python))

    assert refused.returncode == 1
    assert "has no venv module with pip" in refused.stderr
    assert "apt install python3-venv" in refused.stderr
    assert not (copy / ".venv").exists()


def test_install_does_nothing_while_the_lock_is_the_same_and_dev_serves_run_as_well(copy):
    (copy / ".venv" / "bin").mkdir(parents=True)
    program(copy / ".venv" / "bin", "python", f'echo "$@" >>{copy}/calls; exit 0')

    assert install(copy, "dev").returncode == 0
    first = (copy / "calls").read_text()
    assert first.count("pip install") == 1
    assert install(copy, "dev").returncode == install(copy, "run").returncode == 0
    assert (copy / "calls").read_text().count("pip install") == 1

    (copy / "requirements.lock").write_text("# another\n")
    assert install(copy, "run").returncode == 0
    assert (copy / "calls").read_text().count("pip install") == 2


def test_install_takes_mirror_and_wheels_from_variables(copy, tmp_path):
    (copy / ".venv" / "bin").mkdir(parents=True)
    program(copy / ".venv" / "bin", "python", f'echo "$PIP_INDEX_URL $@" >>{copy}/calls')

    assert install(copy, SHALIJIN_PYPI_MIRROR="https://mirror.example/simple").returncode == 0
    assert "https://mirror.example/simple -m pip install" in (copy / "calls").read_text()

    missing = install(copy, "dev", SHALIJIN_WHEELS=str(tmp_path / "none"))
    assert missing.returncode == 1
    assert "make it with 'make bundle'" in missing.stderr

    (tmp_path / "wheels").mkdir()
    assert install(copy, "dev", SHALIJIN_WHEELS=str(tmp_path / "wheels")).returncode == 0
    assert f"--no-index --find-links {tmp_path}/wheels" in (copy / "calls").read_text()


def test_a_failed_install_says_what_often_helps_and_is_tried_again(copy):
    (copy / ".venv" / "bin").mkdir(parents=True)
    program(
        copy / ".venv" / "bin",
        "python",
        'case "$2" in pip) echo "no such host" >&2; exit 1;; esac',
    )

    failed = install(copy)

    assert failed.returncode == 1
    assert "SHALIJIN_PYPI_MIRROR" in failed.stderr
    assert not (copy / ".venv" / "installed-run.lock").exists()


def pins(name):
    return set(re.findall(r"^([a-z0-9._-]+==\S+)", (BASE / name).read_text(), re.MULTILINE))


def test_the_lock_for_tests_holds_the_lock_for_serving():
    assert pins("requirements.lock")
    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_the_locks_name_no_index_and_a_hash_for_everything():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (BASE / name).read_text()
        assert "://" not in text
        for package in re.split(r"\n(?=[a-z0-9])", text.strip()):
            assert "--hash=sha256:" in package, package.splitlines()[0]


def test_make_help_lists_every_target():
    makefile = (BASE / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())

    shown = subprocess.run(
        ["/bin/sh", "scripts/help.sh", "Makefile"], cwd=BASE, capture_output=True, text=True
    )

    assert set(re.findall(r"make (\w+)", shown.stdout)) >= targets
    for script in re.findall(r"scripts/\w+\.(?:sh|py)", makefile):
        assert (BASE / script).exists(), script


# The runner's own counting ----------------------------------------------------------------------

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"/>
<testcase name="c"><failure message="no"/></testcase>
<testcase name="d"><error message="no"/></testcase>
<testcase name="e"><skipped type="pytest.skip" message="needs a phone"/></testcase>
<testcase name="f"><skipped type="pytest.xfail" message="one day"/></testcase>
</testsuite></testsuites>"""


def test_totals_add_all_passes_and_close_like_pytest(tmp_path):
    report = tmp_path / "one.xml"
    report.write_text(REPORT)
    totals = runner.Totals()

    totals.add(report)
    totals.add(report)
    totals.add(tmp_path / "never-written.xml")

    line = totals.closing_line(61.5)
    assert line.strip("= ") == "2 failed, 4 passed, 2 skipped, 2 xfailed, 2 errors in 61.50s"
    assert totals.skips == {"needs a phone": 2}
    assert runner.Totals().closing_line(1).strip("= ") == "no tests ran in 1.00s"


def test_what_was_not_run_is_listed_with_the_line_that_enables_it(capsys):
    totals = runner.Totals(passed=3, skipped=1, skips={"set SHALIJIN_SAMPLES": 1})

    runner.print_summary(totals, {"browser": "apt-get install chromium"}, [])

    assert capsys.readouterr().out.splitlines() == [
        "",
        "Not run:",
        "  browser:  apt-get install chromium",
        "  1 × set SHALIJIN_SAMPLES",
    ]


MARKS = ("slow", "postgres", "browser")


def test_each_test_is_in_one_pass_of_its_database_and_looked_for_where_it_stands():
    slow = {path for path in runner.files_with_slow_tests() if "tests/browser" not in path}
    marking = [
        str(path.relative_to(BASE))
        for path in (BASE / "tests").rglob("*.py")
        if "mark.slow" in path.read_text() and not path.name.startswith("test_")
    ]

    assert slow >= {"tests/chaos/test_smoke.py", "tests/test_up.py"}
    assert marking == []
    for marks in (
        {"slow"},
        {"slow", "postgres"},
        {"postgres"},
        {"browser"},
        {"browser", "slow"},
        set(),
    ):
        taken = [
            each.name
            for each in runner.PASSES
            if eval(each.marks, {mark: mark in marks for mark in MARKS})  # noqa: S307  our own words
        ]
        assert taken == _passes_of(marks), marks


def _passes_of(marks):
    if "browser" in marks:
        return ["browser"]
    if "slow" in marks:
        return ["processes"]
    return ["postgres"] if "postgres" in marks else ["sqlite", "postgres"]


def test_missing_programs_are_named_by_the_line_that_installs_them(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("SHALIJIN_CHROMIUM", raising=False)
    monkeypatch.setattr(services.os, "access", lambda *_: False)

    with pytest.raises(services.ServiceMissing, match="apt-get install chromium fonts-noto-cjk"):
        services.find_chromium()


def test_lint_runs_every_tool_and_can_fail():
    names = [step.name for step in lint.STEPS]
    assert names == [
        *("style", "format", "layers", "types", "templates"),
        *("translations", "deployment", "migrations", "shell"),
    ]

    step, status, words, _ = lint.run(
        lint.Step("bad", [sys.executable, "-c", "raise SystemExit(3)"])
    )

    assert (step.name, status, words) == ("bad", 3, "")


# The containers' own checks ---------------------------------------------------------------------


@pytest.fixture
def site():
    """A web server that answers /healthz/ with 200 and all else with 503; what it was asked."""
    asked = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["Host"]))
            self.send_response(200 if self.path == "/healthz/" else 503)
            self.end_headers()
            self.wfile.write(b"database")

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_healthcheck_asks_by_the_sites_own_name(site, monkeypatch, capsys):
    address, asked = site
    monkeypatch.setenv("BASE_URL", "https://shalijin.example")

    assert healthcheck.main(["web", address]) == 0
    assert capsys.readouterr().out == ""
    assert healthcheck.main(["ready", address]) == 1
    assert "says 503: database" in capsys.readouterr().out
    assert asked == [("/healthz/", "shalijin.example"), ("/readyz/", "shalijin.example")]


def test_healthcheck_names_who_does_not_answer_and_no_password(monkeypatch, capsys):
    port = services.free_port()
    monkeypatch.setenv("CELERY_BROKER_URL", f"redis://:geheim@127.0.0.1:{port}/0")

    assert healthcheck.main(["web", f"127.0.0.1:{port}"]) == 1
    assert healthcheck.main(["broker"]) == 1
    assert healthcheck.main(["nonsense"]) == 1

    said = capsys.readouterr().out
    assert f"the broker at 127.0.0.1:{port} does not answer" in said
    assert "geheim" not in said


def test_clean_leaves_data_and_environment_alone(tmp_path):
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "clean.sh").write_text((BASE / "scripts" / "clean.sh").read_text())
    for name in ("var/__pycache__", ".venv/__pycache__", "community/__pycache__", "locale/zh"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "locale" / "zh" / "django.mo").touch()

    subprocess.run(["/bin/sh", "scripts/clean.sh"], cwd=tmp_path, check=True)

    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}
    assert {"var/__pycache__", ".venv/__pycache__"} <= left
    assert not {"community/__pycache__", "locale/zh/django.mo"} & left
    assert os.path.exists(tmp_path / "scripts" / "clean.sh")
