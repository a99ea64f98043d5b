"""The field: plain on the instance, sealed everywhere else."""

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps

from community.models.ids import new_public_id
from community.trust import crypto
from community.trust.sealed import EncryptedTextField


@pytest.fixture
def Note(transactional_db):
    with isolate_apps("community"):

        class Note(models.Model):
            public_id = models.CharField(
                max_length=16, unique=True, default=new_public_id, editable=False
            )
            title = models.CharField(max_length=20, default="t")
            text = EncryptedTextField(blank=True)

            class Meta:
                app_label = "community"
                db_table = "test_sealed_note"

        with connection.schema_editor() as editor:
            editor.create_model(Note)
        yield Note
        with connection.schema_editor() as editor:
            editor.delete_model(Note)


def stored(note):
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM test_sealed_note WHERE id = %s", [note.pk])
        return cursor.fetchone()[0]


def test_the_database_holds_the_seal_and_the_instance_the_text(Note):
    note = Note.objects.create(text="电话 138")

    assert crypto.is_sealed(stored(note))
    assert note.text == "电话 138"
    assert Note.objects.get().text == "电话 138"


def test_empty_stays_empty(Note):
    note = Note.objects.create(text="")

    assert stored(note) == ""
    assert Note.objects.get().text == ""


def test_an_untouched_value_keeps_its_seal(Note):
    Note.objects.create(text="same")
    note = Note.objects.get()
    before = stored(note)

    note.title = "other"
    note.save()

    assert stored(note) == before


def test_bulk_create_seals_each_row_for_itself(Note):
    Note.objects.bulk_create([Note(text="one"), Note(text="two")])

    assert [note.text for note in Note.objects.order_by("pk")] == ["one", "two"]


def test_a_value_swapped_between_rows_does_not_open(Note):
    mine, other = Note.objects.create(text="mine"), Note.objects.create(text="other")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE test_sealed_note SET text = %s WHERE id = %s", [stored(other), mine.pk]
        )

    with pytest.raises(crypto.SealBroken):
        _ = Note.objects.get(pk=mine.pk).text


def test_a_query_can_neither_write_nor_compare_the_text(Note):
    Note.objects.create(text="x")

    with pytest.raises(TypeError, match="is sealed"):
        Note.objects.update(text="plain")
    with pytest.raises(TypeError, match="is sealed"):
        Note.objects.filter(text="x").exists()
    with pytest.raises(FieldError):
        Note.objects.filter(text__contains="x").exists()


def test_a_query_can_wipe_it_and_find_the_empty_ones(Note):
    Note.objects.create(text="code 123456")

    Note.objects.update(text="")

    assert Note.objects.filter(text="").count() == 1
    assert Note.objects.get().text == ""


def test_values_and_fixtures_carry_the_seal(Note):
    note = Note.objects.create(text="secret words")

    assert crypto.is_sealed(Note.objects.values_list("text", flat=True)[0])
    assert "secret words" not in serializers.serialize("json", [note])


def test_only_deferred_columns_are_loaded_when_read(Note, django_assert_num_queries):
    Note.objects.create(text="later")

    with django_assert_num_queries(2):
        assert Note.objects.only("title", "public_id").get().text == "later"


def test_a_model_without_an_id_from_python_is_refused():
    with isolate_apps("community"):

        class Loose(models.Model):
            text = EncryptedTextField()

            class Meta:
                app_label = "community"

        problems = [problem.id for problem in Loose.check()]
    assert problems == ["community.E101"]
