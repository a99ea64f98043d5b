"""What the apps do at each look: each by itself, whatever becomes of the others."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from community import tasks
from community.models import Look, OutboxMessage, RoleGrant
from community.registry import LookPart, health_checks, look_parts
from community.services import delivery_health
from community.services import look as looking
from tests.factories import MemberFactory, OutboxMessageFactory


@pytest.fixture
def parts():
    """Only the parts that a test registers."""
    kept = look_parts.items()
    for name, _part in kept:
        look_parts.unregister(name)
    yield look_parts
    for name in dict(look_parts.items()):
        look_parts.unregister(name)
    for name, part in kept:
        look_parts.register(name, part)


def broken():
    raise RuntimeError("the table is gone")


@pytest.fixture
def operator(db, client):
    member = MemberFactory()
    RoleGrant.objects.create(member=member, role="operator")
    client.force_login(member)
    return member


def test_each_part_is_run_in_order_and_its_time_and_count_are_kept(db, parts):
    ran = []
    parts.register("late", LookPart(run=lambda: ran.append("late") or 3, order=20))
    parts.register("early", LookPart(run=lambda: ran.append("early") or 1, order=10))

    looking.look()

    kept = Look.objects.get().parts
    assert ran == ["early", "late"]
    assert {name: part["did"] for name, part in kept.items()} == {"early": 1, "late": 3}
    assert all(part["error"] == "" and part["ms"] >= 0 for part in kept.values())


def test_part_that_fails_stops_neither_the_others_nor_delivery(db, parts, monkeypatch, caplog):
    rung, ran = [], []
    monkeypatch.setattr(looking.bell, "ring", rung.append)
    OutboxMessageFactory(queue=OutboxMessage.Queue.BULK)
    parts.register("a", LookPart(run=broken, order=1))
    parts.register("b", LookPart(run=lambda: ran.append(1) or 1, order=2))

    tasks.look()

    row = Look.objects.get()
    assert (rung, ran, row.due) == (["bulk"], [1], 1)
    assert row.broken_parts() == {"a": "RuntimeError: the table is gone"}
    assert "look part a failed" in caplog.text


def test_part_that_works_again_is_well_and_one_that_is_gone_is_forgotten(db, parts):
    parts.register("a", LookPart(run=broken))
    parts.register("b", LookPart(run=broken))
    looking.look()
    parts.unregister("a")
    parts.unregister("b")
    parts.register("a", LookPart(run=lambda: 0))

    looking.look()

    row = Look.objects.get()
    assert (list(row.parts), row.broken_parts()) == (["a"], {})


def test_part_that_does_not_come_to_its_end_is_told(db, parts):
    parts.register("a", LookPart(run=lambda: 0))
    looking.look()
    row = Look.objects.get()

    row.at += dt.timedelta(minutes=3, seconds=10)

    assert row.broken_parts() == {"a": ""}


def test_readyz_and_doctor_name_what_fails(client, db, parts, monkeypatch):
    monkeypatch.setattr(delivery_health, "broker_answers", lambda: True)
    parts.register("a", LookPart(run=lambda: 0))
    looking.look()
    well = health_checks["delivery-parts"].run()
    parts.unregister("a")
    parts.register("a", LookPart(run=broken))
    looking.look()

    finding = health_checks["delivery-parts"].run()

    assert (well.state, finding.state) == ("ok", "fail")
    assert "a (RuntimeError: the table is gone)" in str(finding.text)
    answer = client.get("/readyz/")
    assert (answer.status_code, answer.json()["warnings"]) == (200, ["parts"])


def test_doctor_before_any_part_has_run(db, parts):
    assert health_checks["delivery-parts"].run().state == "ok"


def test_desk_names_what_fails_and_how_long_each_part_took(client, operator, parts):
    parts.register("camps", LookPart(run=broken))
    parts.register("steps", LookPart(run=lambda: 7))
    looking.look()

    shown = client.get(reverse("community:delivery")).content.decode()

    assert "RuntimeError: the table is gone" in shown
    assert "ms · 7 done" in shown
    assert "All is well" not in shown


def test_desk_is_calm_when_all_parts_work(client, operator, parts):
    parts.register("camps", LookPart(run=lambda: 0))
    looking.look()

    shown = client.get(reverse("community:delivery")).content.decode()

    assert "All is well" in shown


def test_look_tells_the_moment_by_the_one_clock(db, parts):
    parts.register("a", LookPart(run=lambda: 0))
    moment = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)

    with time_machine.travel(moment, tick=False):
        looking.look()

    assert dt.datetime.fromisoformat(Look.objects.get().parts["a"]["at"]) == moment
