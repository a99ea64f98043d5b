"""The file broker's folder: put aside what would stop the worker.

A machine that loses power between opening and writing a file leaves an empty one. The broker
parses whatever it finds: one empty message ends the worker, and an empty routing file ends every
worker that ever starts, and every ring from the web. Nothing of value is lost by putting such a
file aside, because a message is only a bell; the rows in the database say what is to be done.
"""

import json
import os
import time
from pathlib import Path

# A message that is being written right now is empty for some microseconds.
SETTLED_SECONDS = 2


def put_aside_broken(broker_dir: Path, *, settled: float = SETTLED_SECONDS) -> list[str]:
    """Move unreadable files of ``broker_dir`` to its ``broken`` folder; return their names.

    Files younger than ``settled`` seconds are left alone. Reads every waiting file once.
    """
    moved = []
    for folder, is_good in (("messages", _is_message), ("control", _is_routing)):
        for path in sorted((broker_dir / folder).glob("*")):
            try:
                young = time.time() - path.stat().st_mtime < settled
                if young or not path.is_file() or is_good(path):
                    continue
                (broker_dir / "broken").mkdir(mode=0o700, exist_ok=True)
                os.replace(path, broker_dir / "broken" / path.name)
            except FileNotFoundError:
                continue  # the worker took it meanwhile
            moved.append(f"{folder}/{path.name}")
    return moved


def _is_message(path: Path) -> bool:
    content = _parsed(path)
    return isinstance(content, dict) and "body" in content and "properties" in content


def _is_routing(path: Path) -> bool:
    content = _parsed(path)
    return isinstance(content, list) and all(
        isinstance(row, list) and len(row) == 3 for row in content
    )


def _parsed(path: Path) -> object:
    try:
        return json.loads(path.read_bytes())
    except ValueError:
        return None
