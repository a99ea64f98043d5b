"""Every named point is passed, and a process that breaks there loses nothing and doubles nothing."""

import ast
import datetime as dt
from contextlib import suppress
from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from community import clock
from community.models import InboxItem, Member, NotificationSettings, OutboxMessage, Preference
from community.services import bell, delivery, inbox, runs
from community.services.look import look
from community.trust import failpoint
from tests.community.delivery.due import due, room_of, source
from tests.community.delivery.helpers import mailbox
from tests.community.delivery.test_mail import queue_code
from tests.factories import MemberFactory

DAY = dt.date(2026, 3, 2)


def points():
    """The names that the code gives to ``failpoint``, read from its text."""
    found = set()
    for path in sorted(Path(settings.BASE_DIR, "community").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "failpoint":
                [name] = node.args
                found.add(ast.literal_eval(name))
    return sorted(found)


@pytest.fixture(autouse=True)
def something_due(transactional_db):
    """A note to a room of one, which the look plans and hands out; and her own digest, which is
    planned and not sent, because she wants none by mail."""
    a_minute_ago = clock.now() - dt.timedelta(minutes=1)
    room = room_of(1)
    member = room.memberships.get().member
    NotificationSettings.objects.create(member=member, digest="daily", next_digest_at=a_minute_ago)
    Preference.objects.create(member=member, kind="personal_digest", channel="email", on=False)
    with source(due(room, subject="by the clock", due_at=a_minute_ago)):
        yield


def everything():
    """Queue, tell, look, hand out, send: what passes every point."""
    for number in range(3):
        queue_code(f"code:{number}", urgent=False, expires_in=dt.timedelta(days=1))
    inbox.notify(
        "note",
        subject="n1",
        members=Member.objects.all(),
        template="community/note",
        context={"text": "A note"},
        local_date=DAY,
    )
    look()
    runs.work()
    delivery.drain()


def after_the_lease(seconds=200):
    return time_machine.travel(clock.now() + dt.timedelta(seconds=seconds))


@pytest.fixture
def passed(monkeypatch):
    names = []
    monkeypatch.setattr(failpoint, "observers", [names.append])
    monkeypatch.setattr(bell, "_line", bell._Line())
    monkeypatch.setattr(bell.current_app, "send_task", lambda name, **_told: None)
    return names


def test_there_are_enough_points():
    assert len(points()) >= 12


def test_every_point_is_passed(transactional_db, passed):
    MemberFactory()
    everything()
    queue_code("code:left-behind", urgent=False)
    OutboxMessage.objects.filter(key="code:left-behind").update(
        state="sending",
        attempt=1,
        lease_until=clock.now() - dt.timedelta(hours=1),
        claim="00000000-0000-0000-0000-000000000001",
    )
    look()

    assert sorted(set(passed) & set(points())) == points()


@pytest.mark.parametrize("point", points())
def test_breaking_at_a_point_ends_like_an_undisturbed_run(
    transactional_db, passed, monkeypatch, point
):
    MemberFactory.create_batch(2)
    monkeypatch.setattr(failpoint, "_plan", failpoint.Plan(point, 1, "raise"))
    monkeypatch.setattr(failpoint, "_passed", failpoint.Counter())
    with suppress(failpoint.Broken):
        everything()

    monkeypatch.setattr(failpoint, "_plan", None)
    everything()  # the caller tries again, as a scheduler does
    with after_the_lease():
        look()
    with after_the_lease(600):
        look()
        delivery.drain()

    assert list(OutboxMessage.objects.values_list("state", flat=True)) == ["sent"] * 3
    assert InboxItem.objects.filter(run__room=None).count() == 3
    assert InboxItem.objects.filter(run__room__isnull=False).count() == 1
    ids = [message["Message-ID"] for message in mailbox()]
    assert len(set(ids)) == 3
    twice = {name for name in ids if ids.count(name) > 1}
    listed = set(
        OutboxMessage.objects.filter(maybe_twice=True).values_list("message_id", flat=True)
    )
    assert len(ids) <= 4
    assert twice <= listed


def test_plan_is_read_from_the_environment():
    assert failpoint.parse("") is None
    assert failpoint.parse("outbox.claimed:3:kill") == failpoint.Plan("outbox.claimed", 3, "kill")
    assert failpoint.parse("a.b:1:sleep:0.5") == failpoint.Plan("a.b", 1, "sleep", 0.5)
    with pytest.raises(ValueError, match="point:nth:kill"):
        failpoint.parse("outbox.claimed:kill")
