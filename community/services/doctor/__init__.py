"""What ``manage.py doctor`` looks at, and in which order. Delivery and the apps above add theirs to
``registry.health_checks`` in the same way."""

import logging
from dataclasses import dataclass

from django.utils.translation import gettext as _

from community.registry import Finding, HealthCheck, health_checks
from community.services import delivery_health, robot_faults  # noqa: F401  importing registers
from community.services.doctor import data, machine

logger = logging.getLogger(__name__)
STATES = ("ok", "warn", "fail")

CHECKS = (
    ("clock", machine.clock_is_right),
    ("disk", machine.disk_has_room),
    ("memory", machine.memory_has_room),
    ("folders", machine.folders_are_private),
    ("built files", machine.files_are_built),
    ("keys", data.keys_open),
    ("database", data.database_is_set_up),
    ("migrations", data.migrations_are_applied),
    ("triggers", data.triggers_are_in_place),
    ("uploads", data.uploads_have_their_files),
    ("backup", data.backup_is_fresh),
)
for order, (name, run) in enumerate(CHECKS, start=1):
    health_checks.register(name, HealthCheck(run=run, order=order))


@dataclass(frozen=True)
class Line:
    """One check and what it found."""

    name: str
    finding: Finding


def examine(only: list[str] | None = None) -> list[Line]:
    """Run every check, or those named in ``only``. One that breaks is a finding, not an end."""
    return [
        Line(name, _run(name, check))
        for name, check in health_checks.items()
        if not only or name in only
    ]


def _run(name: str, check: HealthCheck) -> Finding:
    try:
        return check.run()
    except Exception as error:
        logger.exception("doctor check %s broke", name)
        return Finding(
            "fail",
            _("This could not be looked at: %(error)s.")
            % {"error": f"{type(error).__name__}: {error}"},
            _("Mend what it names and run doctor again."),
        )
