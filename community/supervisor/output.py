"""What the children say: to the console with a name before each line, and to a rotated file."""

import sys
import time
from pathlib import Path
from typing import BinaryIO

ROTATE_BYTES = 2_000_000
KEEP_FILES = 4


class Console:
    """Standard output as bytes; when its reader is gone, silence instead of an error."""

    def __init__(self, stream: BinaryIO | None = None) -> None:
        self.stream: BinaryIO | None = stream or sys.stdout.buffer

    def say(self, line: bytes) -> None:
        """Write ``line`` and a line end."""
        if self.stream is None:
            return
        try:
            self.stream.write(line + b"\n")
            self.stream.flush()
        except (OSError, ValueError):
            self.stream = None


class LogFile:
    """``path`` with UTC times; past 2 MB it becomes ``path.1``, and four old ones are kept.

    A full disk loses lines, never the supervisor.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: BinaryIO | None = None

    def write(self, line: bytes) -> None:
        """Append ``line`` with the time before it."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ ", time.gmtime()).encode()
        try:
            if self.file is None:
                self.file = self.path.open("ab", buffering=0)
            if self.file.tell() + len(line) > ROTATE_BYTES:
                self._rotate()
            self.file.write(stamp + line + b"\n")
        except OSError:
            self.close()

    def _rotate(self) -> None:
        self.close()
        for number in range(KEEP_FILES - 1, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            if older.exists():
                older.replace(self.path.with_name(f"{self.path.name}.{number + 1}"))
        self.path.replace(self.path.with_name(f"{self.path.name}.1"))
        self.file = self.path.open("ab", buffering=0)

    def close(self) -> None:
        """Close the file; the next line opens it again."""
        if self.file is not None:
            self.file.close()
            self.file = None


class Lines:
    """Cuts the bytes of a pipe into lines and hands each to console and file."""

    LONGEST = 64_000

    def __init__(self, name: str, console: Console, log: LogFile) -> None:
        self.prefix = f"{name:<6} | ".encode()
        self.console, self.log = console, log
        self.rest = b""

    def feed(self, chunk: bytes) -> None:
        """Take what was read; an unfinished line waits for its end, up to 64 kB."""
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        if len(self.rest) > self.LONGEST:
            lines.append(self.rest)
            self.rest = b""
        for line in lines:
            if line.strip():
                self.console.say(self.prefix + line)
                self.log.write(line)

    def finish(self) -> None:
        """The pipe is closed: what is left is a line as well."""
        self.feed(b"\n")
        self.log.close()
