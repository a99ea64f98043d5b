"""What carries messages: broker, the look every half minute, and the mail server."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from kombu import Connection

from community import channels, clock
from community.channels.parts import DeliveryFailure
from community.models.look import Look
from community.registry import Finding

STALE_SECONDS = 180
BROKER_SECONDS = 3


def broker_answers() -> Finding:
    url = settings.CELERY_BROKER_URL
    scheme = url.split(":", 1)[0]
    start = _("Start it, or correct CELERY_BROKER_URL. Until then messages wait in the database; "
              "manage.py deliver sends them by hand.")  # fmt: skip
    if scheme == "filesystem":
        folder = Path(settings.BROKER_DIR)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".doctor"
            probe.write_text("x")
            probe.unlink()
        except OSError as error:
            return Finding(
                "fail",
                _("The broker's folder %(folder)s cannot be written: %(reason)s.")
                % {"folder": folder, "reason": error.strerror},
                _("Give it to the user that runs the site."),
            )
        return Finding("ok", _("The broker is a folder, and can be written."))
    try:
        with Connection(url, connect_timeout=BROKER_SECONDS) as connection:
            connection.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)
    except Exception as error:
        return Finding(
            "fail",
            _("The broker does not answer: %(reason)s.") % {"reason": type(error).__name__},
            start,
        )
    return Finding("ok", _("The broker answers."))


def look_is_fresh() -> Finding:
    """Beat, broker, worker and database are alive together if their look is fresh. One query."""
    last = Look.objects.filter(way=Look.Way.BELL).first()
    if last is None:
        return Finding(
            "warn",
            _("Nobody has looked yet for messages that are due."),
            _("Start the worker and beat; manage.py up starts both."),
        )
    seconds = (clock.now() - last.at).total_seconds()
    if seconds > STALE_SECONDS:
        return Finding(
            "fail",
            _("The last look for due messages was %(n)s minutes ago; it should be half a minute.")
            % {"n": round(seconds / 60)},
            _("Restart the worker and beat, and read their log."),
        )
    return Finding(
        "ok", _("The last look for due messages was %(n)s seconds ago.") % {"n": round(seconds)}
    )


def mail_is_accepted() -> Finding:
    """Sign in at the mail server as delivery would, and send nothing."""
    if settings.EMAIL_URL.scheme == "mailbox":
        return Finding(
            "ok" if settings.DEMO or settings.MODE == "test" else "fail",
            _("Mails are written to files and reach nobody."),
            _("Set EMAIL_URL to smtp+ssl://user:password@host:465."),
        )
    try:
        channels.try_email()
    except DeliveryFailure as failure:
        return Finding(
            "fail",
            _("The mail server refuses: %(reason)s") % {"reason": failure},
            _("Check EMAIL_URL and EMAIL_PASSWORD; many providers want an app password."),
        )
    return Finding("ok", _("The mail server accepts our name and password."))
