"""Deeds are written down once; the database refuses to change them."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.state import ProjectState

from community.models import AuditEvent
from community.services import audit
from community.trust import logs, triggers
from tests.factories import MemberFactory, SpaceFactory


def test_record_holds_ids_only_and_the_request(db):
    ada, ben, space = MemberFactory(), MemberFactory(), SpaceFactory(slug="riverside")
    request_id = logs.begin_request()
    try:
        audit.record(
            "membership.suspended",
            actor=ada,
            subject=ben,
            space=space,
            reason="spam",
            data={"n": 1},
        )
    finally:
        logs.end_request()

    event = AuditEvent.objects.get()
    assert (event.actor, event.subject, event.subject_type) == (
        ada.public_id,
        ben.public_id,
        "community.member",
    )
    assert (event.space, event.reason, event.data) == ("riverside", "spam", {"n": 1})
    assert event.request_id == request_id
    assert list(audit.of(ben)) == [event]


def test_an_action_is_a_noun_and_a_verb(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        audit.record("Suspended somebody", actor=None)


@pytest.mark.parametrize(
    "change",
    [
        lambda event: AuditEvent.objects.update(reason="another"),
        lambda event: AuditEvent.objects.all().delete(),
        lambda event: event.save(),
        lambda event: event.delete(),
    ],
    ids=["update", "delete", "save", "delete one"],
)
def test_the_database_refuses_to_change_an_event(db, change):
    event = audit.record("space.opened", actor=None, reason="first")

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change(event)

    assert AuditEvent.objects.get().reason == "first"


def test_the_database_refuses_to_empty_the_table(db):
    audit.record("space.opened", actor=None)
    empty = {"postgresql": "TRUNCATE community_auditevent"}
    sql = empty.get(connection.vendor, "DELETE FROM community_auditevent")

    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute(sql)

    assert AuditEvent.objects.count() == 1


def test_a_missing_trigger_is_named_and_comes_back(db):
    assert triggers.missing() == []
    triggers.remove(["community_auditevent"])
    gone = triggers.missing()

    assert "community_auditevent_keeps_delete_v1" in gone
    call_command("install_triggers")
    assert triggers.missing() == []


def test_without_its_trigger_an_event_can_be_changed(db):
    """The control: it is the trigger that refuses, and nothing else."""
    audit.record("space.opened", actor=None, reason="first")

    with triggers.suspended(AuditEvent):
        assert AuditEvent.objects.update(reason="forged") == 1

    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent.objects.update(reason="again")


def test_a_migration_that_remakes_the_table_gets_its_triggers_back(transactional_db):
    """SQLite remakes the table to change a column; the migrate signal then mends it."""
    state = ProjectState.from_apps(AuditEvent._meta.apps)
    alter = migrations.AlterField(
        "auditevent", "action", models.CharField(max_length=61, db_default="a.b")
    )
    changed = state.clone()
    alter.state_forwards("community", changed)
    with connection.schema_editor() as editor:
        alter.database_forwards("community", editor, state, changed)
    if connection.vendor == "sqlite":
        assert triggers.missing() != []

    call_command("migrate", verbosity=0)

    assert triggers.missing() == []
    with connection.schema_editor() as editor:
        alter.database_forwards("community", editor, changed, state)


def test_append_only_tables_carry_no_keys(db):
    """Nothing that happens elsewhere may reach into them by a cascade."""
    keyed = [
        f"{model.__name__}.{field.name}"
        for model in AuditEvent._meta.apps.get_models()
        if getattr(model, "append_only", False)
        for field in model._meta.get_fields()
        if field.is_relation
        and getattr(field, "db_constraint", False)
        and field.remote_field.on_delete is not models.PROTECT
    ]
    assert keyed == []
