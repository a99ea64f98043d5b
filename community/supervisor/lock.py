"""One supervisor for one data folder."""

import fcntl
import os
from pathlib import Path

from community.errors import DomainError

LOCK_NAME = "up.lock"


def take(data_dir: Path) -> int:
    """Lock ``data_dir`` and return the open file; the lock lasts as long as the file is open.

    The kernel drops the lock when the process ends, however it ends, so a stale file never
    refuses a start. The handle survives ``exec`` (inheritable), not ``fork`` into children,
    which are started with all other files closed.

    Raises DomainError that names the process which holds the folder.
    """
    handle = os.open(data_dir / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        pid = os.pread(handle, 20, 0).decode(errors="replace").strip() or "unknown"
        os.close(handle)
        raise DomainError(
            f"Shalijin already runs on {data_dir} (process {pid}). "
            f"Stop it first (Ctrl-C in its window, or: kill {pid}), "
            "or set SHALIJIN_DATA to another folder."
        ) from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    os.set_inheritable(handle, True)
    return handle
