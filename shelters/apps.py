"""Places with beds, stays, and shelter for people in danger."""

from django.apps import AppConfig


class SheltersConfig(AppConfig):
    name = "shelters"
