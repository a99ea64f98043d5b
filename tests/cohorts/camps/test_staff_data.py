"""What the staff wrote is handed to who wrote it, and erased with whom it is about."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from cohorts.models import ContactNote, Evidence, HandOver, StaffNote
from cohorts.services import camp_staff, enrolment, staff_data
from community.models import Upload
from community.registry import erasure_parts, export_parts
from community.services import members
from tests.cohorts.camps.helpers import opened, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp(team):
    """A learner of whom the staff have noted something, and an assistant who has written."""
    camp = opened(team, in_days=0)
    row = enrolment.enrol(camp=camp, member=team.member, by=team.lead)
    ContactNote.objects.create(enrolment=row, by=team.assistant, note="She is tired.")
    note = StaffNote.objects.create(
        room=camp.staff_room, about=row, by=team.assistant, text="Of the learner."
    )
    StaffNote.objects.create(room=camp.staff_room, answers=note, by=team.lead, text="Yes.")
    StaffNote.objects.create(room=camp.staff_room, by=team.lead, text="About nobody.")
    camp_staff.be_away(
        camp=camp, member=team.assistant, by=team.assistant, first_day=today(), last_day=today(),
        note="A wedding.",
    )  # fmt: skip
    HandOver.objects.create(run=camp.run, by=team.assistant, text="The rest is yours.")
    picture = Upload.objects.create(
        owner=team.assistant, audience="room", room=camp.room, sha256="0" * 64, size=1,
        width=1, height=1,
    )  # fmt: skip
    task = camp.run.tasks.first()
    Evidence.objects.create(task=task, kind="photo", upload=picture, by=team.assistant)
    return camp


def test_one_of_the_staff_is_handed_her_own_words_only(camp, team):
    given = json.dumps(staff_data.export(team.assistant), cls=DjangoJSONEncoder)

    for text in ("A wedding.", "The rest is yours.", "Of the learner."):
        assert text in given
    assert "About nobody." not in given


def test_with_a_learner_goes_what_was_noted_about_her(camp, team):
    members.blank(member=team.member)

    assert not ContactNote.objects.exists()
    assert [note.text for note in StaffNote.objects.all()] == ["About nobody."]


def test_with_one_of_the_staff_go_her_words_and_pictures_but_not_her_notes_about_others(camp, team):
    members.blank(member=team.assistant)

    assert camp.run.absences.get().note == ""
    assert not HandOver.objects.exists()
    assert not Upload.objects.filter(owner=team.assistant).exists()
    assert ContactNote.objects.get().note == "She is tired."


def test_both_are_asked_when_somebody_is_exported_or_erased():
    assert export_parts["camp-staff"] is staff_data.export
    assert erasure_parts["camp-staff"] is staff_data.erase
