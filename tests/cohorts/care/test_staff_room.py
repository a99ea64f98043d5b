"""The staff room: threads, agreed wording, notes handed over; and nobody else reads it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cohorts.models import HandOver, StaffDecision, StaffNote
from cohorts.services import staff_room
from community.errors import DomainError
from community.services import rooms
from tests.cohorts.care.helpers import get, learner, post
from tests.cohorts.factories import CampFactory, EnrolmentFactory


def write(s, text="A note.", **fields):
    return staff_room.write(camp=s.camp, by=s.lead, text=text, **fields)


def decide(s, wording="Yes.", **fields):
    return staff_room.decide(
        camp=s.camp, by=s.lead, **{"question": "A refund?", "wording": wording} | fields
    )


def test_a_note_about_a_learner_stands_in_the_room_and_leads_to_her_card(s):
    row = learner(s, "小满二")

    response = post(s, "staff_room", text="Call her.", about=row.public_id)

    page = s.client.get(response.url).content.decode()
    assert StaffNote.objects.get().about == row
    assert f"/ops/camp/{s.camp.slug}/learners/{row.member.handle}/" in page
    assert "Call her." in page


def test_answers_stand_under_their_note_also_answers_to_answers(s):
    note = write(s, "Who calls her?")
    answer = write(s, "I do.", answers=note)
    deeper = write(s, "Thank you.", answers=answer)

    assert deeper.answers == note
    page = get(s, "staff_room").content.decode()
    order = [page.index(words) for words in ("Who calls her?", "I do.", "Thank you.")]
    assert order == sorted(order)


def test_threads_come_newest_first_ten_a_page_each_once(s):
    written = [write(s, f"Note {n:02}").public_id for n in range(12)]

    first = get(s, "staff_room").context["page"]
    second = get(s, "staff_room", after=first.next).context["page"]

    found = [note.public_id for note in (*first.rows, *second.rows)]
    assert (len(first.rows), found) == (10, written[::-1])


@pytest.mark.parametrize(
    "text, said",
    [("", "Write a few words."), (" \n ", "Write a few words."), ("字" * 4_500, "500 characters")],
)
def test_a_note_that_cannot_be_kept_says_why_and_what_was_typed_stays(s, text, said):
    response = post(s, "staff_room", text=text)

    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert text.strip() in page
    assert not StaffNote.objects.exists()


def test_three_thousand_characters_with_markup_and_links_are_kept_and_harmless(s):
    text = (
        "字" * 3_000 + "\n\n<script>alert(1)</script> [bad](javascript:alert(1)) "
        "![x](https://elsewhere.example/p.png) <https://example.org/a>"
    )

    response = post(s, "staff_room", text=text)

    page = s.client.get(response.url).content.decode()
    assert StaffNote.objects.get().text == text
    assert "字" * 3_000 in page
    assert 'href="https://example.org/a"' in page
    for sign in ("<script>alert", 'href="javascript', '<img src="https://elsewhere'):
        assert sign not in page


def test_a_learner_of_another_camp_is_nobody_to_write_about(s):
    foreign = EnrolmentFactory(camp=CampFactory(space=s.camp.space))

    response = post(s, "staff_room", text="Call her.", about=foreign.public_id)

    assert response.status_code == 422
    assert "This learner is not in the camp." in response.content.decode()
    with pytest.raises(DomainError, match="not in the camp"):
        write(s, about=foreign)


def test_a_note_of_another_room_cannot_be_answered(s):
    other = CampFactory(space=s.camp.space)
    note = staff_room.write(camp=other, by=s.lead, text="Elsewhere.")

    assert post(s, "staff_note", note.public_id, text="Here.").status_code == 404
    with pytest.raises(DomainError, match="another room"):
        write(s, answers=note)


def test_a_newer_wording_takes_the_place_and_both_lead_to_each_other(s):
    old = decide(s, "Yes, always.", teller=s.second, told="who asks", link="https://example.org/r")

    response = post(
        s, "staff_replace", old.public_id, question="A refund?", wording="Within three days."
    )

    old.refresh_from_db()
    newer = StaffDecision.objects.get(wording="Within three days.")
    assert old.replaced_by == newer
    assert response.url.endswith(f"/staff-room/wording/{newer.public_id}/")
    shown, before = (
        get(s, "staff_decision", row.public_id).content.decode() for row in (newer, old)
    )
    assert f"/wording/{old.public_id}/" in shown
    assert f"/wording/{newer.public_id}/" in before
    for words in ("Yes, always.", "阿峰 tells it", "who asks", "There is a newer wording"):
        assert words in before
    current = get(s, "staff_room", part="wording").content.decode()
    assert "Within three days." in current
    assert "Yes, always." not in current
    assert "Yes, always." in get(s, "staff_room", part="wording", old="1").content.decode()


def test_who_replaces_what_was_replaced_meanwhile_reads_the_newest_first(s):
    old = decide(s, "Yes, always.")
    middle = decide(s, "Within ten days.", replaces=old)
    decide(s, "Within three days.", replaces=middle)

    response = post(s, "staff_replace", old.public_id, question="A refund?", wording="Never.")

    page = response.content.decode()
    assert response.status_code == 409
    assert "Within three days." in page
    assert "Never." in page
    assert not StaffDecision.objects.filter(wording="Never.").exists()


@pytest.mark.parametrize(
    "field, value, said",
    [
        ("question", "", "Write a few words."),
        ("wording", "", "Write a few words."),
        ("question", "x" * 300, "100 characters too long"),
        ("told", "x" * 130, "10 characters too long"),
        ("link", "javascript:alert(1)", "Give a whole link"),
        ("link", "example", "Give a whole link"),
        ("teller", "nobody-here", "teller"),
    ],
)
def test_a_wording_that_cannot_be_kept_says_why(s, field, value, said):
    sent = {"question": "A refund?", "wording": "Yes.", field: value}

    response = post(s, "staff_decide", **sent)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not StaffDecision.objects.exists()


def test_only_staff_can_be_named_to_tell_it(s):
    response = post(s, "staff_decide", question="?", wording="Yes.", teller=s.learner.handle)

    assert response.status_code == 422


def test_hand_overs_are_read_in_the_room(s):
    HandOver.objects.create(run=s.run, by=s.second, text="The third group is quiet.")

    page = get(s, "staff_room", part="hand-over").content.decode()

    assert "The third group is quiet." in page
    assert "阿峰" in page


@pytest.mark.parametrize("part", ["", "wording", "hand-over"])
def test_each_part_asks_the_same_with_one_row_and_with_three(s, part):
    counted = []
    for n in range(3):
        note = write(s, about=learner(s))
        write(s, answers=note)
        decide(s, f"Yes {n}.", teller=s.second)
        HandOver.objects.create(run=s.run, by=s.second, text="A note.")
        with CaptureQueriesContext(connection) as captured:
            get(s, "staff_room", part=part)
        counted.append(len(captured))

    assert counted[0] == counted[2]


def test_an_assistant_who_becomes_a_learner_reads_it_no_more(s):
    write(s, "A word about somebody.")
    before = get(s, "staff_room").status_code
    rooms.depart(room=s.camp.run.room, member=s.assistant, by=s.lead)
    rooms.enter(room=s.camp.run.room, member=s.assistant)

    after = get(s, "staff_room")

    assert (before, after.status_code) == (200, 403)
    assert "A word about somebody." not in after.content.decode()


def test_pages_about_people_are_kept_by_nobody(s):
    for name in ("staff_room", "learners", "contacts", "praise_queue"):
        response = get(s, name)

        assert response["Cache-Control"] == "private, no-store"
        assert "noindex" in response["X-Robots-Tag"]
    assert reverse("cohorts:staff_room", args=[s.camp.slug]).endswith("/staff-room/")
