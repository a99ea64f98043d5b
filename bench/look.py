"""One look over many camps: ``python -m bench.look [camps]``.

Each camp is on its tenth day, with twenty learners and thirty due tasks that watch something. Prints
a JSON line for a look that closes every one of them, and for the next, which finds none of their
facts to hold and closes nothing: seconds, tasks, queries. Runs on DATABASE_URL, or on a SQLite file
of its own; the database must be empty or a test's.
"""

import datetime as dt
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator

os.environ.setdefault("SHALIJIN_MODE", "test")
os.environ.setdefault("SHALIJIN_DATA", tempfile.mkdtemp(prefix="shalijin-bench-"))
os.environ.setdefault("CELERY_BROKER_URL", "memory://")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from cohorts import models  # noqa: E402
from community import clock  # noqa: E402
from community.models import (  # noqa: E402
    Announcement,
    Greeting,
    Introduction,
    Member,
    Membership,
    Posting,
    Room,
    RoomMembership,
    Space,
)
from community.models.ids import random_id  # noqa: E402
from community.services.look import look  # noqa: E402

LIMIT_SECONDS = 5
DAYS, LEARNERS = 9, 20
# Thirty a camp: three facts of each day, and three of the whole camp.
DAILY = ("check_ins", "check_ins_praised", "announcement_delivered")
ONCE = ("introductions_answered", "staff_introduced", "learners_spoken_with")


def build(camps: int) -> None:
    """Everything that the facts look at, so that each of them holds."""
    now, tag = clock.now(), random_id(6)
    people = Member.objects.bulk_create(
        Member(handle=f"{tag}{n}", email=f"{tag}{n}@example.org", display_name=f"P {n}")
        for n in range(LEARNERS + 1)
    )
    lead, learners = people[0], people[1:]
    introductions = Introduction.objects.bulk_create(
        Introduction(member=one, nickname="P", published_at=now) for one in people
    )
    template = models.CampTemplate.objects.create(key=f"bench-{tag}", language="en")
    version = models.TemplateVersion.objects.create(
        template=template, number=1, title="Bench", days=14, sha256="0" * 64
    )
    steps = models.SopStep.objects.bulk_create(
        models.SopStep(
            version=version, key=name.replace("_", "-"), position=n, title=name, phase="course",
            role="assistant", anchor="D1", time=dt.time(9), watch={"fact": name},
            how_to="One line.\n" * 6,
        )
        for n, name in enumerate((*DAILY, *ONCE))
    )  # fmt: skip
    spaces = Space.objects.bulk_create(
        Space(name=f"Space {n}", slug=f"{tag}-{n}") for n in range(max(1, camps // 20))
    )
    Membership.objects.bulk_create(
        Membership(space=space, member=one) for space in spaces for one in people
    )
    Greeting.objects.bulk_create(
        Greeting(space=space, introduction=row, state="answered", answered_at=now)
        for space in spaces
        for row in introductions
    )
    for number in range(camps):
        space = spaces[number % len(spaces)]
        _camp(f"{tag}-{number}", space, lead, learners, version, steps, now)


def _camp(slug, space, lead, learners, version, steps, now) -> None:
    today = clock.local_date("Asia/Shanghai", now)
    opens_on = today - dt.timedelta(days=DAYS)
    room = Room.objects.create(space=space, kind="camp", name=slug)
    staff_room = Room.objects.create(space=space, kind="staff", name=slug, part_of=room)
    RoomMembership.objects.create(room=room, member=lead, role="lead")
    run = models.SopRun.objects.create(
        room=room, version=version, name=slug, opens_on=opens_on, timezone="Asia/Shanghai", days=14
    )
    camp = models.Camp.objects.create(
        space=space, run=run, staff_room=staff_room, name=slug, slug=slug, state="running",
        created_by=lead,
    )  # fmt: skip
    enrolments = models.Enrolment.objects.bulk_create(
        models.Enrolment(camp=camp, member=one) for one in learners
    )
    models.ContactNote.objects.bulk_create(
        models.ContactNote(enrolment=row, by=lead, at=now) for row in enrolments
    )
    check_ins = models.CheckIn.objects.bulk_create(
        models.CheckIn(enrolment=row, day=day, kind="text", text="One line.")
        for day in range(1, DAYS + 1)
        for row in enrolments
    )
    models.CheckInPraise.objects.bulk_create(
        models.CheckInPraise(check_in=row, by=lead, text="Well seen.") for row in check_ins
    )
    announcements = Announcement.objects.bulk_create(
        Announcement(room=room, day=day, last_day=day, at=dt.time(8, 30), text="Good morning.")
        for day in (opens_on + dt.timedelta(days=n) for n in range(DAYS))
    )
    Posting.objects.bulk_create(Posting(announcement=row, by=lead) for row in announcements)
    models.SopTask.objects.bulk_create(
        models.SopTask(
            run=run, step=step, day=day, role=step.role, fact=step.fact,
            opens_at=run.calendar.moment(day, dt.time(0)),
            due_at=run.calendar.moment(day, step.time),
        )
        for step, day in _due(steps)
    )  # fmt: skip


def _due(steps) -> Iterator[tuple[models.SopStep, int]]:
    for step in steps:
        for day in range(1, DAYS + 1) if step.fact in DAILY else (1,):
            yield step, day


def measure(what: str, camps: int) -> dict[str, object]:
    before = models.SopTask.objects.open().count()
    with CaptureQueriesContext(connection) as asked:
        began = time.monotonic()
        row = look()
        seconds = time.monotonic() - began
    if broken := row.broken_parts():
        raise SystemExit(f"A part of the look failed: {broken}")
    return {
        "bench": "look",
        "what": what,
        "database": connection.vendor,
        "camps": camps,
        "due": before,
        "closed": before - models.SopTask.objects.open().count(),
        "seconds": round(seconds, 2),
        "parts_ms": {name: part["ms"] for name, part in row.shown_parts()},
        "queries": len(asked),
        "limit": f"{LIMIT_SECONDS} s",
    }


def main() -> None:
    camps = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    call_command("migrate", verbosity=0)
    build(camps)
    first = measure("all hold", camps)
    print(json.dumps(first), flush=True)
    models.TaskEvent.objects.all().delete()
    models.SopTask.objects.update(state="open", closed_at=None, closed_by_house=False)
    models.SopStep.objects.update(watch={"fact": "check_ins", "at_least": LEARNERS + 1})
    for step in models.SopStep.objects.all():
        step.watch["fact"] = step.title
        step.save(update_fields=["watch"])
    second = measure("none holds", camps)
    print(json.dumps(second), flush=True)
    if max(first["seconds"], second["seconds"]) > LIMIT_SECONDS or not first["closed"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
