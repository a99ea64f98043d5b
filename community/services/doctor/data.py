"""What is kept: keys, database, triggers, files and backups."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from community import clock
from community.models.upload import Upload
from community.registry import Finding
from community.services import backups, field_keys
from community.trust import crypto, triggers

BACKUP_HOURS = 26
LOOKED_AT = 500  # the newest uploads; a restore without files loses them all


def keys_open() -> Finding:
    """The keyring opens what this database holds. Two queries."""
    try:
        lost = field_keys.prove()
    except ImproperlyConfigured as error:
        return Finding("fail", str(error), _("Set it and start again."))
    if lost:
        return Finding(
            "fail",
            _("Protected fields are sealed with key %(ids)s, which is not here.")
            % {"ids": ", ".join(lost)},
            _("Put the key back: FIELD_KEYS, the file field.keys, or a backup --with-keys."),
        )
    if not settings.FIELD_KEYS:
        return Finding(
            "ok",
            _("Protected fields can be read. Their only keys are in %(folder)s: keep a copy "
              "elsewhere.") % {"folder": settings.KEYS_DIR},
        )  # fmt: skip
    return Finding(
        "ok",
        _("Protected fields can be read; %(n)s keys are known.")
        % {"n": len(crypto.keyring().keys)},
    )


def database_is_set_up() -> Finding:
    """The engine's own promises: nothing saved is lost, readers and writers do not block."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return _sqlite(cursor)
        return _postgresql(cursor)


def _sqlite(cursor) -> Finding:
    cursor.execute("PRAGMA journal_mode")
    mode = cursor.fetchone()[0]
    immediate = connection.settings_dict["OPTIONS"].get("transaction_mode") == "IMMEDIATE"
    if mode != "wal" or not immediate:
        return Finding(
            "fail",
            _("SQLite runs in mode %(mode)s; people would meet a locked database.")
            % {"mode": mode},
            _("Put the data folder on a local disk, not on a network drive."),
        )
    cursor.execute("PRAGMA quick_check(1)")
    said = cursor.fetchone()[0]
    if said != "ok":
        return Finding(
            "fail",
            _("The database file is damaged: %(said)s.") % {"said": said},
            _("Stop everything, keep a copy of the file, and restore the newest backup."),
        )
    return Finding("ok", _("SQLite is whole, in WAL mode with immediate transactions."))


def _postgresql(cursor) -> Finding:
    wrong = []
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        cursor.execute("SELECT current_setting(%s)", [name])
        if cursor.fetchone()[0] == "off":
            wrong.append(name)
    if wrong:
        return Finding(
            "fail",
            _("PostgreSQL may lose what was saved: %(names)s is off.")
            % {"names": ", ".join(wrong)},
            _("Turn it on in postgresql.conf and reload."),
        )
    cursor.execute("SHOW server_version")
    return Finding("ok", _("PostgreSQL %(version)s answers.") % {"version": cursor.fetchone()[0]})


def migrations_are_applied() -> Finding:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        names = ", ".join(
            f"{migration.app_label}.{migration.name}" for migration, _back in plan[:3]
        )
        return Finding(
            "fail",
            _("%(n)s migrations are not applied: %(names)s.") % {"n": len(plan), "names": names},
            _("Make a backup, then run manage.py migrate."),
        )
    return Finding("ok", _("The database has the shape that the code expects."))


def triggers_are_in_place() -> Finding:
    if missing := triggers.missing():
        return Finding(
            "fail",
            _("Recorded deeds could be changed: %(names)s is missing.")
            % {"names": ", ".join(missing)},
            _("Run manage.py install_triggers, and find out who removed it."),
        )
    return Finding("ok", _("Recorded deeds cannot be changed."))


def uploads_have_their_files() -> Finding:
    newest = Upload.objects.order_by("-pk")[:LOOKED_AT]
    lost = [upload.public_id for upload in newest if not upload.path.exists()]
    if lost:
        return Finding(
            "fail",
            _("%(n)s pictures have a row and no file (%(first)s …).")
            % {"n": len(lost), "first": lost[0]},
            _("Restore the folder %(folder)s from a backup.") % {"folder": settings.MEDIA_ROOT},
        )
    return Finding("ok", _("Every picture looked at has its file."))


def backup_is_fresh() -> Finding:
    newest = backups.newest()
    if newest is None:
        return Finding(
            "ok" if settings.DEMO else "warn",
            _("There is no backup in %(folder)s.") % {"folder": settings.BACKUP_DIR},
            _("Run manage.py backup every night, and copy the file to another machine."),
        )
    hours = (clock.now().timestamp() - newest.stat().st_mtime) / 3600
    told = {"name": newest.name, "hours": round(hours)}
    if hours > BACKUP_HOURS and not settings.DEMO:
        return Finding(
            "warn",
            _("The newest backup, %(name)s, is %(hours)s hours old.") % told,
            _("See why the nightly manage.py backup does not run."),
        )
    return Finding("ok", _("The newest backup, %(name)s, is %(hours)s hours old.") % told)
