"""Is this a place to run in? Folder, space, port: each "no" is a sentence with a way out."""

import errno
import os
import shutil
import socket
from pathlib import Path

from community.errors import DomainError

MODE_FILE = "mode"
REFUSE_BELOW_MB = 50
WARN_BELOW_MB = 500
FOLDERS = ("keys", "media", "log", "broker/messages", "broker/control")


def claim_folder(data_dir: Path, mode: str) -> list[str]:
    """Make ``data_dir`` and what belongs in it; return warnings.

    The first start notes the mode in the folder. Another mode is refused later: the demo would
    write accounts with a known password into real data.

    Raises DomainError when the folder cannot be written, is full, or belongs to another mode.
    """
    try:
        data_dir.mkdir(mode=0o750, parents=True, exist_ok=True)
        for name in FOLDERS:
            (data_dir / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = data_dir / f".probe-{os.getpid()}"
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
        free_mb = shutil.disk_usage(data_dir).free // 1_000_000
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DomainError(_full(data_dir, 0)) from error
        raise DomainError(
            f"The data folder {data_dir} cannot be written ({error.strerror}). "
            "Make it writable for this user, or set SHALIJIN_DATA to another folder."
        ) from error
    if free_mb < REFUSE_BELOW_MB:
        raise DomainError(_full(data_dir, free_mb))

    _check_mode(data_dir, mode)
    if free_mb < WARN_BELOW_MB:
        return [f"Only {free_mb} MB are free where {data_dir} is; make room soon."]
    return []


def _full(data_dir: Path, free_mb: int) -> str:
    return (
        f"The disk with {data_dir} is full ({free_mb} MB free, {REFUSE_BELOW_MB} MB are needed). "
        "Make room, or set SHALIJIN_DATA to a folder on another disk."
    )


def _check_mode(data_dir: Path, mode: str) -> None:
    note = data_dir / MODE_FILE
    if not note.exists():
        note.write_text(f"{mode}\n", encoding="utf-8")
        return
    made_for = note.read_text(encoding="utf-8").strip()
    if made_for and made_for != mode:
        raise DomainError(
            f"The data in {data_dir} belongs to the mode {made_for!r}, and this start is "
            f"{mode!r}. Set SHALIJIN_DATA to another folder, so that the two never mix."
        )


def check_port(host: str, port: int) -> None:
    """Raise DomainError when nothing can listen on ``host``:``port``, naming both."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        raise DomainError(
            f"BIND is {host!r}, which is no address of this machine; use 127.0.0.1 or 0.0.0.0."
        ) from error
    with socket.socket(family, kind, proto) as probe:
        # As the web server does: a port whose last connections still fade away is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as error:
            raise DomainError(_port_refused(host, port, error)) from error


def _port_refused(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken by another program. "
            f"Stop that program, or choose another port: PORT={port + 1 if port < 65535 else 8000}."
        )
    if error.errno == errno.EACCES:
        return (
            f"Port {port} needs administrator rights. "
            "Choose one above 1023 (PORT=8000) and put the TLS proxy in front of it."
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return f"BIND is {host!r}, which is no address of this machine; use 127.0.0.1 or 0.0.0.0."
    return (
        f"Port {port} on {host} cannot be opened ({error.strerror}); choose another PORT or BIND."
    )


def is_loopback(host: str) -> bool:
    """Does ``host`` accept connections from this machine only?"""
    return host in {"localhost", "::1"} or host.startswith("127.")
