"""Backups: made while people work, verified before they are called one, restored on hold.

One archive holds the database, the pictures and, if asked for, the keys. Without the keys an
archive alone does not open the protected fields; keep both, in two places.
"""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import metadata
from pathlib import Path
from types import ModuleType

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models.look import Look
from community.models.member import Member
from community.services import field_keys, guards, switches
from community.services.backups import archive, postgresql, sqlite
from community.trust import crypto
from community.trust.files import replace_private

PATTERN = "shalijin-*.tar.gz"
RUNNING_SECONDS = 90
LEFT_SECONDS = 24 * 3600
Say = Callable[[str], None]


def _engine() -> ModuleType:
    return {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]


def newest() -> Path | None:
    """The newest backup in ``BACKUP_DIR``, or None."""
    found = sorted(Path(settings.BACKUP_DIR).glob(PATTERN), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None


def _scratch(folder: Path) -> tempfile.TemporaryDirectory:
    """A private folder on the same disk, gone afterwards: a dump holds everything. What a killed
    command left there goes too."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob(".backup-*"):
        if clock.now().timestamp() - left.stat().st_mtime > LEFT_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=".backup-", dir=folder)


def create(
    target: Path | None = None, *, with_keys: bool = False, say: Say = lambda _text: None
) -> Path:
    """Write a backup, read it back, and return its path. Raises DomainError; leaves no half one.

    People can go on working. What is compared is the number of rows in every table, and every
    byte by its SHA-256.
    """
    target = target or _free_name()
    if target.exists():
        raise DomainError(_("%(name)s is there already; choose another name.") % {"name": target})
    engine = _engine()
    with _scratch(target.parent) as scratch:
        rows = engine.dump(Path(scratch))
        field_keys.prove()
        manifest = archive.Manifest(
            made_at=clock.now().isoformat(),
            engine=connection.vendor,
            server_version=engine.server_version(),
            app_version=_version(),
            rows=rows,
            with_keys=with_keys,
            key_ids=list(crypto.keyring().keys),
        )
        archive.write(target, manifest, _files(Path(scratch) / engine.FILE, with_keys))
    try:
        _verify(target, say)
    except DomainError:
        target.rename(target.with_name(f"{target.name}.damaged"))
        raise
    return target


def _free_name(ending: str = "") -> Path:
    """A name of this second in ``BACKUP_DIR``; the second of one second gets a number."""
    stem = f"shalijin-{clock.now():%Y%m%d-%H%M%S}"
    names = (f"{stem}{f'-{n}' if n > 1 else ''}{ending}.tar.gz" for n in itertools.count(1))
    paths = (Path(settings.BACKUP_DIR) / name for name in names)
    return next(path for path in paths if not path.exists())


def _version() -> str:
    try:
        return metadata.version("shalijin")
    except metadata.PackageNotFoundError:
        return "source"


def _files(database: Path, with_keys: bool) -> Iterator[tuple[str, Path]]:
    """(name in the archive, path): the database first, then pictures, then keys."""
    yield database.name, database
    folders = {"media": Path(settings.MEDIA_ROOT)}
    if with_keys:
        folders["keys"] = Path(settings.KEYS_DIR)
    for name, folder in folders.items():
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield f"{name}/{path.relative_to(folder).as_posix()}", path


def _verify(target: Path, say: Say) -> None:
    """Unpack the archive again, load its database elsewhere and count."""
    with _scratch(target.parent) as scratch:
        manifest = archive.unpack(target, Path(scratch))
        counted, left_out = _engine().verify(Path(scratch))
    if left_out:
        say(left_out)
    if counted is not None and counted != manifest.rows:
        wrong = sorted(
            name
            for name in {*counted, *manifest.rows}
            if counted.get(name) != manifest.rows.get(name)
        )
        raise DomainError(
            _("The backup does not hold what the database held (%(tables)s). It was set aside.")
            % {"tables": ", ".join(wrong[:5])}
        )


def restore(source: Path, *, yes: bool = False, say: Say = lambda _text: None) -> archive.Manifest:
    """Put a backup in the place of what is here, and hold delivery until a person lifts it.

    First everything that can be refused is refused; then what is here is kept as a backup of its
    own. Raises DomainError.
    """
    engine = _engine()
    with _scratch(Path(settings.DATA_DIR)) as scratch:
        folder = Path(scratch)
        manifest = archive.unpack(source, folder)
        if manifest.engine != connection.vendor:
            raise DomainError(
                _("The backup is of %(theirs)s, and DATABASE_URL names %(ours)s.")
                % {"theirs": manifest.engine, "ours": connection.vendor}
            )
        _keep_what_is_here(yes, say)
        engine.restore(folder)
        _restore_keys(folder / "keys", say)
        _restore_media(folder / "media")
    crypto.forget_keys()
    call_command("migrate", interactive=False, verbosity=0)
    switches.turn_on(
        "hold",
        reason=_("Restored from %(name)s, made %(when)s.")
        % {"name": source.name, "when": manifest.made_at[:16]},
    )
    for sentence in guards.problems().values():
        say(sentence)
    return manifest


def _keep_what_is_here(yes: bool, say: Say) -> None:
    """Refuse while somebody works here or has not said yes; then back up what will be replaced."""
    try:
        people = Member.objects.count()
        busy = Look.objects.filter(at__gt=clock.now() - timedelta(seconds=RUNNING_SECONDS)).exists()
    except DatabaseError:
        return  # nothing here yet, or nothing that can be read
    if busy:
        raise DomainError(
            _("A worker looked for messages a moment ago. Stop the site and its workers first.")
        )
    if not people:
        return
    if not yes:
        raise DomainError(
            _("Members in this database: %(n)s. Repeat with --yes to replace everything.")
            % {"n": people}
        )
    kept = create(_free_name("-before-restore"), with_keys=True)
    say(_("What was here is kept in %(name)s.") % {"name": kept})


def _restore_media(unpacked: Path) -> None:
    """Swap the folders, so that pictures are the old ones or the new ones and never a mixture."""
    media = Path(settings.MEDIA_ROOT)
    unpacked.mkdir(mode=0o700, exist_ok=True)
    aside = media.with_name(f".{media.name}-replaced")
    shutil.rmtree(aside, ignore_errors=True)
    if media.exists():
        media.rename(aside)
    media.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unpacked.rename(media)
    shutil.rmtree(aside, ignore_errors=True)


def _restore_keys(unpacked: Path, say: Say) -> None:
    """Add the keys of the backup to ours. No key is ever thrown away: something may need it."""
    if not unpacked.is_dir():
        return
    folder = Path(settings.KEYS_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in sorted(unpacked.iterdir()):
        ours, theirs = folder / path.name, path.read_text("ascii")
        here = ours.read_text("ascii") if ours.exists() else ""
        if path.name == crypto.FIELD_KEYS_FILE:
            known = here.splitlines()
            more = [line for line in theirs.splitlines() if line not in known]
            replace_private(ours, "\n".join([*known, *more]) + "\n")
        elif not here:
            replace_private(ours, theirs)
        elif here != theirs and path.name == crypto.INDEX_KEY_FILE:
            # The restored fingerprints were made with theirs.
            replace_private(folder / f"{path.name}.replaced", here)
            replace_private(ours, theirs)
            say(_("The index key of the backup is in place; the one before is kept beside it."))
