"""Who has not been spoken with, about what one could talk, and noting that one has."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.models import ContactNote, Enrolment
from cohorts.services import contacts
from community.models import ContactPreference, Member
from community.services import spaces
from tests.cohorts.care.helpers import NOW, get, hand_in, introduce, learner, post


def spoken(enrolment, by, *, days_ago=0.0, **fields):
    at = NOW - dt.timedelta(days=days_ago)
    return ContactNote.objects.create(enrolment=enrolment, by=by, at=at, **fields)


def names(s, **days):
    return [row.member.display_name for row in contacts.silent(s.camp, **days)]


def test_nobody_yet_comes_first_then_the_longest_silence(s):
    recent, four, six, never = (learner(s, name) for name in ("recent", "four", "six", "never"))
    spoken(recent, s.lead, days_ago=2.9)
    spoken(four, s.lead, days_ago=4)
    spoken(six, s.lead, days_ago=6)
    spoken(never, s.lead, days_ago=9).delete()

    assert names(s) == ["never", "six", "four"]
    assert names(s, days=5) == ["never", "six"]
    assert names(s, days=1) == ["never", "six", "four", "recent"]


def test_who_paused_or_left_is_left_in_peace(s):
    learner(s, "paused", state=Enrolment.State.PAUSED)
    learner(s, "left", state="left", left_at=NOW)
    gone = learner(s, "gone")
    spaces.leave(space=s.camp.space, member=gone.member)

    assert names(s) == []


@pytest.mark.parametrize("days", ["", "0", "-1", "61", "3000", "²", "٣x", "<script>", "9" * 3_000])
def test_an_address_with_an_odd_number_of_days_asks_for_three(s, days):
    spoken(learner(s, "four"), s.lead, days_ago=4)

    response = get(s, "contacts", days=days)

    assert response.status_code == 200
    assert response.context["days"] == contacts.USUAL_DAYS


def test_the_list_says_what_to_talk_about_and_never_what_was_missed(s):
    row = learner(s, "小满二", reason="To write to my sister.")
    introduce(row.member, wants=("mending socks", "odd company"))
    ContactPreference.objects.create(member=row.member, ways=["phone"], hours="after eight")
    hand_in(row, 1)

    page = get(s, "contacts").content.decode()
    page = page[page.index("<main") : page.index("</main>")]

    for words in ("I mend kettles.", "mending socks, odd company", "To write to my sister.", "By phone",
                  "after eight", "nobody yet"):  # fmt: skip
        assert words in page
    for blame in ("missed", "not handed in", "late", "behind"):
        assert blame not in page.split("</header>")[-1].split('id="page-words"')[0].lower()


def test_what_is_for_the_people_who_run_the_space_only_is_not_shown_to_a_camp_assistant(s):
    row = learner(s, "小满二")
    introduce(
        row.member, wants=("mending socks",), visibility={"needs": "staff", "contact": "staff"}
    )
    ContactPreference.objects.create(member=row.member, ways=["phone"])

    for_assistant = get(s, "contacts").content.decode()
    s.enter(s.lead)  # owner of the space
    for_owner = get(s, "contacts").content.decode()

    assert "mending socks" not in for_assistant
    assert "By phone" not in for_assistant
    assert "mending socks" in for_owner
    assert "By phone" in for_owner


def test_who_hides_herself_stays_in_the_list_and_her_introduction_does_not(s):
    row = learner(s, "hidden")
    introduce(row.member)
    Member.objects.filter(pk=row.member_id).update(hidden_at=NOW)

    page = get(s, "contacts").content.decode()

    assert "hidden" in page
    assert "I mend kettles." not in page


def test_the_second_tap_notes_it_and_the_list_comes_back_as_it_was(s):
    row = learner(s, "小满二")

    response = post(s, "contact_note", row.member.handle, channel="phone", days="5")

    noted = ContactNote.objects.get()
    assert (noted.enrolment, noted.by, noted.channel, noted.note) == (row, s.assistant, "phone", "")
    assert response.url == f"/ops/camp/{s.camp.slug}/contacts/?days=5"
    assert names(s) == []


def test_value_found_is_kept_with_its_kind_and_stands_on_the_card(s):
    row = learner(s, "小满二")

    response = post(
        s, "contact_note", row.member.handle, channel="person", note="Tea.\nHer garden.",
        value_kind="knowledge", value="Keeps bees", card="1",
    )  # fmt: skip

    card = s.client.get(response.url).content.decode()
    assert response.url == f"/ops/camp/{s.camp.slug}/learners/{row.member.handle}/"
    for words in ("In person", "Tea.<br>Her garden.", "Knowledge", "Keeps bees"):
        assert words in card


@pytest.mark.parametrize(
    "sent, said",
    [
        ({}, "Choose how you have spoken."),
        ({"channel": "pigeon"}, "pigeon"),
        ({"channel": "phone", "note": "字" * 3_000}, "2,500 characters too long"),
        ({"channel": "phone", "value": "字" * 300}, "100 characters too long"),
        ({"channel": "phone", "value_kind": "money"}, "money"),
    ],
)
def test_a_note_that_cannot_be_kept_is_shown_again_with_its_reason(s, sent, said):
    row = learner(s, "小满二")

    response = post(s, "contact_note", row.member.handle, **sent)

    page = response.content.decode()
    assert response.status_code == 422
    assert said.replace(",", "") in page.replace(",", "")
    assert sent.get("note", "") in page
    assert not ContactNote.objects.exists()


def test_a_form_sent_twice_notes_one_talk(s):
    row = learner(s, "小满二")
    from_page = get(s, "contacts").content.decode()
    token = from_page.split('name="form_token" value="')[1].split('"')[0]

    for _ in range(2):
        post(s, "contact_note", row.member.handle, channel="chat", form_token=token)

    assert ContactNote.objects.count() == 1


def test_somebody_of_another_camp_is_not_there(s):
    elsewhere = learner(s, "elsewhere")
    Enrolment.objects.filter(pk=elsewhere.pk).delete()

    response = post(s, "contact_note", elsewhere.member.handle, channel="chat")

    assert response.status_code == 404


def test_the_list_asks_the_same_with_one_row_and_with_three(s):
    counted = []
    for number in range(3):
        row = learner(s)
        introduce(row.member, wants=(f"word{number}",))
        ContactPreference.objects.create(member=row.member, ways=["group"])
        with CaptureQueriesContext(connection) as captured:
            page = get(s, "contacts").content.decode()
        counted.append(len(captured))

    assert counted[0] == counted[2]
    assert page.count("I mend kettles.") == 3
