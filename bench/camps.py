"""A camp with 500 learners and 400 dated steps, and the board of one of its assistants."""

import datetime as dt
from collections.abc import Iterator

from bench import world
from bench.harness import Result, bench
from bench.pages import TARGET, measure
from cohorts.models import (
    Absence,
    Camp,
    CampTemplate,
    Enrolment,
    SopRun,
    SopStep,
    SopTask,
    TaskSeen,
    TemplateVersion,
)
from community import clock
from community.models import Greeting, Member, Room, RoomMembership, Space

SLUG = "bench-camp"
LEARNERS, DAYS, A_DAY = 500, 14, 28
STAFF = ("lead", "assistant", "assistant", "assistant", "atmosphere", "presenter")


@bench(ms=TARGET)
def board() -> Iterator[Result]:
    """One day of a camp with 400 steps and 500 learners, as an assistant of it sees it."""
    yield from measure("board", f"/ops/camp/{SLUG}/board/", assistant())


def assistant() -> Member:
    """Of the camp, made with it when it is asked for first. Some 1,500 rows."""
    camp = Camp.objects.filter(slug=SLUG).first() or build()
    role = RoomMembership.Role.ASSISTANT
    return camp.run.room.memberships.filter(role=role).earliest("pk").member


def build() -> Camp:
    space = Space.objects.get(slug=world.SPACE)
    people = list(Member.objects.filter(memberships__space=space).order_by("pk"))
    staff, learners = people[1 : 1 + len(STAFF)], people[-LEARNERS:]
    rooms = [
        Room.objects.create(space=space, kind=kind, name="写作营") for kind in ("camp", "staff")
    ]
    rooms[1].part_of = rooms[0]
    rooms[1].save()
    today = clock.local_date(rooms[0].timezone)
    run = SopRun.objects.create(
        room=rooms[0], version=_version(), name="写作营", days=DAYS, preparation_days=3,
        opens_on=today - dt.timedelta(days=2), closing_days=1, timezone=rooms[0].timezone,
    )  # fmt: skip
    camp = Camp.objects.create(
        space=space, run=run, staff_room=rooms[1], name="写作营", slug=SLUG, state="running",
        capacity=LEARNERS, created_by=staff[0],
    )  # fmt: skip
    RoomMembership.objects.bulk_create(
        RoomMembership(room=rooms[0], member=member, role=role)
        for member, role in [
            *zip(staff, STAFF, strict=True),
            *((member, "learner") for member in learners if member not in staff),
        ]
    )
    Enrolment.objects.bulk_create(Enrolment(camp=camp, member=member) for member in learners)
    _tasks(run, staff)
    Absence.objects.create(
        run=run, member=staff[2], stand_in=staff[3], first_day=today, last_day=today
    )
    introductions = learners[-1].pk, learners[-2].pk
    Greeting.objects.filter(introduction__member__in=introductions).update(state="waiting")
    return camp


def _version() -> TemplateVersion:
    template = CampTemplate.objects.create(key="bench", language="zh-hans")
    version = TemplateVersion.objects.create(
        template=template, number=1, title="写作营", days=DAYS, preparation_days=3,
        closing_days=1, sha256="0" * 64,
    )  # fmt: skip
    roles = ("assistant", "assistant", "lead", "atmosphere")
    kinds = ("none", "none", "none", "link", "photo", "text")
    watch = {
        4: {"fact": "check_ins", "percent": 60},
        9: {"fact": "introductions_answered", "percent": 100, "gate": True},
    }
    SopStep.objects.bulk_create(
        SopStep(
            version=version, key=f"step-{n}", position=n, title=f"第 {n} 件：把今天的提醒发到群里",
            phase="course", role=roles[n % 4], anchor="D1", until="D14", every=1,
            time=dt.time(7 + n // 2, 30 * (n % 2)), minutes=5 + n, evidence=kinds[n % 6],
            needs=[f"step-{n - 1}"] if n % 5 == 4 else [], watch=watch.get(n, {}),
            how_to="复制下面的公告\n发到大群，设成群公告\n提醒所有人，等两分钟看有没有人问",
            cautions="段落之间空一行，发出去之前自己先读一遍", done_when="置顶，5 人以上回了收到",
        )
        for n in range(A_DAY)
    )  # fmt: skip
    return version


def _tasks(run: SopRun, staff: list[Member]) -> None:
    """28 a day; the days before are done, of today a third."""
    now, calendar = clock.now(), run.calendar
    today = calendar.today(now)
    made = []
    for day in range(1, DAYS + 1):
        for n, step in enumerate(run.version.steps.all()):
            done = day < today or (day == today and n % 3 == 0)
            made.append(
                SopTask(
                    run=run, step=step, day=day, role=step.role, fact=step.fact,
                    opens_at=calendar.moment(day, dt.time(0)),
                    due_at=calendar.moment(day, step.time),
                    assignee=staff[1 + n % 3] if n % 2 else None,
                    state="done" if done else "open", version=2 if done else 1,
                    closed_at=now if done else None, closed_by=staff[1] if done else None,
                )
            )  # fmt: skip
    SopTask.objects.bulk_create(made)
    shown = SopTask.objects.filter(run=run, day=today, state="open")[:10]
    TaskSeen.objects.bulk_create(TaskSeen(task=task, member=staff[1]) for task in shown)
