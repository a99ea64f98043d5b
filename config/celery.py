"""The Celery app. Tasks are found in each app's ``tasks`` module; settings are Django's."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("shalijin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
