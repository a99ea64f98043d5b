"""The project's own settings for the processes of a run, with the waits that a short run needs.

What is shorter than in production is named in each result, and the full sizes say which of them
they keep.
"""

import os

from config.settings import *  # noqa: F403
from config.settings import CELERY_BEAT_SCHEDULE, INSTALLED_APPS, OUTBOX_LEASE_SECONDS

LOOK_SECONDS = float(os.environ.get("CHAOS_LOOK_SECONDS", "30"))
CELERY_BEAT_SCHEDULE["look"]["schedule"] = LOOK_SECONDS
CELERY_BEAT_SCHEDULE["look"]["options"] = {"expires": LOOK_SECONDS}
# Beat wakes up this often at most.
CELERY_BEAT_MAX_LOOP_INTERVAL = LOOK_SECONDS
OUTBOX_LEASE_SECONDS = float(os.environ.get("CHAOS_LEASE_SECONDS", OUTBOX_LEASE_SECONDS))
INSTALLED_APPS = [*INSTALLED_APPS, "tests.chaos.apps.ChaosConfig"]
