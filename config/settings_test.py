"""The suite's settings: the real ones, in the mode ``test``, with a fast hasher and no broker.

``DATABASE_URL`` and ``CACHE_URL`` choose the engine; without them it is a SQLite *file*, because
an in-memory database has neither WAL nor a second connection to race with.
"""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("SHALIJIN_MODE", "test")
if "SHALIJIN_DATA" not in os.environ:
    os.environ["SHALIJIN_DATA"] = _made = tempfile.mkdtemp(prefix="shalijin-test-")
    _maker = os.getpid()  # a forked process must not clear away what its parent still uses
    atexit.register(lambda: os.getpid() == _maker and shutil.rmtree(_made, ignore_errors=True))
os.environ.setdefault("CELERY_BROKER_URL", "memory://")
# A test that is about mail must not depend on the hour it is run at.
os.environ.setdefault("QUIET_HOURS", "00:00-00:00")

from config.settings import *  # noqa: F403
from config.settings import DATA_DIR, DATABASES, STATIC_ROOT

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# WhiteNoise warns of a missing folder, and a warning is an error here.
os.makedirs(STATIC_ROOT, exist_ok=True)
