"""``/readyz/`` and the doctor say when messages no longer leave."""

import datetime as dt
from urllib.parse import urlsplit

import pytest
from django.db import DatabaseError

from community import clock
from community.models import Look
from community.registry import health_checks
from community.services import delivery_health
from tests.community.delivery.sink import free_port, running_sink
from tests.factories import OutboxMessageFactory

pytestmark = pytest.mark.usefixtures("in_english")


def looked(minutes_ago=0):
    Look.objects.create(way="bell", at=clock.now() - dt.timedelta(minutes=minutes_ago))


def test_ready_without_warnings(client, db):
    looked()

    response = client.get("/readyz/")

    assert response.status_code == 200
    assert response.json() == {"ready": True, "problems": [], "warnings": []}


def test_site_serves_while_messages_wait_and_says_so(client, db, monkeypatch):
    looked(minutes_ago=4)
    OutboxMessageFactory(not_before=clock.now() - dt.timedelta(minutes=6))
    monkeypatch.setattr(delivery_health, "broker_answers", lambda: False)

    response = client.get("/readyz/")

    assert response.status_code == 200
    assert response.json()["warnings"] == ["broker", "look", "due"]


def test_not_ready_when_the_database_is_gone(client, db, monkeypatch):
    def gone():
        raise DatabaseError

    monkeypatch.setattr(delivery_health.delivery_desk, "last_look", gone)

    response = client.get("/readyz/")

    assert response.status_code == 503
    assert response.json()["problems"] == ["database"]


def test_readyz_costs_few_queries(client, db, django_assert_max_num_queries):
    client.get("/readyz/")

    with django_assert_max_num_queries(7):
        assert client.get("/readyz/").status_code == 200


def test_broker_that_is_away_is_noticed(settings):
    app = delivery_health.current_app
    away = f"redis://127.0.0.1:{free_port()}/0"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.conf, "broker_url", away)
        patch.setattr(app.conf, "broker_write_url", away)
        assert delivery_health.broker_answers() is False


@pytest.mark.parametrize("minutes, state", [(0, "ok"), (4, "fail")])
def test_doctor_knows_the_age_of_the_last_look(db, minutes, state):
    looked(minutes_ago=minutes)

    assert health_checks["delivery-look"].run().state == state


def test_doctor_warns_before_the_first_look(db):
    assert health_checks["delivery-look"].run().state == "warn"


def test_doctor_counts_what_waits_for_a_person(db):
    OutboxMessageFactory(dead=True)
    OutboxMessageFactory(twice=True)

    finding = health_checks["delivery-person"].run()

    assert (finding.state, "2" in finding.text) == ("warn", True)


def test_doctor_tries_the_mail_server_and_sends_nothing(settings):
    with running_sink() as sink:
        settings.EMAIL_URL = sink.url
        assert health_checks["mail"].run().state == "ok"

        settings.EMAIL_URL = urlsplit(f"smtp://ada:wrong@127.0.0.1:{sink.port}")
        finding = health_checks["mail"].run()

    assert (finding.state, "user name or password" in finding.text) == ("fail", True)
    assert "EMAIL_URL" in finding.todo
    assert sink.mails == []
