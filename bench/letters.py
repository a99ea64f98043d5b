"""Many members of one room, an announcement for all of them, and its mails in the outbox."""

import socket
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

from community import clock
from community.models import (
    Member,
    Membership,
    OutboxMessage,
    Preference,
    Room,
    RoomMembership,
    Run,
    Space,
)
from community.models.ids import random_id
from community.services import runs

LINES = [
    "早上好。今天是写作营的第三天，昨天的九篇作业我都读了，写得最好的三篇在群公告里。",
    "今天的题目是「一件你一直没有扔掉的东西」。三百字以上，晚上十点前发到群里，来不及就先发一半。",
    "写的时候只做一件事：让没见过它的人看得见它。颜色、重量、放在哪儿、谁给的。",
    "下午四点半老师在群里答疑，问题可以现在就发，每个问题都会回答。",
] * 2
ROWS = 20_000


def show_templates() -> None:
    """Let Django find the templates of this bench; before the first one is asked for."""
    folder = Path(__file__).parent / "templates"
    if folder not in settings.TEMPLATES[0]["DIRS"]:
        settings.TEMPLATES[0]["DIRS"].append(folder)


def room_of(count: int) -> Room:
    """A room with so many new members, who are in its space too and want its mails."""
    tag = random_id(6)
    space = Space.objects.create(slug=f"mail-{tag}", name="测试社群")
    room = Room.objects.create(space=space, kind="camp", name="写作营")
    for start in range(0, count, ROWS):
        some = range(start, min(count, start + ROWS))
        Member.objects.bulk_create(
            Member(handle=f"{tag}{n}", display_name=f"成员 {n}", email=f"{tag}{n}@example.org")
            for n in some
        )
        members = list(Member.objects.filter(handle__startswith=tag).order_by("-pk")[: len(some)])
        Membership.objects.bulk_create(Membership(space=space, member=who) for who in members)
        RoomMembership.objects.bulk_create(
            RoomMembership(room=room, member=who, role="learner") for who in members
        )
        Preference.objects.bulk_create(
            Preference(member=who, kind="announcement", channel="email", on=True, since=clock.now())
            for who in members
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return room


def announcement(
    room: Room, *, template: str = "bench/announcement", context: dict | None = None
) -> Run:
    """The run of an announcement, as the planner makes it."""
    return Run.objects.create(
        what="announcement",
        subject=random_id(8),
        local_date=clock.now().date(),
        room=room,
        kind="announcement",
        template=template,
        context=context or {"title": "第三天：一件没有扔掉的东西", "lines": LINES},
    )


def real_announcement(room: Room) -> Run:
    """The same with the template of the product, which knows what is in it."""
    return announcement(
        room,
        template="community/announcement",
        context={
            "room": room.name, "kind": "day", "day": "3", "text": "\n\n".join(LINES),
            "language": "zh-Hans", "sender": "小林", "reply_to": "", "link": "",
        },
    )  # fmt: skip


def fan_out(run: Run) -> None:
    """An item and a mail for each member of its room, piece by piece."""
    while not runs.hand_out(run):
        pass


def bare_insert(room: Room) -> float:
    """Seconds of the floor: the same rows, once, into a table like that of the items."""
    run = announcement(room)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_items")
        for statement in _like_the_items():
            cursor.execute(statement)
        moment = connection.ops.adapt_datetimefield_value(clock.now())
        began = time.monotonic()
        cursor.execute(
            "INSERT INTO bench_items (run_id, member_id, created_at) "
            "SELECT %s, members.member_id, %s FROM community_roommembership AS members "
            "WHERE members.room_id = %s",
            [run.pk, moment, room.pk],
        )
        return time.monotonic() - began


def _like_the_items() -> list[str]:
    """What makes a table of the columns, constraints and indexes of the items."""
    if connection.vendor == "postgresql":
        keys = (
            f"ALTER TABLE bench_items ADD FOREIGN KEY ({column}) REFERENCES {table} "
            "DEFERRABLE INITIALLY DEFERRED"
            for column, table in (("run_id", "community_run"), ("member_id", "community_member"))
        )
        return ["CREATE TABLE bench_items (LIKE community_inboxitem INCLUDING ALL)", *keys]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'community_inboxitem' AND sql <> ''"
        )
        found = [row[0] for row in cursor.fetchall()]
    own = {"community_inboxitem": "bench_items", '"inbox_': '"bench_inbox_'}
    for name, mine in own.items():
        found = [sql.replace(name, mine) for sql in found]
    return sorted(found, reverse=True)  # the table before its indexes


def counts() -> tuple[int, float, float]:
    """How many mails the sink has, when the code came, and its CPU time."""
    url = settings.EMAIL_URL
    with socket.create_connection((url.hostname, url.port)) as connection:
        file = connection.makefile("rwb")
        file.readline()
        file.write(b"XCOUNT\r\n")
        file.flush()
        _code, mails, code_at, cpu = file.readline().split()
    return int(mails), float(code_at), float(cpu)


def not_sent(run: Run) -> int:
    """How many of its mails do not stand as sent, a moment later."""
    return OutboxMessage.objects.filter(run=run).exclude(state="sent", maybe_twice=False).count()
