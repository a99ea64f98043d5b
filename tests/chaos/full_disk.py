"""The disk is full for a while: what was refused is not there, what was taken leaves once.

The disk is a small tmpfs, which only root on Linux may mount. On SQLite the whole data folder is on
it, on PostgreSQL the table of messages (a tablespace of its own), because a full disk under the
write-ahead log ends the server, which H4 has already done to it. The ten minutes are some rounds of
trying: nothing in the code counts how long it lasts.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.services import ServiceMissing
from tests.chaos import children
from tests.chaos.ground import TEMPLATE, Ground, Place, place
from tests.chaos.oracle import judge_mails, name_of

MEGABYTES = 24
ROUNDS = {"smoke": 6, "full": 200}
MEMBERS = 40


def run(made: Ground, *, size: str, seed: int) -> Iterator[dict[str, object]]:
    """One run. Raises ServiceMissing where no small disk can be made."""
    with small_disk() as disk:
        if made.server is None:
            shutil.copy(made.folder / f"{TEMPLATE}.sqlite3", disk)
            ground = Ground(made.engine, disk)
        else:
            ground = made
        with place(ground, latency=0, book=made.folder / f"disk-{secrets.token_hex(3)}.tsv",
                   CHAOS_LEASE_SECONDS="3", CHAOS_MARGIN_SECONDS="1", CHAOS_BACKOFF_SECONDS="0.5") as here:  # fmt: skip
            if made.server is not None:
                _move_messages(here, disk)
            yield _squeeze(here, disk, size=size, seed=seed)


def _squeeze(here: Place, disk: Path, *, size: str, seed: int) -> dict[str, object]:
    label, began = f"f{secrets.token_hex(3)}", time.monotonic()
    told = {
        "label": label,
        "ballast": str(disk / "ballast"),
        "members": MEMBERS,
        "rounds": ROUNDS[size],
        "patience": 60,
    }
    facts, _words = children.run(here, "squeeze", told, patience=600)
    said, during = facts["said"], facts["during"]
    wanted = {
        (f"{name_of(number)}@example.org", f"{label}-{word}")
        for word, what in said.items()
        if what == "ok"
        for number in range(MEMBERS)
    }
    verdict = judge_mails(label=label, wanted=wanted, book=here.book, rows=here.rows)
    refused = [what for what in said.values() if what != "ok"]
    stopped = [what for what in during if not what.endswith(" sent")]
    bad = ("lost", "unlisted", "missing_rows", "duplicate_rows", "unsettled")
    return {
        "h": "disk",
        "name": "full-disk",
        "engine": here.engine,
        "size": size,
        "seed": seed,
        "rounds": len(during),
        "refused": len(refused),
        "said": sorted(set(refused + stopped))[:5],
        "senders_stopped": len(stopped),
        "seconds": round(time.monotonic() - began, 1),
        **verdict,
        "passed": bool(refused)
        and not any(verdict[key] for key in bad)
        and verdict["repeated"] <= len(stopped),
    }


@contextmanager
def small_disk() -> Iterator[Path]:
    """A folder that is a disk of its own. Raises ServiceMissing."""
    if sys.platform != "linux" or os.geteuid() != 0:
        raise ServiceMissing("run it as root on Linux, to mount a small tmpfs")
    with tempfile.TemporaryDirectory(prefix="chaos-disk-") as folder:
        options = ["-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=755", "tmpfs", folder]
        done = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServiceMissing(f"allow this user to mount a tmpfs ({done.stderr.strip()})")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def _move_messages(here: Place, disk: Path) -> None:
    """Put the table of messages and its indexes on the small disk."""
    assert here.server is not None
    home = disk / "tablespace"
    home.mkdir()
    shutil.chown(home, here.server.user)
    shutil.chown(disk, here.server.user)
    name, database = f"small_{secrets.token_hex(3)}", here.database
    here.server.sql(f"CREATE TABLESPACE {name} LOCATION '{home}'")
    here.server.sql(f"ALTER TABLE community_outboxmessage SET TABLESPACE {name}", database)
    indexes = here.server.sql(
        "SELECT indexname FROM pg_indexes WHERE tablename = 'community_outboxmessage'", database
    )
    for index in indexes.split():
        here.server.sql(f'ALTER INDEX "{index}" SET TABLESPACE {name}', database)
