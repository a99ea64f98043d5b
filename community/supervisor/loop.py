"""The supervisor's one loop: hands on output, restarts what fell, stops in order."""

import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

from community.supervisor import broker
from community.supervisor.child import RESIGNED_WAIT, Child
from community.supervisor.output import Console, LogFile

# Worker and beat wait for the first page, so that it comes sooner on a machine with one core.
OTHERS_WAIT_SECONDS = 10
READY_LOOK_SECONDS = 0.1
STOP_GRACE_SECONDS = 25
PARENT_LOOK_SECONDS = 1.0


class Supervisor:
    """Keeps ``children`` running until a signal, the end of ``parent``, or a vital failure.

    The first child serves ``address``; once that answers, ``on_ready`` is called and the others
    start. Everything happens in one thread: select() over the children's output and a pipe that
    signals write to.
    """

    def __init__(
        self,
        children: list[Child],
        *,
        data_dir: Path,
        address: tuple[str, int],
        environment: dict[str, str],
        console: Console,
        on_ready: Callable[[], None],
        parent: int | None = None,
    ) -> None:
        self.children, self.data_dir, self.address = children, data_dir, address
        self.environment, self.console, self.on_ready = environment, console, on_ready
        self.parent = parent
        self.log = LogFile(data_dir / "log" / "up.log")
        self.selector = selectors.DefaultSelector()
        self.signals: list[int] = []
        self.ready = False

    def run(self) -> int:
        """Run; return the exit status: 0 after a signal, 1 when a vital child would not run."""
        self._listen_for_signals()
        started = time.monotonic()
        self.children[0].start_at = started
        for child in self.children[1:]:
            child.start_at = started + OTHERS_WAIT_SECONDS
        while True:
            self._start_due()
            self._hand_on_output(self._patience())
            if self.signals or self._parent_is_gone():
                return self._stop(0)
            for child in self.children:
                status = child.ended()
                if status is not None and not self._has_ended(child, status):
                    return self._stop(1)
            if not self.ready and answers(self.address):
                self._is_ready()

    def tell(self, sentence: str) -> None:
        """One line of our own to console and log."""
        self.console.say(f"up     | {sentence}".encode())
        self.log.write(sentence.encode())

    def _listen_for_signals(self) -> None:
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        stops = [signal.SIGTERM, signal.SIGINT]
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # not under nohup
            stops.append(signal.SIGHUP)
        for number in stops:
            signal.signal(number, lambda number, _: self.signals.append(number))
        signal.signal(signal.SIGCHLD, lambda *_: None)  # wakes the loop
        self.selector.register(reader, selectors.EVENT_READ, lambda: os.read(reader, 512))

    def _patience(self) -> float | None:
        """Seconds that the loop may sleep; None when only an event can bring news."""
        waits = [child.start_at - time.monotonic() for child in self.children if child.start_at]
        if not self.ready:
            waits.append(READY_LOOK_SECONDS)
        if self.parent is not None:
            waits.append(PARENT_LOOK_SECONDS)
        return max(0.0, min(waits)) if waits else None

    def _start_due(self) -> None:
        for child in self.children:
            if child.start_at is not None and child.start_at <= time.monotonic():
                if moved := broker.put_aside_broken(self.data_dir / "broker"):
                    self.tell(f"put aside {len(moved)} unreadable broker files: {moved[0]} …")
                child.start(self.environment)
                out = child.process.stdout
                os.set_blocking(out.fileno(), False)
                self.selector.register(
                    out, selectors.EVENT_READ, lambda out=out, child=child: self._read(out, child)
                )

    def _read(self, out, child: Child) -> None:
        chunk = out.read(65_536)
        if chunk:
            child.lines.feed(chunk)
        elif chunk == b"":  # all writers have closed it
            self.selector.unregister(out)
            out.close()
            child.lines.finish()

    def _hand_on_output(self, patience: float | None) -> None:
        for key, _ in self.selector.select(patience):
            key.data()

    def _has_ended(self, child: Child, status: int) -> bool:
        """Plan the restart of ``child``; False when it is vital and its tries are used up."""
        self._hand_on_output(0)  # its last words come before ours
        log = child.lines.log.path
        how = f"by signal {-status}" if status < 0 else f"with status {status}"
        if not child.plan_restart():
            self.tell(
                f"{child.name} ended {how}, the {child.failures}th time in a row. "
                f"Giving up; the reason is in {log}"
            )
            return False
        wait = child.start_at - time.monotonic()
        then = f"again in {wait:.1f} s"
        if wait > RESIGNED_WAIT - 1:
            then = f"the {child.failures}th time in a row; again in 5 minutes. Look into {log}"
        self.tell(f"{child.name} ended {how}; {then}")
        return True

    def _is_ready(self) -> None:
        self.ready = True
        for child in self.children[1:]:
            if child.start_at is not None:
                child.start_at = time.monotonic()
        self.on_ready()

    def _parent_is_gone(self) -> bool:
        return self.parent is not None and os.getppid() != self.parent

    def _stop(self, status: int) -> int:
        """SIGTERM to all, 25 s of patience (none after a second signal), then SIGKILL."""
        self.signals.clear()
        self.tell("stopping")
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_GRACE_SECONDS
        running = [child for child in self.children if child.process is not None]
        while running and time.monotonic() < deadline and not self.signals:
            self._hand_on_output(0.2)
            running = [child for child in running if child.ended() is None]
        for child in running:
            self.tell(f"{child.name} did not stop by itself; killed")
            child.kill()
            child.process.wait()
        self.log.close()
        return status


def answers(address: tuple[str, int]) -> bool:
    """Does the site answer 200 at ``address``? Waits two seconds at most."""
    try:
        with socket.create_connection(address, timeout=2) as connection:
            connection.sendall(b"GET /healthz/ HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return connection.recv(12).endswith(b" 200")
    except OSError:
        return False
