"""Private PostgreSQL and Redis in a temporary folder, for tests and long runs.

    with postgres() as database, redis() as broker:
        database.url     # postgres://…?host=/tmp/…   (Unix socket only, no TCP port)
        broker.url(0)    # redis://127.0.0.1:PORT/0

Nothing that already runs on the machine is touched: each instance has its own folder, socket or
free port, and is ended by its process id. PostgreSQL refuses to run as root, so as root it runs as
the first unprivileged user there is.
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

START_SECONDS = 30
UNPRIVILEGED = ("postgres", "nobody", "daemon")


class ServiceMissing(RuntimeError):
    """A program is not installed; the message is the line that installs it."""


class ServiceFailed(RuntimeError):
    """A program did not start; the message holds its last words."""


def find_postgres() -> Path:
    """The folder with ``initdb`` and ``postgres``, the newest version first.

    Raises ServiceMissing. SHALIJIN_PG_BIN names the folder if it is in no usual place.
    """
    places = [Path(os.environ["SHALIJIN_PG_BIN"])] if os.environ.get("SHALIJIN_PG_BIN") else []
    if found := shutil.which("initdb"):
        places.append(Path(found).resolve().parent)
    for pattern in (
        "/usr/lib/postgresql/*/bin",
        "/usr/pgsql-*/bin",
        "/opt/homebrew/opt/postgresql@*/bin",
        "/usr/local/opt/postgresql@*/bin",
    ):
        base, _, rest = pattern.partition("*")
        parent = Path(base).parent if not base.endswith("/") else Path(base)
        name = Path(base).name if not base.endswith("/") else ""
        places += sorted(parent.glob(f"{name}*{rest}"), key=_version, reverse=True)
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise ServiceMissing("apt-get install postgresql   (or: brew install postgresql@16)")


def find_redis() -> str:
    """The path of ``redis-server`` (or valkey-server). Raises ServiceMissing."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name) or shutil.which(name, path="/usr/sbin:/opt/homebrew/bin"):
            return found
    raise ServiceMissing("apt-get install redis-server   (or: brew install redis)")


def find_chromium() -> str:
    """The path of a Chromium or Chrome. Raises ServiceMissing."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    for candidate in [os.environ.get("SHALIJIN_CHROMIUM"), *map(shutil.which, names), mac]:
        if candidate and os.access(candidate, os.X_OK):
            return candidate
    raise ServiceMissing("apt-get install chromium fonts-noto-cjk")


def _version(path: Path) -> tuple[int, ...]:
    digits = "".join(letter if letter.isdigit() else " " for letter in str(path))
    return tuple(int(number) for number in digits.split())


@dataclass
class Postgres:
    """A running server. ``url`` is what DATABASE_URL takes."""

    folder: Path
    bin: Path
    user: str
    database: str = "shalijin"
    process: subprocess.Popen | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Over the Unix socket, with trust: nobody else can reach the folder."""
        return f"postgres://{self.user}@/{self.database}?host={self.folder}"

    def start(self) -> None:
        """Start the server on the existing data and wait until it answers."""
        command = [self.bin / "postgres", "-D", self.folder / "data", "-k", self.folder]
        command += ["-c", "listen_addresses=", "-c", "max_connections=100"]
        # Tests make and drop databases all the time; durability is the chaos runs' own choice.
        command += ["-c", "fsync=" + os.environ.get("SHALIJIN_PG_FSYNC", "off")]
        command += ["-c", "full_page_writes=off", "-c", "jit=off"]
        log = self.folder / "postgres.log"
        self.process = _start([*_as_user(self.user), *map(str, command)], self.folder, log)
        _wait(self._answers, self.process, log, "PostgreSQL")

    def _answers(self) -> bool:
        ready = [*_as_user(self.user), self.bin / "pg_isready", "-q", "-h", self.folder]
        return subprocess.run([*map(str, ready)], check=False).returncode == 0

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run one statement with psql and return its rows as text."""
        command = [self.bin / "psql", "-h", self.folder, "-d", database, "-AtXqc", statement]
        return _run([*_as_user(self.user), *map(str, command)], self.folder).strip()

    def pg_ctl(self, *words: str) -> None:
        """Run pg_ctl with ``words`` on the server's data."""
        command = [self.bin / "pg_ctl", *words, "-s", "-D", self.folder / "data"]
        _run([*_as_user(self.user), *map(str, command)], self.folder)

    def stop(self, *, kill: bool = False) -> None:
        """Fast shutdown, or kill -9 of the server and its children."""
        _end(self.process, signal.SIGKILL if kill else signal.SIGINT)
        self.process = None


@dataclass
class Redis:
    """A running server on a free loopback port."""

    folder: Path
    program: str
    port: int
    process: subprocess.Popen | None = field(default=None, repr=False)

    def url(self, database: int = 0) -> str:
        """What CELERY_BROKER_URL and CACHE_URL take."""
        return f"redis://127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [self.program, "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        log = self.folder / "redis.log"
        self.process = _start([*command, "--maxmemory-policy", "noeviction"], self.folder, log)
        _wait(self._answers, self.process, log, "Redis")

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(5).startswith(b"+PONG")
        except OSError:
            return False

    def stop(self, *, kill: bool = False) -> None:
        """SIGTERM, or kill -9."""
        _end(self.process, signal.SIGKILL if kill else signal.SIGTERM)
        self.process = None


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A fresh server with an empty database ``shalijin``; about 2 s. Gone afterwards.

    Raises ServiceMissing when it is not installed, ServiceFailed when it does not start.
    """
    programs = find_postgres()
    user = _unprivileged_user()
    # Short, because a Unix socket's path may have 107 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="slj-pg-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, user)
        create = [programs / "initdb", "-D", folder / "data", "-U", user, "--auth=trust"]
        create += ["--encoding=UTF8", "--locale=C.UTF-8" if _has_c_utf8() else "--locale=C"]
        _run([*_as_user(user), *map(str, create), "--no-sync"], folder)
        server = Postgres(folder=folder, bin=programs, user=user)
        try:
            server.start()
            server.sql(f"CREATE DATABASE {server.database}")
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis() -> Iterator[Redis]:
    """A fresh server on a free port, in memory only. Gone afterwards.

    Raises ServiceMissing when it is not installed, ServiceFailed when it does not start.
    """
    program = find_redis()
    folder = Path(tempfile.mkdtemp(prefix="slj-redis-", dir="/tmp"))
    server = Redis(folder=folder, program=program, port=free_port())
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A TCP port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _unprivileged_user() -> str:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise ServiceFailed("PostgreSQL does not run as root, and there is no other user here.")


def _as_user(user: str) -> list[str]:
    """The words before a command that make it run as ``user``; none when we are that user."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv"):
        group = str(pwd.getpwnam(user).pw_gid)
        # Changing the user forgets the death signal; setpriv sets it again.
        words = ["setpriv", "--reuid", user, "--regid", group, "--init-groups"]
        return [*words, "--pdeathsig", "INT"]
    if shutil.which("runuser"):
        return ["runuser", "-u", user, "--"]
    raise ServiceFailed("As root, setpriv or runuser (util-linux) is needed to start PostgreSQL.")


def _end_with_us() -> None:
    """In the new process: on Linux, stop when the one that started it is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG


def _has_c_utf8() -> bool:
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout
    return "c.utf" in known.lower()


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if done.returncode:
        raise ServiceFailed(
            f"{Path(command[-1]).name}: {(done.stderr or done.stdout).strip()[-800:]}"
        )
    return done.stdout


def _start(command: list[str], folder: Path, log: Path) -> subprocess.Popen:
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=_end_with_us,
            cwd=folder,
        )


def _wait(answers, process: subprocess.Popen, log: Path, name: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            words = log.read_text(errors="replace")[-800:]
            raise ServiceFailed(f"{name} did not start: {words}")
        time.sleep(0.05)


def _end(process: subprocess.Popen | None, number: int) -> None:
    """Signal the process; whoever of its group is left after 15 s is killed."""
    if process is None or process.poll() is not None:
        return
    if number == signal.SIGKILL:
        os.killpg(process.pid, number)
    else:
        os.kill(process.pid, number)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
