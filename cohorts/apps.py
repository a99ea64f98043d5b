"""Camps, and the standard operating procedures (SOP) they run by."""

from django.apps import AppConfig


class CohortsConfig(AppConfig):
    name = "cohorts"
