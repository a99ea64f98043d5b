"""The Celery app. Tasks are found in each app's ``tasks`` module; settings are Django's."""

import os
from pathlib import Path
from typing import Any

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("shalijin")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Without this only the thread that imports us rings our broker; a web server's own threads would
# ring the one that Celery takes when nobody is configured.
app.set_default()
app.autodiscover_tasks()


@app.on_after_configure.connect
def make_folders_of_the_file_broker(sender: Celery, **_: Any) -> None:
    """kombu writes into these and does not make them; whoever rings or listens first does."""
    options = sender.conf.broker_transport_options
    for name in ("data_folder_in", "data_folder_out", "control_folder"):
        if name in options:
            Path(options[name]).mkdir(mode=0o700, parents=True, exist_ok=True)
