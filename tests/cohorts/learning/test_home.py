"""The home of a camp: what it says on each kind of day, to whom, and what it costs."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.models import Camp, CheckIn, CheckInPraise, Enrolment
from cohorts.services import camp_feed
from community.models import Announcement, Block, Member
from tests.cohorts.learning.helpers import announce, hand_in, handed_in, noon


def text_of(response):
    assert response.status_code == 200
    page = response.content.decode()
    return page[page.index("<main") : page.index("</main>")]


def test_home_shows_lesson_announcement_and_check_in_of_the_day(s):
    announce(s)

    page = text_of(s.home())

    assert "3. Lesson 3" in page
    assert "Today's lesson · 10 minutes" in page
    assert "Write one line." in page
    assert "09:00" in page
    assert "小桃" in page
    assert 'name="text"' in page
    assert "by 23:00; later today counts as well" in page
    assert "Today 0 / 1 checked in" in page
    assert page.count("btn--primary") == 1


def test_announcement_of_today_waits_for_its_time(s, at_noon):
    announce(s, "Good morning.")
    at_noon.move_to(noon(3) - dt.timedelta(hours=4))

    page = text_of(s.home())

    assert "Today's comes at 09:00." in page
    assert "Good morning." not in page


def test_draft_is_its_writers_alone(s):
    row = announce(s)
    Announcement.objects.filter(pk=row.pk).update(state="draft")

    page = text_of(s.home())

    assert "Good morning." not in page
    assert "comes at" not in page


def test_long_announcement_is_folded_after_nine_lines(s):
    announce(s, "\n\n".join(f"Paragraph {n} of the day" for n in range(1, 12)))

    said = s.home().context["home"].said

    assert said.begin.startswith("Paragraph 1")
    assert said.rest.endswith("Paragraph 11 of the day")
    assert said.begin.count("\n") + 1 <= 9


def test_after_the_hour_the_page_says_that_it_still_counts(s, at_noon):
    at_noon.move_to(noon(3) + dt.timedelta(hours=11, minutes=30))

    assert "after 23:00 it counts as well, until midnight" in text_of(s.home())


def test_two_quiet_days_are_answered_by_a_kind_line(s):
    handed_in(s.place, 1)
    assert "Good that you are here" not in text_of(s.home())
    CheckIn.objects.all().delete()

    page = text_of(s.home())

    assert "Good that you are here" in page
    assert "notice--danger" not in page
    assert "field--error" not in page
    for word in ("streak", "missed two", "failed", "broken"):
        assert word not in page.lower()


def test_kind_line_is_gone_as_soon_as_she_hands_in(s):
    hand_in(s.place)

    assert "Good that you are here" not in text_of(s.home())


def test_done_today_folds_the_form_and_says_when_it_goes_on(s):
    announce(s)
    hand_in(s.place, text="I wrote <b>one</b> line.")

    page = text_of(s.home())

    assert "Done for today" in page
    assert "See you tomorrow at 09:00." in page
    assert "I wrote &lt;b&gt;one&lt;/b&gt; line." in page
    assert 'name="text"' not in page
    assert "Read it again" in page


def test_rest_counts_and_nobody_else_reads_it(s):
    other = s.another()
    hand_in(other, text="Not well today.", rests=True)
    hand_in(s.place, text="", rests=True)

    page = text_of(s.home())

    assert "You rest today. That counts." in page
    assert "Not well today." not in page
    assert s.home().context["home"].total == (2, 2)


def test_sum_never_says_who_has_not(s):
    quiet = s.another("安静的人")
    hand_in(s.another("阿禾"), text="Mine.")

    page = text_of(s.home())

    assert "Today 1 / 3 checked in" in page
    assert "阿禾" in page
    assert quiet.member.display_name not in page


def test_praise_of_staff_stands_in_gold_and_words_by_name(s):
    mine = hand_in(s.place)
    CheckInPraise.objects.create(check_in=mine, by=s.assistant, text="The third line stays.")
    camp_feed.say(check_in=mine, member=s.another("阿禾").member, word="thanks")

    page = text_of(s.home())

    assert '<div class="praise">' in page
    assert "The third line stays." in page
    assert "阿禾: thank you" in page


@pytest.mark.parametrize("who", ["reader", "writer"])
def test_people_who_do_not_want_to_meet_do_not_read_each_other(s, who):
    other = s.another("阿禾")
    hand_in(other, text="Not for everybody.")
    assert "Not for everybody." in text_of(s.home())
    pair = (s.learner, other.member) if who == "reader" else (other.member, s.learner)

    Block.objects.create(member=pair[0], blocked=pair[1])

    assert "Not for everybody." not in text_of(s.home())


def test_minor_is_shown_nobody_elses_check_ins(s):
    hand_in(s.another("阿禾"), text="Mine.")
    Member.objects.filter(pk=s.learner.pk).update(is_minor=True)

    page = text_of(s.home())

    assert "阿禾" not in page
    assert "Mine." not in page
    assert "Today 1 / 2 checked in" in page
    assert "小桃" in page


@pytest.mark.parametrize("change", [{"hidden_at": noon(1)}, {"state": "suspended"}])
def test_who_is_hidden_or_suspended_is_not_read(s, change):
    other = s.another("阿禾")
    hand_in(other, text="Mine.")

    Member.objects.filter(pk=other.member_id).update(**change)

    assert "Mine." not in text_of(s.home())


def test_preparation_has_one_announcement_the_assistants_and_a_practice(s, at_noon):
    at_noon.move_to(noon(0))
    row = announce(s, "We open soon.", day=-2)
    row.last_day = s.camp.calendar.date_of(-1)
    row.kind = "preparation"
    row.save()

    page = text_of(s.home())

    assert "We open soon." in page
    assert "the same every day until we open" in page
    assert "Meet the assistants" in page
    assert "Try the check-in" in page
    assert "What brings you here?" in page
    assert "days done" not in page
    assert s.post(text="A first line.").status_code == 302
    assert CheckIn.objects.get().day == 0
    assert "We open on" in text_of(s.home())


def test_before_the_preparation_there_is_nothing_to_do(s, at_noon):
    at_noon.move_to(noon(-5))

    page = text_of(s.home())

    assert "We open on March 2, 2026" in page
    assert 'name="text"' not in page


def test_reason_is_asked_once(s, at_noon):
    at_noon.move_to(noon(1))
    assert "What brings you here?" in text_of(s.home())

    s.post("my_place", reason="To write.")

    assert "What brings you here?" not in text_of(s.home())


def test_closing_asks_for_three_sentences_and_looks_back(s, at_noon):
    handed_in(s.place, 1)
    at_noon.move_to(noon(6))
    assert "Three sentences for the next camp" in text_of(s.home())

    s.post(text="It is worth it.\nBegin.\nGo on.")

    page = text_of(s.home())
    assert "Your sentences are kept for those who come next." in page
    assert "Looking back" in page
    assert "2 check-ins" in page
    assert CheckIn.objects.get(day=6).made_up is False


def test_after_the_end_one_reads_and_hands_nothing_in(s, at_noon):
    at_noon.move_to(noon(9))
    Camp.objects.update(state="finished")

    assert "The camp is over." in text_of(s.home())
    refused = s.post(text="Late.")
    assert refused.status_code == 422
    assert not CheckIn.objects.exists()
    assert "is over. What you wrote stays yours." in refused.content.decode()


def test_camp_that_was_called_off_says_so(s):
    Camp.objects.update(state="cancelled")

    page = text_of(s.home())

    assert "This camp was called off" in page
    assert 'name="text"' not in page


def test_who_pauses_is_asked_for_nothing(s):
    Enrolment.objects.update(state="paused")

    page = text_of(s.home())

    assert "Nothing is asked of you meanwhile." in page
    assert "Good that you are here" not in page
    assert s.post(text="All the same.").status_code == 422
    assert not CheckIn.objects.exists()


def test_staff_see_what_learners_see_with_a_way_to_their_tools(s):
    hand_in(s.place, text="One line.")
    s.enter(s.assistant)

    page = text_of(s.home())

    assert "This is how learners see the camp" in page
    assert "Lesson 3" in page
    assert "One line." in page
    assert "Board" in page
    assert 'name="text"' not in page
    assert 'name="word"' not in page


def test_late_joiner_gets_three_things_and_puts_them_away(s):
    late = s.another("后来的人")
    s.enter(late.member)
    page = text_of(s.home())
    assert "Three things first" in page
    assert "Nothing of D1–D2 is asked of you." in page
    assert [dot[0] for dot in s.home().context["mine"].dots] == [3, 4, 5]

    s.post("catch_up_away")

    assert "Three things first" not in text_of(s.home())


def test_home_costs_the_same_for_one_learner_and_three(s):
    announce(s)
    hand_in(s.place)

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert s.home().status_code == 200
        return len(found)

    one = s.another("a1")
    hand_in(one, text="1")
    asked()
    first = asked()
    for name in ("a2", "a3"):
        other = s.another(name)
        row = hand_in(other, text=name)
        camp_feed.say(check_in=row, member=s.learner, word="idea")
        CheckInPraise.objects.create(check_in=row, by=s.assistant, text="Good third word.")

    assert asked() == first <= 12


def test_home_of_a_late_joiner_stays_in_the_budget(s):
    late = s.another()
    hand_in(s.place)
    announce(s)
    s.enter(late.member)
    s.home()

    with CaptureQueriesContext(connection) as asked:
        s.home()

    assert len(asked) <= 12
