"""Every field of every model has a retention class."""

import pytest
from django.apps import apps

from community.models import Member
from community.trust import retention
from community.trust.sealed import EncryptedTextField


def fields_of(model):
    return [field.name for field in model._meta.local_concrete_fields]


def test_every_field_has_a_class():
    missing = {
        model._meta.label: [
            name for name in fields_of(model) if name not in retention.classes_of(model._meta.label)
        ]
        for model in apps.get_models()
        if model.__module__.split(".")[0] != "tests"
    }
    lines = [f'"{label}": "class: {" ".join(names)}",' for label, names in missing.items() if names]
    assert not lines, "Add to community/trust/retention.py:\n" + "\n".join(lines)


def test_no_class_is_given_to_what_is_not_there():
    models = {model._meta.label: model for model in apps.get_models()}
    stale = [
        f"{label}.{name}"
        for label in retention.TABLE
        for name in retention.classes_of(label)
        if name != "id" and (label not in models or name not in fields_of(models[label]))
    ]
    assert stale == []


def test_what_is_sealed_is_not_called_harmless():
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedTextField)
        and retention.classes_of(model._meta.label).get(field.name)
        not in ("sensitive", "secret", "delivery", "imported")
    ]
    assert wrong == []


def test_append_only_rows_are_records():
    """They outlive the erasure of whoever did the deed, so they may hold nothing else."""
    wrong = [
        f"{model._meta.label}.{name}: {kind}"
        for model in apps.get_models()
        if getattr(model, "append_only", False)
        for name, kind in retention.classes_of(model._meta.label).items()
        if retention.CLASSES[kind].on_erasure != "keep"
    ]
    assert wrong == []


def test_a_class_says_what_erasure_does():
    assert {kind.on_erasure for kind in retention.CLASSES.values()} == {"keep", "blank", "delete"}
    assert retention.classes_of("community.Member")["password"] == "secret"
    assert set(fields_of(Member)) == set(retention.classes_of("community.Member"))


def test_a_wrong_line_is_refused(monkeypatch):
    monkeypatch.setitem(retention.TABLE, "x.Y", "content: a | account: a")
    with pytest.raises(ValueError, match="x.Y.a is classified twice"):
        retention.classes_of("x.Y")
    monkeypatch.setitem(retention.TABLE, "x.Y", "nonsense: a")
    with pytest.raises(KeyError):
        retention.classes_of("x.Y")
    with pytest.raises(ValueError, match="classified twice"):
        retention.classify("x.Y", "content: b")
