"""What one announcement costs: its in-app items, its mails, and a code mail that comes in behind them.

It has processes of its own, two senders for bulk and one for urgent mails, in a place of its own
(``bench.place`` says how it is run alone, and at its full size).
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator

from bench import place
from bench.harness import Result, bench, within
from bench.place import wait_until

FULL = 100_000
BULK_SENDERS = 2
# For 100,000 mails, as the sum of what each step of it costs allows; and what shall be reached.
LIMIT_SECONDS, GOAL_SECONDS = 75, 27
LIMIT_QUERIES, LIMIT_MB, LIMIT_CODE_SECONDS, LIMIT_TASK_SECONDS = 12, 250, 5, 5


@bench(s=1, queries=1, MB=1, ratio=0.5)
def delivery() -> Iterator[Result]:
    """100,000 items against a bare INSERT … SELECT; the mails; the code behind them."""
    yield from place.alone("delivery")


class Senders:
    """Processes that send until they are stopped; then each says what it did."""

    def __init__(self, *queues: str) -> None:
        command = [sys.executable, "-m", "bench.sender"]
        self.running = [
            subprocess.Popen(
                [*command, queue], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            for queue in queues
        ]
        for each in self.running:
            assert each.stdout is not None
            each.stdout.readline()  # it has started

    def go(self) -> None:
        for each in self.running:
            assert each.stdin is not None
            each.stdin.write("go\n")
            each.stdin.flush()

    def stop(self) -> list[dict]:
        return [json.loads(each.communicate("stop\n")[0]) for each in self.running]


def measure(count: int) -> Iterator[Result]:
    """All figures, on the database and the mail server of the settings."""
    from bench import letters
    from community.services import mail

    room = letters.room_of(count)
    yield from items(room, count)
    run = letters.announcement(room)
    senders = Senders(*["bulk"] * BULK_SENDERS, "urgent")
    asked = letters.counts()
    began = time.monotonic()
    letters.fan_out(run)
    fanned_out = time.monotonic() - began
    senders.go()
    began = time.monotonic()
    wait_until(lambda: letters.counts()[0] - asked[0] >= count // 10)
    queued = time.monotonic()
    mail.queue(
        "community/sign_in_code", key=f"code:{run.public_id}", address="code@example.org",
        locale="en", sealed={"code": "123456"}, context={"minutes": 10}, urgent=True,
    )  # fmt: skip
    wait_until(lambda: letters.counts()[0] - asked[0] >= count + 1)
    took = time.monotonic() - began
    told, sink = senders.stop(), letters.counts()[2] - asked[2]
    yield Result("delivery.fan_out", round(fanned_out, 2), "s to write", 0, 1.0)
    yield from mails(count, took, told, sink)
    came = letters.counts()[1] - queued
    yield within("delivery.code_behind_them", round(came, 2), "s", LIMIT_CODE_SECONDS)
    yield Result("delivery.states", letters.not_sent(run), "not sent", 0, 1.0)


def mails(count: int, took: float, told: list[dict], sink: float) -> Iterator[Result]:
    """Of the bulk senders: seconds for 100,000, queries for 1,000, memory.

    Beside the promise, which is by the clock on the wall, the CPU time of senders and sink shared by
    two cores: what a busy machine does not blur. A PostgreSQL's own is not in it.
    """
    bulk = [one for one in told if one["queue"] == "bulk"]
    scaled = took * FULL / count
    yield within("delivery.mails", round(scaled, 1), "s", LIMIT_SECONDS)
    yield Result(
        "delivery.mails.goal", round(scaled, 1), "s for the goal", GOAL_SECONDS,
        round(min(1.0, GOAL_SECONDS / scaled), 3),
    )  # fmt: skip
    cpu = sum(one["cpu"] for one in bulk)
    yield Result("delivery.mails.sender", round(cpu / count * 1e6), "µs CPU a mail", 0, 1.0)
    yield Result("delivery.mails.sink", round(sink / count * 1e6), "µs CPU a mail", 0, 1.0)
    both = (cpu + sink) / 2 * FULL / count
    yield within("delivery.mails.cpu", round(both, 1), "s CPU on two cores", GOAL_SECONDS)
    queries = sum(one["queries"] for one in bulk) / sum(one["taken"] for one in bulk) * 1000
    yield within("delivery.mails.queries", round(queries, 1), "queries", LIMIT_QUERIES)
    yield within("delivery.mails.memory", max(one["mb_last"] for one in bulk), "MB", LIMIT_MB)
    grown = max(one["mb_last"] - one["mb_first"] for one in bulk)
    yield Result("delivery.mails.memory_grown", grown, "MB more", 0, 1.0)
    longest = max(one["longest_task"] for one in told)
    yield within("delivery.mails.longest_task", longest, "s", LIMIT_TASK_SECONDS)


def items(room, count: int) -> Iterator[Result]:
    """In-app items of everybody in the room, against one bare INSERT … SELECT into a table with the
    same columns, constraints and indexes, in turns."""
    from bench import letters
    from community.models import Member
    from community.services import inbox

    members = Member.objects.filter(room_memberships__room=room)

    def real() -> float:
        began = time.monotonic()
        inbox.notify(
            "bench", subject=letters.random_id(8), members=members, template="community/note",
            context={"text": "早上好"},
        )  # fmt: skip
        return time.monotonic() - began

    pairs = [(real(), letters.bare_insert(room)) for _turn in range(3)]
    took, floor = (sorted(pair[which] for pair in pairs)[1] for which in (0, 1))
    yield Result(
        f"delivery.items.{count}", round(took, 3), "ratio", round(floor, 3), round(floor / took, 3)
    )


def main() -> int:
    """Make a place, fill it, measure, print."""
    count, engine = place.asked()
    with place.place(engine):
        return place.measured("delivery", lambda: measure(count))


if __name__ == "__main__":
    sys.exit(main())
