"""Lists of people, and what it costs to bring them in."""

import csv
import io
import resource
import sys
import time
from collections.abc import Iterator

import openpyxl

from bench.harness import Result, statements, within
from community.demo.people_builder import People
from community.models import Member, RosterImport, Space
from community.models.ids import random_id
from community.services import spaces
from community.services.roster import importing, runs

HEAD = ["昵称", "手机号", "邮箱", "城市", "职业", "一句话介绍", "想要", "能给", "报名时间"]
LIMIT_SECONDS, LIMIT_MB, LIMIT_QUERIES = 20, 200, 80
BATCH = 500


def rows(count: int, prefix: int) -> list[list[str]]:
    """Believable rows; ``prefix`` keeps the phones and addresses of two lists apart."""
    made = []
    for someone in People(prefix).people(0, count):
        says = someone.answers
        made.append(
            [
                says.nickname,
                f"{prefix}{someone.number:08}",
                someone.email if someone.number % 10 else "",
                says.place,
                says.occupation,
                says.line,
                "、".join(label for _key, label in says.needs),
                "、".join(label for _key, label in says.offers),
                "2026-10-19 15:50",
            ]
        )
    return made


def as_csv(people: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([HEAD, *people])
    return out.getvalue().encode("gb18030")


def as_xlsx(people: list[list[str]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in [HEAD, *people]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def measure(count: int) -> Iterator[Result]:
    """CSV, then XLSX, each with people of its own; the most memory the process ever had is last."""
    yield from one("csv", as_csv(rows(count, 138)), count)
    yield from one("xlsx", as_xlsx(rows(count, 139)), count)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak /= 1024 * 1024 if sys.platform == "darwin" else 1024
    yield within("roster.memory", round(peak), "MB", LIMIT_MB)


def one(kind: str, data: bytes, count: int) -> Iterator[Result]:
    """Seconds to judge and to bring in, and to do so again; queries for each batch of rows."""
    tag = random_id(6)
    owner = Member.objects.create_user(f"{tag}@example.org", handle=f"b{tag}")
    space = spaces.open_space(owner=owner, name="Bench", slug=f"bench-{tag}")
    cpu = time.process_time()
    with statements() as seen:
        seconds = _bring_in(space, owner, kind, data)
    cpu = time.process_time() - cpu
    brought = space.memberships.count() - 1
    if brought != count:
        raise RuntimeError(f"Of {count} people in the list {brought} came in.")
    again = _bring_in(space, owner, kind, data)
    per_batch = len(seen) / max(1, -(-count // BATCH))
    yield within(f"roster.{kind}", round(seconds, 2), "s", LIMIT_SECONDS)
    # Beside the promise, which is by the clock on the wall: what a busy machine does not blur.
    yield within(f"roster.{kind}.cpu", round(cpu, 2), "s CPU", LIMIT_SECONDS)
    yield within(f"roster.{kind}.again", round(again, 2), "s", LIMIT_SECONDS)
    yield within(f"roster.{kind}.queries_per_batch", round(per_batch), "queries", LIMIT_QUERIES)


def _bring_in(space: Space, owner: Member, kind: str, data: bytes) -> float:
    """From the bytes to the last person, in seconds by the clock on the wall."""
    began = time.monotonic()
    roster = runs.upload(space=space, by=owner, name=f"list.{kind}", data=data)
    runs.confirm(roster=roster, by=owner, digest=roster.digest)
    while importing.import_list(roster):
        pass
    roster.refresh_from_db()
    if roster.state != RosterImport.State.DONE:
        raise RuntimeError(f"The list ended as {roster.state}: {roster.failure}")
    return time.monotonic() - began
