"""The bell rings after the commit, and nobody minds when it is not heard."""

import threading

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError

from community.models import OutboxMessage
from community.services import bell
from tests.community.delivery.test_mail import queue_code


@pytest.fixture(autouse=True)
def not_quiet(monkeypatch):
    monkeypatch.setattr(bell, "_line", bell._Line())


@pytest.fixture
def rung(monkeypatch):
    names = []
    monkeypatch.setattr(bell.current_app, "send_task", lambda name, **_told: names.append(name))
    return names


def test_bell_rings_once_the_row_can_be_seen(transactional_db, rung):
    with transaction.atomic():
        queue_code()
        assert rung == []

    assert rung == ["community.deliver_urgent"]


def test_bell_does_not_ring_for_what_was_rolled_back(transactional_db, rung):
    with transaction.atomic():
        queue_code()
        transaction.set_rollback(True)

    assert rung == []


@pytest.mark.parametrize("failure", [OperationalError("no broker"), OSError("disk full")])
def test_broker_that_is_away_costs_nobody_a_message_and_is_not_asked_again_at_once(
    transactional_db, monkeypatch, failure
):
    asked = []

    def away(name, **_told):
        asked.append(name)
        raise failure

    monkeypatch.setattr(bell.current_app, "send_task", away)
    queue_code("code:1")
    queue_code("code:2")

    assert OutboxMessage.objects.count() == 2
    assert len(asked) == 1


def test_every_thread_rings_the_configured_broker():
    """Celery gives other threads an app of its own unless ours is the default."""
    names = []
    thread = threading.Thread(target=lambda: names.append(bell.current_app.main))
    thread.start()
    thread.join()

    assert names == ["shalijin"]
