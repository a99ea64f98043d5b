"""Celery's worker without its command line: some ten megabytes less, and a quicker start.

Run as ``python -m community.supervisor.worker APP QUEUES`` (APP as for ``celery -A``). Two threads
in one process: what is slow here is waiting for the mail server.
"""

import os
import sys

from celery.app.utils import find_app

# A thread that comes back from the database waits for the other one to let go of Python, 5 ms unless
# told otherwise, after each statement; and a page that writes waits for SQLite's one writer meanwhile.
SWITCH_SECONDS = 0.001


def main() -> int:
    """Work until SIGTERM; running tasks are finished first."""
    sys.setswitchinterval(SWITCH_SECONDS)
    # The supervisor has run the checks when it prepared; here they would load every page.
    os.environ["CELERY_SKIP_CHECKS"] = "true"
    app = find_app(sys.argv[1])
    app.set_current()
    worker = app.Worker(
        pool="threads",
        concurrency=2,
        queues=sys.argv[2],
        loglevel="WARNING",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    return worker.exitcode


if __name__ == "__main__":
    sys.exit(main())
