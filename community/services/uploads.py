"""Pictures: taken in, kept as our own file with a row beside it, and taken away together."""

import hashlib
import os
import secrets
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from community.models.member import Member
from community.models.room import Room
from community.models.space import Space
from community.models.upload import Upload
from community.trust import images, ratelimit

AN_HOUR = 3600
MOST_AN_HOUR = 60


def store_image(
    *,
    owner: Member,
    file: BinaryIO,
    kind: str,
    audience: str = Upload.Audience.OWNER,
    space: Space | None = None,
    room: Room | None = None,
) -> Upload:
    """Make our own picture of ``file`` and keep it for ``audience``. Raises DomainError in words.

    Decodes outside any lock and in another process; then one INSERT. The file is on the disk
    before the row can be seen. A room brings its space.
    """
    ratelimit.hit("upload", f"member {owner.pk}", limit=MOST_AN_HOUR, window=AN_HOUR)
    clean = images.clean_image(file, kind)
    upload = Upload(
        owner=owner,
        kind=kind,
        audience=audience,
        space=room.space if room else space,
        room=room,
        content_type=clean.content_type,
        size=len(clean.body),
        width=clean.width,
        height=clean.height,
        sha256=hashlib.sha256(clean.body).hexdigest(),
    )
    _write(upload.path, clean.body)
    try:
        with transaction.atomic():
            upload.save(force_insert=True)
    except BaseException:
        upload.path.unlink(missing_ok=True)
        raise
    return upload


def delete(upload: Upload) -> None:
    """Take the row away, and the bytes once that is certain. One DELETE."""
    path = upload.path
    with transaction.atomic():
        upload.delete()
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


def _write(path: Path, body: bytes) -> None:
    """Whole or not at all, readable by us alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(body)
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, path)
