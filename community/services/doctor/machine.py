"""The machine: its clock, disk, memory and folders, and what was built from the code."""

import shutil
import stat
import time
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from community import assets, clock
from community.models.look import Look
from community.registry import Finding

MEGABYTE = 2**20
DISK_FAIL, DISK_WARN = 200 * MEGABYTE, 1024 * MEGABYTE
MEMORY_FAIL, MEMORY_WARN = 60 * MEGABYTE, 150 * MEGABYTE
CLOCK_SECONDS = 2
A_MINUTE = 60
OLDEST_PLAUSIBLE = 1_767_225_600  # 2026-01-01: before that this code did not exist


def clock_is_right() -> Finding:
    """Compare with the database server and with the last look. One query each."""
    if settings.CLOCK_OFFSET:
        return Finding(
            "warn",
            _("The clock is moved by %(offset)s (SHALIJIN_CLOCK_OFFSET).")
            % {"offset": settings.CLOCK_OFFSET_TEXT},
            _("Unset it unless you are trying something out."),
        )
    if time.time() < OLDEST_PLAUSIBLE:
        return Finding(
            "fail",
            _("The machine believes it is %(date)s.") % {"date": clock.now().date()},
            _("Set the clock and turn on time synchronisation (timedatectl set-ntp true)."),
        )
    apart = _seconds_from_database()
    if abs(apart) > CLOCK_SECONDS:
        return Finding(
            "fail",
            _("This machine's clock and the database's differ by %(seconds)s seconds.")
            % {"seconds": round(apart, 1)},
            _("Turn on time synchronisation on both machines (timedatectl set-ntp true)."),
        )
    latest = Look.objects.order_by("-at").values_list("at", flat=True).first()
    if latest and (latest - clock.now()).total_seconds() > A_MINUTE:
        return Finding(
            "fail",
            _("The last look was made in the future, so the clock has been put back."),
            _("Check the date of this machine; messages wait until it is past that moment."),
        )
    return Finding("ok", _("The clock is right, as far as can be told from here."))


def _seconds_from_database() -> float:
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        return float(cursor.fetchone()[0]) - time.time()


def disk_has_room() -> Finding:
    usage = shutil.disk_usage(settings.DATA_DIR)
    free = {"free": f"{usage.free // MEGABYTE:,}", "folder": settings.DATA_DIR}
    if usage.free < DISK_FAIL:
        return Finding(
            "fail",
            _("Only %(free)s MB are free where %(folder)s is.") % free,
            _("Make room now: with a full disk nothing can be saved."),
        )
    if usage.free < DISK_WARN or usage.free < usage.total // 20:
        return Finding(
            "warn",
            _("%(free)s MB are free where %(folder)s is.") % free,
            _("Make room soon; old backups are usually the largest files."),
        )
    return Finding("ok", _("%(free)s MB are free where %(folder)s is.") % free)


def memory_has_room() -> Finding:
    available = _available_memory()
    if available is None:
        return Finding("ok", _("This system does not tell how much memory is available."))
    told = {"free": f"{available // MEGABYTE:,}"}
    if available < MEMORY_WARN:
        return Finding(
            "fail" if available < MEMORY_FAIL else "warn",
            _("%(free)s MB of memory are available.") % told,
            _("Stop what else runs here, add swap, or take a machine with more memory."),
        )
    return Finding("ok", _("%(free)s MB of memory are available.") % told)


def _available_memory() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass  # not Linux
    return None


def folders_are_private() -> Finding:
    """The data folder can be written; keys and uploads can be read by nobody else."""
    probe = settings.DATA_DIR / ".doctor"
    try:
        probe.write_text("x")
        probe.unlink()
    except OSError as error:
        return Finding(
            "fail",
            _("The data folder %(folder)s cannot be written: %(reason)s.")
            % {"folder": settings.DATA_DIR, "reason": error.strerror},
            _("Give it to the user that runs the site (chown -R), or set SHALIJIN_DATA."),
        )
    secret = [settings.KEYS_DIR, *Path(settings.KEYS_DIR).glob("*"), Path(settings.MEDIA_ROOT)]
    for path in secret:
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            return Finding(
                "fail",
                _("Other users of this machine can read %(path)s.") % {"path": path},
                _("Run: chmod -R go-rwx %(path)s") % {"path": path},
            )
    if stat.S_IMODE(settings.DATA_DIR.stat().st_mode) & 0o007:
        return Finding(
            "warn",
            _("Other users of this machine can look into %(path)s.") % {"path": settings.DATA_DIR},
            _("Run: chmod o-rwx %(path)s") % {"path": settings.DATA_DIR},
        )
    return Finding("ok", _("The data folder can be written, and keys and uploads are private."))


def files_are_built() -> Finding:
    if assets.is_stale():
        return Finding(
            "fail",
            _("The style sheet and scripts are missing or older than their sources."),
            _("Run manage.py build_assets, then start again."),
        )
    stale = [
        source.parent.parent.name
        for folder in settings.LOCALE_PATHS
        for source in Path(folder).glob("*/LC_MESSAGES/*.po")
        if not (built := source.with_suffix(".mo")).exists()
        or built.stat().st_mtime < source.stat().st_mtime
    ]
    if stale:
        return Finding(
            "fail",
            _("Translations are not compiled: %(names)s.") % {"names": ", ".join(sorted(stale))},
            _("Run manage.py compile_translations, then start again."),
        )
    return Finding("ok", _("Style sheet, scripts and translations are built."))
