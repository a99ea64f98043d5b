"""Take in a picture: named limits, decoded elsewhere, written anew without what it knew.

Nothing of the file that came is kept: the picture is decoded in a limited child process and
encoded again, upright, without EXIF, place, camera, thumbnails, comments or anything appended.
"""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from community.errors import DomainError

MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 50_000_000
TIMEOUT_SECONDS = 20
CHILD = Path(__file__).with_name("image_child.py")
# One decoder at a time per web process: two of them could fill a machine of 1 GB.
_one_at_a_time = threading.BoundedSemaphore(1)


@dataclass(frozen=True)
class Preset:
    """What a picture is made into: longest side in pixels, most bytes, cut to a square or not."""

    side: int
    bytes: int
    square: bool = False


PRESETS = {
    "avatar": Preset(side=320, bytes=40 * 1024, square=True),
    "evidence": Preset(side=1600, bytes=300 * 1024),
}


@dataclass(frozen=True)
class CleanImage:
    """A JPEG that we made ourselves."""

    body: bytes
    width: int
    height: int
    content_type: str = "image/jpeg"


def clean_image(file: BinaryIO, preset: str) -> CleanImage:
    """Read ``file`` and return our own picture of it; raises DomainError in words.

    Starts a child process and waits for it (about 0.2 s for a phone's photo, at most 20 s).
    """
    data = file.read(MAX_BYTES + 1)
    _refuse_by_look(data)
    head, body = _decode_elsewhere(data, PRESETS[preset])
    if "refused" in head:
        raise DomainError(_refusal(head))
    return CleanImage(body, head["width"], head["height"])


def _refuse_by_look(data: bytes) -> None:
    """Name what can be told from size and first bytes; the name and type it claims do not count."""
    if not data:
        raise DomainError(_("The file is empty. Choose the picture again."))
    if len(data) > MAX_BYTES:
        raise DomainError(
            _("The picture is larger than %(limit)s MB. Choose a smaller one or a screenshot.")
            % {"limit": MAX_BYTES // 2**20}
        )
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<svg", b"<?xml")) or b"<svg" in start:
        raise DomainError(
            _("This is an SVG drawing, which can carry programs. Save it as PNG or JPEG.")
        )
    if data[4:8] == b"ftyp" and data[8:12] in (
        b"heic",
        b"heix",
        b"mif1",
        b"msf1",
        b"hevc",
    ):
        raise DomainError(
            _(
                "This is a HEIC photo, which many browsers cannot show. In the phone's camera "
                "settings choose “Most compatible”, or send a screenshot of it."
            )
        )
    if start.startswith(b"%pdf"):
        raise DomainError(
            _("This is a PDF, not a picture. Send a photo or screenshot of the page.")
        )
    if start.startswith((b"<!doctype", b"<html", b"<script", b"<")):
        raise DomainError(_("This is a web page, not a picture. Choose a JPEG, PNG or WebP file."))


def _decode_elsewhere(data: bytes, preset: Preset) -> tuple[dict, bytes]:
    order = {
        "pixels": MAX_PIXELS,
        "side": preset.side,
        "bytes": preset.bytes,
        "square": preset.square,
    }
    if not _one_at_a_time.acquire(timeout=TIMEOUT_SECONDS):
        raise DomainError(_("Many pictures are coming in just now. Try again in a minute."))
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD), json.dumps(order)],
            input=data,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"refused": "time"}, b""
    finally:
        _one_at_a_time.release()
    if done.returncode != 0:
        return {"refused": "crash"}, b""
    head, _newline, body = done.stdout.partition(b"\n")
    return json.loads(head), body


def _refusal(head: dict) -> str:
    if head["refused"] == "pixels":
        return _(
            "The picture has %(width)s × %(height)s pixels, more than %(limit)s million. "
            "Make it smaller and send it again."
        ) % {**head, "limit": MAX_PIXELS // 1_000_000}
    if head["refused"] == "unreadable":
        return _(
            "The file is not a picture that can be read. "
            "Choose a JPEG, PNG, WebP or GIF file, and check that it opens on your phone."
        )
    return _("The picture takes too long to read. Send a screenshot of it instead.")
