"""What the web server's own worker process loads: Django, tied to the life of its parent.

The server is two processes. When the outer one is killed with -9, the inner one would keep the
port, and no new one could start.
"""

import os
import signal
import threading
import time

from django.core.servers.basehttp import get_internal_wsgi_application

from community.supervisor.launch import tie_to_parent

LOOK_SECONDS = 2


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


tie_to_parent()
threading.Thread(
    target=_end_with_parent, args=(os.getppid(),), name="end-with-parent", daemon=True
).start()
application = get_internal_wsgi_application()
