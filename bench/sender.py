"""One sender in a process of its own: ``python -m bench.sender QUEUE``.

Runs what a task runs, again and again as the bell would have it, until it is told to stop on its
standard input; then prints what it did as one JSON object.
"""

import json
import os
import resource
import select
import sys
import time

IDLE_SECONDS = 0.1


def main() -> None:
    """Send until a line comes in."""
    import django

    django.setup()

    from django.db import connection

    from bench import letters
    from bench.harness import statements
    from community.services import delivery

    letters.show_templates()
    queue = sys.argv[1]
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    taken = sent = tasks = 0
    longest, sizes, idle = 0.0, [], 0
    cpu = time.process_time()
    with statements() as seen:
        while not select.select([sys.stdin], [], [], 0)[0]:
            began = time.monotonic()
            outcome = delivery.deliver(queue=queue)
            taken, sent = taken + outcome.taken, sent + outcome.sent
            if outcome.taken:
                tasks += 1
                longest = max(longest, time.monotonic() - began)
                sizes.append(_resident())
            else:
                time.sleep(IDLE_SECONDS)
            if not outcome.taken:
                del seen[idle:]  # asking in vain is no cost of a mail
            idle = len(seen)
    print(
        json.dumps(
            {
                "queue": queue,
                "taken": taken,
                "sent": sent,
                "tasks": tasks,
                "longest_task": round(longest, 2),
                "queries": len(seen),
                "cpu": round(time.process_time() - cpu, 2),
                "mb_first": sizes[0] if sizes else 0,
                "mb_last": sizes[-1] if sizes else 0,
            }
        )
    )


def _resident() -> int:
    """Megabytes that this process holds now; where the system does not tell, the most it ever had."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**20


if __name__ == "__main__":
    main()
