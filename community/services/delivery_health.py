"""Does what leaves the house still leave it? Asked by ``/readyz/`` and by ``manage.py doctor``."""

import datetime as dt
import os
from collections.abc import Callable

from celery import current_app
from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from kombu.exceptions import OperationalError

from community import channels, clock
from community.channels import ChannelDown
from community.models import OutboxMessage, Run
from community.registry import Finding, HealthCheck, health_checks
from community.services import bell, delivery_desk, journal, mail_faults, switches
from community.services.delivery_desk import DUE_TOO_OLD, LOOK_TOO_OLD


def broker_answers() -> bool:
    """Whether a bell can be rung; waits two seconds at most. No query."""
    options = current_app.conf.broker_transport_options
    if folder := options.get("data_folder_out"):
        return os.access(folder, os.W_OK | os.X_OK)
    try:
        with current_app.connection_for_write(transport_options=bell.PATIENCE) as connection:
            connection.ensure_connection(
                max_retries=1, interval_start=0, interval_step=0, timeout=2
            )
    except (OperationalError, OSError):
        return False
    return True


def warnings() -> list[str]:
    """Short names of what keeps messages in the house, while pages can still be served: ``broker``,
    ``look`` (nobody has looked for three minutes), ``clock`` (the last look lies in the future),
    ``parts`` (what an app does at each look fails), ``due`` (something waits for more than five
    minutes), ``runs`` (so does the handing out of something), ``nothing-sent`` (of what was due in
    a day, nothing went out), ``disk`` (the journal of what is sent cannot be written). Seven
    queries."""
    now = clock.now()
    look, oldest = delivery_desk.last_look(), delivery_desk.oldest_due()
    found = {
        "broker": not broker_answers(),
        "look": look is None or now - look.at > LOOK_TOO_OLD,
        "clock": look is not None and look.at - now > LOOK_TOO_OLD,
        "parts": look is not None and bool(look.broken_parts()),
        "due": oldest is not None and now - oldest > DUE_TOO_OLD,
        "runs": bool(stuck_runs(now)),
        "nothing-sent": bool(nothing_sent(now)),
        "disk": not _journal_can_be_written(),
    }
    return [name for name, is_wrong in found.items() if is_wrong]


def stuck_runs(now: dt.datetime) -> int:
    """How many runs of rooms have been open for more than five minutes without coming to their end.
    One query; none are counted while a switch keeps messages back."""
    if switches.all_on():
        return 0
    old = Run.objects.open().filter(room__isnull=False, planned_at__lt=now - DUE_TOO_OLD)
    return old.count()


def nothing_sent(now: dt.datetime) -> list[str]:
    """Kinds of which something was due within the last day and nothing at all went out or was
    decided about. One query."""
    due = Run.objects.filter(due_at__gt=now - dt.timedelta(days=1), due_at__lt=now - DUE_TOO_OLD)
    settled = Q(state__in=[Run.State.OPEN, Run.State.DONE]) | Q(decided_by__isnull=False)
    counts = (
        due.order_by()
        .values_list("what")
        .annotate(went=Count("pk", filter=settled), all=Count("pk"))
    )
    return sorted(what for what, went, _all in counts if not went)


def check_runs() -> Finding:
    now = clock.now()
    if stuck := stuck_runs(now):
        return Finding(
            "fail",
            ngettext(
                "%(count)s sending does not come to its end.",
                "%(count)s sendings do not come to their end.",
                stuck,
            )
            % {"count": stuck},
            _("See the log of the worker; until then: manage.py deliver --once"),
        )
    if kinds := nothing_sent(now):
        return Finding(
            "warn",
            _("Something was due in the last day and nothing of it went out: %(kinds)s.")
            % {"kinds": ", ".join(kinds)},
            _("Look at /ops/late/; each thing there says why it waits."),
        )
    return Finding("ok", _("What was due in the last day went out."))


def _journal_can_be_written() -> bool:
    try:
        journal.check()
    except journal.NoRoom:
        return False
    return True


def check_journal() -> Finding:
    if _journal_can_be_written():
        return Finding("ok", _("The journal of what is sent can be written."))
    return Finding(
        "fail",
        _("The journal of what is sent cannot be written, so nothing is sent."),
        _(
            "Make room in %(folder)s, or give it to the user who runs this. Nothing is lost meanwhile."
        )
        % {"folder": journal.folder()},
    )


def check_broker() -> Finding:
    if broker_answers():
        return Finding("ok", _("The broker answers."))
    return Finding(
        "fail",
        _("The broker cannot be reached."),
        _("Start it, or correct CELERY_BROKER_URL. Nothing is lost meanwhile."),
    )


def check_look() -> Finding:
    look = delivery_desk.last_look()
    if look is None:
        return Finding(
            "warn",
            _("Nobody has looked yet for messages to send."),
            _("Start the worker and beat, and wait half a minute."),
        )
    age = clock.now() - look.at
    text = _("The last look was %(seconds)s seconds ago.") % {"seconds": int(age.total_seconds())}
    if age <= LOOK_TOO_OLD:
        return Finding("ok", text)
    return Finding(
        "fail", text, _("Start the worker and beat again; until then: manage.py deliver --once")
    )


def check_parts() -> Finding:
    look = delivery_desk.last_look()
    if look is None or not look.parts:
        return Finding("ok", _("No app has done anything at a look yet."))
    if broken := look.broken_parts():
        stuck = _("does not come to its end")
        failing = "; ".join(f"{name} ({error or stuck})" for name, error in broken.items())
        return Finding(
            "fail",
            _("At each look this fails: %(parts)s.") % {"parts": failing},
            _("See the log of the worker. Everything else goes on."),
        )
    told = [f"{name} {part['ms']} ms" for name, part in look.shown_parts()]
    return Finding(
        "ok", _("What the apps do at each look works: %(parts)s.") % {"parts": ", ".join(told)}
    )


def check_due() -> Finding:
    oldest = delivery_desk.oldest_due()
    age = clock.now() - oldest if oldest else None
    if age is None or age <= DUE_TOO_OLD:
        return Finding("ok", _("Nothing waits for too long."))
    return Finding(
        "fail",
        _("A message has been due for %(minutes)s minutes.")
        % {"minutes": int(age.total_seconds() // 60)},
        _("Look at /desk/delivery/; it shows the errors."),
    )


def check_person() -> Finding:
    waiting = OutboxMessage.objects.for_a_person().count()
    if not waiting:
        return Finding("ok", _("No message waits for a person."))
    return Finding(
        "warn",
        ngettext(
            "%(count)s message waits for a person.",
            "%(count)s messages wait for a person.",
            waiting,
        )
        % {"count": waiting},
        _("Decide at /desk/delivery/."),
    )


def check_mail() -> Finding:
    """Connects to each mail account, greets and signs in; sends nothing."""
    if mail_faults.sends_nothing():
        return Finding(
            "ok" if settings.DEMO else "warn",
            _("No mail leaves: EMAIL_URL is mailbox://, which writes files."),
            "" if settings.DEMO else _("Set EMAIL_URL to smtp+ssl://user:password@host:465."),
        )
    wrong = []
    for sender in channels.all_senders():
        try:
            channels.try_sender(sender)
        except ChannelDown as error:
            wrong.append(mail_faults.words(sender, error.fault, error.said))
    if wrong:
        sentences, todos = zip(*wrong, strict=True)
        return Finding("fail", " ".join(sentences), " ".join(dict.fromkeys(todos)))
    return Finding("ok", _("The mail server lets us in."))


CHECKS: dict[str, tuple[Callable[[], Finding], int]] = {
    "delivery-broker": (check_broker, 50),
    "delivery-look": (check_look, 51),
    "delivery-parts": (check_parts, 51),
    "delivery-due": (check_due, 52),
    "delivery-runs": (check_runs, 52),
    "delivery-person": (check_person, 53),
    "delivery-journal": (check_journal, 53),
    "mail": (check_mail, 54),
}
for _name, (_run, _order) in CHECKS.items():
    health_checks.register(_name, HealthCheck(run=_run, order=_order))
