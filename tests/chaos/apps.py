"""Loaded by the settings of the runs: what a shorter lease needs besides, and shorter pauses after a failure."""

import datetime as dt
import os
from importlib import import_module

from django.apps import AppConfig


class ChaosConfig(AppConfig):
    name = "tests.chaos"
    label = "chaos"

    def ready(self) -> None:
        if margin := os.environ.get("CHAOS_MARGIN_SECONDS"):
            # By name, because this file is read before there are models.
            delivery = import_module("community.services.delivery")
            delivery.LEASE_MARGIN = dt.timedelta(seconds=float(margin))
        if pause := os.environ.get("CHAOS_BACKOFF_SECONDS"):
            outbox = import_module("community.services.outbox")
            short = dt.timedelta(seconds=float(pause))
            outbox.FIRST_BACKOFF = dict.fromkeys(outbox.FIRST_BACKOFF, short)
