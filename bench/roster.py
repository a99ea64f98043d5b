"""A list of 5,000 people, from the bytes to the last person: ``python -m bench.roster [rows]``.

Prints a JSON line for CSV and one for XLSX: seconds to judge, to bring in and to bring in again,
the most memory the process ever had, queries for each batch of 500. Runs on DATABASE_URL, or on a
SQLite file of its own; the database must be empty or a test's.
"""

import csv
import io
import json
import os
import resource
import sys
import tempfile
import time

os.environ.setdefault("SHALIJIN_MODE", "test")
os.environ.setdefault("SHALIJIN_DATA", tempfile.mkdtemp(prefix="shalijin-bench-"))
os.environ.setdefault("CELERY_BROKER_URL", "memory://")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django
import openpyxl

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from community.demo.people_builder import People  # noqa: E402
from community.models import Member, RosterImport  # noqa: E402
from community.models.ids import random_id  # noqa: E402
from community.services import spaces  # noqa: E402
from community.services.roster import importing, runs  # noqa: E402

HEAD = ["昵称", "手机号", "邮箱", "城市", "职业", "一句话介绍", "想要", "能给", "报名时间"]
LIMIT_SECONDS, LIMIT_MB = 20, 200


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


def measure(kind: str, data: bytes, count: int) -> dict[str, object]:
    tag = random_id(6)
    owner = Member.objects.create_user(f"{tag}@example.org", handle=f"b{tag}")
    space = spaces.open_space(owner=owner, name="Bench", slug=f"bench-{tag}")

    def bring_in() -> tuple[float, float, int]:
        began = time.monotonic()
        roster = runs.upload(space=space, by=owner, name=f"list.{kind}", data=data)
        judged = time.monotonic()
        with CaptureQueriesContext(connection) as queries:
            runs.confirm(roster=roster, by=owner, digest=roster.digest)
            while importing.import_list(roster):
                pass
        roster.refresh_from_db()
        if roster.state != RosterImport.State.DONE:
            raise SystemExit(f"The list ended as {roster.state}: {roster.failure}")
        return judged - began, time.monotonic() - judged, len(queries)

    cpu = time.process_time()
    judged, brought, queries = bring_in()
    cpu = time.process_time() - cpu
    again = sum(bring_in()[:2])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "bench": "roster",
        "database": connection.vendor,
        "kind": kind,
        "rows": count,
        "members": space.memberships.count() - 1,
        "judge_s": round(judged, 2),
        "bring_in_s": round(brought, 2),
        "total_s": round(judged + brought, 2),
        "cpu_s": round(cpu, 2),
        "again_s": round(again, 2),
        "queries_per_batch": round(queries / max(1, -(-count // 500))),
        "peak_mb": round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024)),
        "limit": f"{LIMIT_SECONDS} s, {LIMIT_MB} MB",
    }


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    call_command("migrate", verbosity=0)
    print(json.dumps(measure("csv", as_csv(rows(count, 138)), count)), flush=True)
    print(json.dumps(measure("xlsx", as_xlsx(rows(count, 139)), count)), flush=True)


if __name__ == "__main__":
    main()
