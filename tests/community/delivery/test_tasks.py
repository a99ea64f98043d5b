"""The bells: names that never change, and the command that needs none."""

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from community import channels, tasks
from community.channels import ChannelDown
from community.models import Look, OutboxMessage, Switch
from community.services import bell
from tests.community.delivery.helpers import mailbox
from tests.community.delivery.test_mail import queue_code


def test_every_bell_and_every_route_names_a_task():
    known = {task.name for task in vars(tasks).values() if hasattr(task, "apply_async")}
    rung = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert set(settings.CELERY_TASK_ROUTES) <= known
    assert set(bell.TASKS.values()) <= known
    assert rung == {"community.look"}


def test_urgent_and_bulk_have_queues_of_their_own():
    routes = settings.CELERY_TASK_ROUTES

    assert routes["community.deliver_urgent"] == {"queue": "delivery"}
    assert routes["community.deliver_bulk"] == {"queue": "bulk"}


def test_tasks_send_their_own_queue(db):
    queue_code("code:1", urgent=True)
    queue_code("code:2", urgent=False)

    tasks.deliver_urgent()
    assert len(mailbox()) == 1

    tasks.deliver_bulk()
    assert len(mailbox()) == 1


def test_look_leaves_a_heartbeat(db):
    tasks.look()
    tasks.look()

    assert Look.objects.get().way == "bell"


def test_deliver_once_drains_both_queues_without_a_broker(db, capsys):
    for number in range(12):
        queue_code(f"code:{number}", urgent=number % 2 == 0)

    call_command("deliver", "--once")

    assert len(mailbox()) == 12
    assert "12 taken, 12 sent" in capsys.readouterr().out
    assert Look.objects.get().way == "hand"


def test_deliver_once_says_when_the_way_out_is_closed(db, monkeypatch):
    class Closed:
        def __enter__(self):
            return self

        def __exit__(self, *_told):
            return None

        def send(self, mail):
            raise ChannelDown("The password is wrong.")

    monkeypatch.setitem(channels.CHANNELS, "email", (lambda sender: Closed(), True))
    queue_code()

    with pytest.raises(CommandError, match="The password is wrong"):
        call_command("deliver", "--once")

    assert OutboxMessage.objects.get().state == "queued"


def test_messages_are_held_and_released_by_hand(db, capsys):
    queue_code()

    call_command("deliver", "--hold", "Restored from yesterday.")
    call_command("deliver", "--once")
    assert mailbox() == []
    assert "hold is on since" in capsys.readouterr().out

    call_command("deliver", "--release")
    call_command("deliver", "--once")
    assert len(mailbox()) == 1
    assert not Switch.objects.exists()
