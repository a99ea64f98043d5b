"""What a sender has begun and what the other side has taken, in a file for each claim.

The statuses of a batch are written to the database together, after the batch. Until then the truth is
``$SHALIJIN_DATA/journal/<claim>``: a line ``begin <pk>`` before a message is handed over, and ``done
<pk>`` once the other side has it. A line is a plain write into the memory of the system: a sender that
is killed loses none, and it costs two microseconds. What a power cut leaves of it nobody knows, so the
first line names the boot; of another boot nothing is believed.

Room for the whole batch is taken when the file is made, before the claim: a full disk stops a batch
before it begins, and not in the middle.

Whoever frees an abandoned batch leaves a mark in its journal before reading it, and a sender looks for
the mark after each ``begin``, before it hands the message over. So of a sender that was halted past its
lease and goes on, every ``begin`` is either read by who frees the batch, or it sees the mark and stops.
"""

import errno
import os
import re
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from django.conf import settings

from community import clock

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
# "begin " or "done ", the longest key there can be, and the end of the line; twice for a message.
LONGEST_LINE = 26
HEADER = 64
# At the end of the first line, where there are blanks.
MARK, PLACE_OF_MARK = b"!", HEADER - 2
NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class NoRoom(Exception):
    """No journal can be written, so nothing may be sent; the message says why and what to do."""


class TakenOver(Exception):
    """This sender's lease has run out and somebody has freed its batch: it must send no more."""


@dataclass(frozen=True)
class Told:
    """What a journal tells: the keys of the messages that were begun, and those that were taken."""

    begun: frozenset[int]
    done: frozenset[int]


def folder() -> Path:
    """Where the journals are: shared by all senders of one machine and by whoever sweeps."""
    return Path(settings.DATA_DIR) / "journal"


def boot() -> str:
    """This machine's boot; "" where the system does not tell, as on a Mac."""
    with suppress(OSError):
        return BOOT_ID.read_text("ascii").strip()
    return ""


def create(claim: uuid.UUID, messages: int) -> None:
    """Make the journal of a claim, with room for so many messages. Raises NoRoom."""
    path = folder() / str(claim)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _write(descriptor, f"boot {boot()}".ljust(HEADER - 1).encode("ascii") + b"\n", 0)
            _write(descriptor, bytes(2 * LONGEST_LINE * messages), HEADER)
        finally:
            os.close(descriptor)
    except OSError as error:
        remove(claim)
        raise _no_room(error) from error


def _write(descriptor: int, data: bytes, place: int) -> None:
    if os.pwrite(descriptor, data, place) != len(data):
        # A disk that is nearly full takes what still fits, and says nothing.
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _no_room(error: OSError) -> NoRoom:
    return NoRoom(
        f"The journal of what is sent cannot be written in {folder()} ({error.strerror}). Nothing is "
        "sent meanwhile. Make room, or give the folder to the user who runs this."
    )


class Journal:
    """The journal of one claim while its sender writes it."""

    def __init__(self, claim: uuid.UUID) -> None:
        self.claim = claim
        self._descriptor = -1
        self._place = HEADER

    def __enter__(self) -> "Journal":
        """Raises TakenOver when the file is not there any more, as after a sweep, and NoRoom when it
        cannot be written. Nothing that stands in it is lost."""
        path = folder() / str(self.claim)
        try:
            self._place = len(path.read_bytes().rstrip(b"\0"))
            self._descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError as error:
            raise TakenOver from error
        except OSError as error:
            raise _no_room(error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def begin(self, pk: int) -> None:
        """It is about to be handed over. Raises NoRoom or TakenOver, and then it must not be."""
        self._line(b"begin %d\n" % pk)
        if os.pread(self._descriptor, len(MARK), PLACE_OF_MARK) == MARK:
            raise TakenOver

    def done(self, pk: int) -> None:
        """The other side has it. Raises NoRoom: the database has to be told at once."""
        self._line(b"done %d\n" % pk)

    def _line(self, line: bytes) -> None:
        try:
            _write(self._descriptor, line, self._place)
        except OSError as error:
            raise _no_room(error) from error
        self._place += len(line)


def take_over(claim: uuid.UUID) -> Told | None:
    """As ``read``, after its sender has been stopped from beginning anything that is not read."""
    with suppress(OSError):  # if there is none, it tells nothing
        descriptor = os.open(folder() / str(claim), os.O_WRONLY)
        try:
            os.pwrite(descriptor, MARK, PLACE_OF_MARK)
        finally:
            os.close(descriptor)
    return read(claim)


def read(claim: uuid.UUID) -> Told | None:
    """What the journal of ``claim`` tells; None when there is none that can be believed: it is on
    another machine, or this one has been started anew since."""
    try:
        content = (folder() / str(claim)).read_bytes()
    except OSError:
        return None
    if content[:PLACE_OF_MARK].rstrip() != f"boot {boot()}".rstrip().encode("ascii"):
        return None
    told: dict[bytes, set[int]] = {b"begin": set(), b"done": set()}
    # What stands behind the last end of a line was not written to its end.
    for line in content[HEADER:].rstrip(b"\0").split(b"\n")[:-1]:
        what, _space, pk = line.partition(b" ")
        told[what].add(int(pk))
    return Told(begun=frozenset(told[b"begin"]), done=frozenset(told[b"done"]))


def known() -> set[uuid.UUID]:
    """The claims that have a journal here."""
    try:
        return {uuid.UUID(name) for name in os.listdir(folder()) if NAME.fullmatch(name)}
    except FileNotFoundError:
        return set()


def old(seconds: float) -> set[uuid.UUID]:
    """Those whose journal has not been touched for so long."""
    before = clock.now().timestamp() - seconds
    found = set()
    for claim in known():
        with suppress(OSError):
            if (folder() / str(claim)).stat().st_mtime < before:
                found.add(claim)
    return found


def remove(*claims: uuid.UUID) -> None:
    """They are settled: nobody needs to know any more."""
    for claim in claims:
        with suppress(OSError):
            (folder() / str(claim)).unlink(missing_ok=True)


def check() -> None:
    """Whether a journal can be made here, by making one. Raises NoRoom."""
    claim = uuid.uuid4()
    create(claim, 10)
    remove(claim)
