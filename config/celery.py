"""The Celery app. Tasks are found in each app's ``tasks`` module; settings are Django's."""

import os
from pathlib import Path

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("shalijin")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Without this only the thread that imports us rings our broker; a web server's own threads would
# ring the one that Celery takes when nobody is configured.
app.set_default()
app.autodiscover_tasks()

# The file broker writes into folders that it does not make.
for name, folder in settings.CELERY_BROKER_TRANSPORT_OPTIONS.items():
    if name in {"data_folder_in", "data_folder_out", "control_folder"}:
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
