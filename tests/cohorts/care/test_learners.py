"""The list of learners and the card of one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.models import CheckInPraise, ContactNote, Enrolment
from cohorts.services import learners, staff_room
from community.models import Member
from tests.cohorts.care.helpers import NOW, get, hand_in, introduce, learner


def shown(response):
    return [row.member.display_name for row, _days in response.context["rows"]]


def test_the_list_is_found_by_name_by_handle_and_by_nickname(s):
    for name in ("欧阳春晓", "石头"):
        learner(s, name)
    nick = learner(s, "Wang Fang", enrolled_at=NOW)
    introduce(nick.member, nickname="小芳")

    assert shown(get(s, "learners", q="春晓")) == ["欧阳春晓"]
    assert shown(get(s, "learners", q="小芳")) == ["Wang Fang"]
    assert shown(get(s, "learners", q=nick.member.handle)) == ["Wang Fang"]
    assert "Nobody here is called" in get(s, "learners", q="%_<b>").content.decode()


@pytest.mark.parametrize("query", ["a\0b", "x" * 3_000, "'; DROP TABLE", "%"])
def test_odd_searches_are_answered(s, query):
    assert get(s, "learners", q=query, after="@@@", state="nonsense").status_code == 200


def test_tabs_show_who_paused_and_who_left(s):
    learner(s, "learns")
    learner(s, "paused", state=Enrolment.State.PAUSED)
    learner(s, "left", state="left", left_at=NOW)

    assert shown(get(s, "learners")) == ["learns"]
    assert shown(get(s, "learners", state="paused")) == ["paused"]
    assert shown(get(s, "learners", state="left")) == ["left"]


def test_the_pages_of_a_long_list_hold_everybody_once(s):
    names = [learner(s, f"learner {n:02}").member.display_name for n in range(30)]

    first = get(s, "learners")
    second = get(s, "learners", after=first.context["page"].next)

    assert shown(first) + shown(second) == names
    assert "More" in first.content.decode()


def test_the_list_asks_the_same_with_one_row_and_with_three(s):
    counted = []
    for day in (1, 2, 3):
        row = learner(s)
        hand_in(row, day)
        ContactNote.objects.create(enrolment=row, by=s.lead)
        with CaptureQueriesContext(connection) as captured:
            get(s, "learners")
        counted.append(len(captured))

    assert counted[0] == counted[2]


def test_the_card_holds_what_the_staff_know(s):
    row = learner(s, "小满二", reason="To write to my sister.", from_day=2)
    introduce(row.member, wants=("mending socks",), proud="I repaired **forty** kettles.")
    praised = hand_in(row, 2, text="The kettle sings.")
    CheckInPraise.objects.create(check_in=praised, by=s.second, text="Sings, not whistles.")
    hand_in(row, 3, kind="rest", text="")
    ContactNote.objects.create(enrolment=row, by=s.lead, channel="phone", note="Her garden.")
    note = staff_room.write(camp=s.camp, by=s.second, text="Call her on **Friday**.", about=row)
    staff_room.write(camp=s.camp, by=s.lead, text="I will.", answers=note)

    page = get(s, "learner", row.member.handle).content.decode()

    for words in (
        "I mend kettles.", "mending socks", "To write to my sister.", "here from D2",
        "<strong>forty</strong>", "The kettle sings.", "Sings, not whistles.", "Resting today",
        "2 days done", "老周 · Phone", "Her garden.", "<strong>Friday</strong>", "I will.",
    ):  # fmt: skip
        assert words in page, words


def test_dots_are_the_days_that_are_asked_of_her(s):
    row = learner(s, "小满二", from_day=1)
    hand_in(row, 1)
    hand_in(row, 3, kind="rest", text="")

    found = learners.dots_of(learners.standing_days(s.camp, [row])[row.pk])

    assert found == [(1, "done"), (2, "pit"), (3, "done")]


def test_an_open_day_looks_like_one_that_is_to_come(s):
    s.camp.make_up_days = 0
    row = learner(s, "小满二", from_day=1)

    found = learners.dots_of(learners.standing_days(s.camp, [row])[row.pk])

    assert found == [(1, ""), (2, ""), (3, "today")]


def test_the_card_costs_the_same_with_one_of_everything_and_with_three(s):
    row, counted = learner(s, "小满二"), []
    introduce(row.member)
    for day in (1, 2, 3):
        CheckInPraise.objects.create(check_in=hand_in(row, day), by=s.second, text="The kettle.")
        ContactNote.objects.create(enrolment=row, by=s.lead)
        note = staff_room.write(camp=s.camp, by=s.lead, text="A note.", about=row)
        staff_room.write(camp=s.camp, by=s.second, text="An answer.", answers=note)
        with CaptureQueriesContext(connection) as captured:
            get(s, "learner", row.member.handle)
        counted.append(len(captured))

    assert counted[0] == counted[2]


def test_who_leads_finds_the_way_to_pause_her_and_an_assistant_does_not(s):
    row = learner(s, "小满二")
    place = f"/ops/camp/{s.camp.slug}/learners/{row.member.handle}/place/"

    for_assistant = get(s, "learner", row.member.handle).content.decode()
    s.enter(s.lead)
    for_lead = get(s, "learner", row.member.handle).content.decode()

    assert place not in for_assistant
    assert place in for_lead


def test_a_learner_reads_no_card_not_even_her_own(s):
    row = learner(s, "小满二")
    s.enter(row.member)

    answers = [get(s, name, *args).status_code for name, args in
               (("learner", (row.member.handle,)), ("learners", ()), ("contacts", ()),
                ("praise_queue", ()), ("staff_room", ()), ("games", ()))]  # fmt: skip

    assert answers == [403] * 6


def test_hostile_words_on_a_card_are_words(s):
    row = learner(s, "<b>小满</b>", reason="<script>alert(1)</script>")
    hand_in(row, 2, text="</blockquote><img src=x onerror=alert(1)>")
    ContactNote.objects.create(enrolment=row, by=s.lead, note="<svg onload=alert(1)>")
    staff_room.write(
        camp=s.camp, by=s.lead, about=row, text="<script>alert(1)</script> [a](javascript:alert(1))"
    )
    Member.objects.filter(pk=s.lead.pk).update(display_name="<i>老周</i>")

    page = get(s, "learner", row.member.handle).content.decode()

    for sign in ("<script>alert", "<img src=x", "<svg onload", "<b>小满", "<i>老周",
                 'href="javascript'):  # fmt: skip
        assert sign not in page, sign
