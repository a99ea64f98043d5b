"""Camps, and the standard operating procedures (SOP) they run by."""

from django.apps import AppConfig


class CohortsConfig(AppConfig):
    name = "cohorts"

    def ready(self) -> None:
        # Importing registers: predicates with rules, and what community needs from here.
        from cohorts import navigation, rules, sections  # noqa: F401
        from cohorts.demo import camps, english  # noqa: F401
        from cohorts.models.retention import classify_all
        from cohorts.services import (  # noqa: F401
            bindings,
            camp_dates,
            facts,
            robot_report,
            room_keeping,
            staff_data,
        )
        from cohorts.services.templates import shipped  # noqa: F401

        classify_all()
