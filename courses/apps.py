"""Partner courses, and the open ledger of their commission."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
