"""The first thing that runs in a child: tie it to the life of the supervisor, then be the program.

    python -m community.supervisor.launch celery -A config worker …

The child's standard input is a pipe whose other end only the supervisor holds. When the
supervisor ends, even by kill -9, the read returns, and the child's whole group stops. On Linux the
kernel also sends SIGTERM by itself, in case a child is too busy to run the thread.
"""

import ctypes
import os
import runpy
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 8


def main() -> None:
    """Run the module named by the first argument as ``__main__``, with the rest as arguments."""
    tie_to_parent()
    threading.Thread(target=_end_with_supervisor, name="end-with-supervisor", daemon=True).start()
    module = sys.argv[1]
    sys.argv = sys.argv[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def tie_to_parent() -> None:
    """Ask Linux to send SIGTERM when the parent ends; elsewhere do nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _end_with_supervisor() -> None:
    try:
        while os.read(0, 1):
            pass
    except OSError:
        pass  # no pipe any more is an answer, too
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    # Whoever is still here does not listen. The rows say what is undone; nothing is lost.
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main()
