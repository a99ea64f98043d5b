"""What camps keep about a member is handed to her, and erased with her."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from cohorts.models import CheckIn, CheckInPraise, ContactNote, Enrolment, HandOver, StaffNote
from cohorts.services import camp_staff, enrolment, member_data
from community.models import Upload
from community.registry import erasure_parts, export_parts
from community.services import members
from tests.cohorts.camps.helpers import opened, today

pytestmark = pytest.mark.django_db
WORD = "kingfisher"  # stands in everything that is about her


@pytest.fixture
def learner(team):
    camp = opened(team, in_days=0)
    row = enrolment.enrol(camp=camp, member=team.member, by=team.lead, reason=f"{WORD} reason")
    picture = Upload.objects.create(
        owner=team.member,
        audience="room",
        room=camp.room,
        sha256="0" * 64,
        size=1,
        width=1,
        height=1,
    )
    check_in = CheckIn.objects.create(
        enrolment=row, day=1, kind="photo", text=f"{WORD} text", upload=picture
    )
    CheckInPraise.objects.create(check_in=check_in, by=team.assistant, text=f"{WORD} praise")
    ContactNote.objects.create(enrolment=row, by=team.assistant, note=f"{WORD} note")
    note = StaffNote(room=camp.staff_room, about=row, by=team.assistant, text=f"{WORD} staff")
    note.save()
    StaffNote(room=camp.staff_room, answers=note, by=team.lead, text="Yes.").save()
    StaffNote(room=camp.staff_room, by=team.lead, text="About nobody.").save()
    return team.member


def test_she_is_handed_what_she_wrote_and_the_praise_but_not_the_notes_of_staff(learner):
    given = json.dumps(member_data.export(learner), cls=DjangoJSONEncoder)

    for text in (f"{WORD} reason", f"{WORD} text", f"{WORD} praise", "The first camp"):
        assert text in given
    assert f"{WORD} note" not in given
    assert f"{WORD} staff" not in given


def test_erasing_her_takes_all_of_it_and_leaves_that_she_was_there(learner, team):
    members.blank(member=learner)

    assert not CheckIn.objects.exists()
    assert not CheckInPraise.objects.exists()
    assert not ContactNote.objects.exists()
    assert not Upload.objects.filter(owner=learner).exists()
    assert [note.text for note in StaffNote.objects.all()] == ["About nobody."]
    assert Enrolment.objects.get(member=learner).reason == ""


def test_erasing_one_of_the_staff_takes_her_words(team):
    camp = opened(team)
    camp_staff.be_away(
        camp=camp, member=team.assistant, by=team.assistant, first_day=today(), last_day=today(),
        note=WORD,
    )  # fmt: skip
    HandOver.objects.create(run=camp.run, by=team.assistant, text=WORD)

    members.blank(member=team.assistant)

    assert camp.run.absences.get().note == ""
    assert not HandOver.objects.exists()


def test_both_are_asked_when_somebody_is_exported_or_erased():
    assert export_parts["camps"] is member_data.export
    assert erasure_parts["camps"] is member_data.erase
