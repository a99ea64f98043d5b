"""The suite's settings: the real ones, in the mode ``test``, with a fast hasher and no broker.

``DATABASE_URL`` and ``CACHE_URL`` choose the engine; without them it is a SQLite *file*, because
an in-memory database has neither WAL nor a second connection to race with.
"""

import os
import tempfile

os.environ.setdefault("SHALIJIN_MODE", "test")
os.environ.setdefault("SHALIJIN_DATA", tempfile.mkdtemp(prefix="shalijin-test-"))
os.environ.setdefault("CELERY_BROKER_URL", "memory://")

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, DATA_DIR  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
