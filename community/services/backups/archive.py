"""The archive: a tar file with a manifest that names every file in it, its size and its SHA-256."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.utils.translation import gettext as _

from community.errors import DomainError

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20


@dataclass
class Manifest:
    """What the archive says of itself. ``rows`` counts each table as it was at that moment."""

    made_at: str
    engine: str
    server_version: str
    app_version: str
    rows: dict[str, int]
    with_keys: bool
    key_ids: list[str]
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    format: int = FORMAT


def write(target: Path, manifest: Manifest, files: Iterator[tuple[str, Path]]) -> None:
    """Write ``files`` (name in the archive, path) and then the manifest; whole or not at all.

    A file that vanishes meanwhile (a picture that somebody deletes) is left out.
    """
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as out:
            with tarfile.open(fileobj=out, mode="w:gz", compresslevel=5) as tar:
                for name, path in files:
                    _add(tar, manifest, name, path)
                text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
                tar.addfile(_info(MANIFEST, len(text)), io.BytesIO(text))
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _add(tar: tarfile.TarFile, manifest: Manifest, name: str, path: Path) -> None:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        size = os.fstat(file.fileno()).st_size
        hashing = _Hashing(file)
        tar.addfile(_info(name, size), hashing)
    manifest.files[name] = {"size": size, "sha256": hashing.hexdigest()}


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.file.read(size)
        self.digest.update(chunk)
        return chunk

    def hexdigest(self) -> str:
        return self.digest.hexdigest()


def unpack(source: Path, folder: Path) -> Manifest:
    """Unpack ``source`` into the empty ``folder`` and compare every file with the manifest.

    Raises DomainError for a file that is no backup of ours, is damaged, or lacks something.
    """
    found: dict[str, dict[str, Any]] = {}
    try:
        with tarfile.open(source, "r:gz") as tar:
            for member in tar:
                found[member.name] = _unpack_one(tar, member, folder)
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DomainError(
            _("%(name)s is not a backup of this site, or is not there.") % {"name": source}
        ) from error
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise _damaged(source, str(error)) from error
    found.pop(MANIFEST)
    if told.get("format") != FORMAT:
        raise DomainError(
            _("%(name)s was made by another version of this command (format %(format)s).")
            % {"name": source.name, "format": told.get("format")}
        )
    manifest = Manifest(**told)
    if found != manifest.files:
        wrong = sorted(
            name
            for name in {*found, *manifest.files}
            if found.get(name) != manifest.files.get(name)
        )
        raise _damaged(source, ", ".join(wrong[:3]))
    return manifest


def _unpack_one(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> dict[str, Any]:
    name = PurePosixPath(member.name)
    if not member.isfile() or name.is_absolute() or ".." in name.parts:
        raise tarfile.TarError(f"{member.name} has no place in a backup")
    path = folder / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = tar.extractfile(member)
    digest = hashlib.sha256()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        while content and (chunk := content.read(CHUNK)):
            digest.update(chunk)
            out.write(chunk)
    return {"size": member.size, "sha256": digest.hexdigest()}


def _damaged(source: Path, what: str) -> DomainError:
    return DomainError(
        _("The backup %(name)s is damaged (%(what)s). Nothing was changed; use another one.")
        % {"name": source.name, "what": what}
    )
