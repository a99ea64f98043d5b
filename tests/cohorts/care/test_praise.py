"""Check-ins that wait for a word: in which order, what a word must hold, and who was faster."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.models import CheckInPraise, Enrolment
from cohorts.services import praise_queue
from cohorts.services.praise_queue import PraisedMeanwhile
from community import clock
from community.errors import DomainError
from community.models import Flag, InboxItem
from community.models.flag import WatchWord
from community.services import inbox
from tests.cohorts.care.helpers import NOW, get, hand_in, learner, post

CONCRETE = "The kettle that whistles at night stays with me."


def praise(check_in, by, *, days_ago=0.0):
    at = NOW - dt.timedelta(days=days_ago)
    return CheckInPraise.objects.create(check_in=check_in, by=by, text="Earlier.", given_at=at)


def order(s):
    return [row.enrolment.member.display_name for row in praise_queue.waiting(s.camp)]


def test_the_longest_silence_comes_first_then_the_oldest_check_in(s):
    never, long, lately, new = (
        learner(s, name, enrolled_at=NOW - dt.timedelta(days=days))
        for name, days in (("never", 4), ("long", 30), ("lately", 30), ("new", 1))
    )
    praise(hand_in(long, 1), s.lead, days_ago=6)
    praise(hand_in(lately, 1), s.lead, days_ago=1)
    hand_in(lately, 2, handed_in_at=NOW - dt.timedelta(hours=20))
    hand_in(new, 2, handed_in_at=NOW - dt.timedelta(hours=30))
    hand_in(never, 2, handed_in_at=NOW - dt.timedelta(hours=2))
    hand_in(long, 2, handed_in_at=NOW - dt.timedelta(hours=1))

    assert order(s) == ["long", "never", "new", "lately"]
    assert [praise_queue.is_overdue(row) for row in praise_queue.waiting(s.camp)] == [
        True, True, False, False,
    ]  # fmt: skip


def test_everybody_is_at_the_front_within_three_days_however_much_comes_in(s):
    quiet = learner(s, "quiet", enrolled_at=NOW - dt.timedelta(days=3, minutes=1))
    busy = learner(s, "busy", enrolled_at=NOW - dt.timedelta(days=30))
    praise(hand_in(busy, 1), s.lead, days_ago=2)
    hand_in(busy, 2, handed_in_at=NOW - dt.timedelta(days=2))
    hand_in(quiet, 2, handed_in_at=NOW)

    assert order(s) == ["quiet", "busy"]


def test_one_word_ends_a_silence_so_only_the_oldest_of_hers_is_at_the_front(s):
    quiet, other = learner(s, "quiet"), learner(s, "other", enrolled_at=NOW)
    hand_in(quiet, 1, kind="rest", text="")
    hand_in(quiet, 2, handed_in_at=NOW - dt.timedelta(hours=9))
    hand_in(quiet, 3, handed_in_at=NOW - dt.timedelta(hours=1))
    hand_in(other, 3, handed_in_at=NOW - dt.timedelta(hours=2))

    assert order(s) == ["quiet", "other", "quiet"]


def test_a_practice_check_in_is_called_so(s):
    row = hand_in(learner(s), 1)
    type(row).objects.update(day=0)

    praise_queue.give(check_in=row.__class__.objects.get(), by=s.assistant, text=CONCRETE)

    item = InboxItem.objects.select_related("run").get(member=row.enrolment.member)
    assert "practice check-in" in inbox.line(item.run)


def test_who_rests_paused_left_or_took_it_back_does_not_wait(s):
    hand_in(learner(s, "rests"), 2, kind="rest", text="")
    hand_in(learner(s, "paused", state=Enrolment.State.PAUSED), 2)
    hand_in(learner(s, "left", state="left", left_at=NOW), 2)
    hand_in(learner(s, "took back"), 2, taken_back_at=NOW)
    answered = hand_in(learner(s, "answered"), 2)
    praise(answered, s.lead)
    waits = hand_in(learner(s, "waits"), 2)

    assert list(praise_queue.waiting(s.camp)) == [waits]


@pytest.mark.parametrize(
    "text",
    [
        "好",
        "写得真好！",
        "太棒了，加油加油！！",
        "👍👍👍",
        "Great job, well done!",
        "so good, keep it up",
        "   \u200b  ",
        "很棒很棒很棒很棒很棒",
    ],
)
def test_praise_that_fits_everybody_is_refused(s, text):
    row = hand_in(learner(s), 2)

    with pytest.raises(DomainError, match="Name one thing in it"):
        praise_queue.give(check_in=row, by=s.assistant, text=text)

    assert not CheckInPraise.objects.exists()


@pytest.mark.parametrize(
    "text", ["你写的那只水壶很棒", "半夜叫的水壶", "Great kettle, it whistles."]
)
def test_praise_of_one_thing_is_taken(s, text):
    row = hand_in(learner(s), 2)

    given = praise_queue.give(check_in=row, by=s.assistant, text=text)

    assert (given.text, given.is_first) == (text, True)


def test_praise_that_is_too_long_says_by_how_much(s):
    row = hand_in(learner(s), 2)

    response = post(s, "praise_give", row.public_id, text="水壶" * 1_500, first="on")

    assert response.status_code == 422
    assert "2700 characters too long" in response.content.decode().replace(",", "")
    assert "水壶水壶" in response.content.decode()
    assert not CheckInPraise.objects.exists()


def test_the_learner_finds_it_under_her_bell_once(s):
    row = hand_in(learner(s), 2)

    praise_queue.give(check_in=row, by=s.assistant, text=CONCRETE)
    praise_queue.give(check_in=row, by=s.assistant, text=CONCRETE)

    item = InboxItem.objects.select_related("run").get(member=row.enrolment.member)
    assert inbox.line(item.run) == "Somebody has praised one thing in what you handed in on day 2."
    assert item.run.path == f"/c/{s.camp.space.slug}/camp/{s.camp.slug}/lesson/2/"
    assert CheckInPraise.objects.count() == 1


def test_who_was_faster_is_shown_with_what_they_wrote_and_nothing_is_sent(s):
    row = hand_in(learner(s), 2)
    praise_queue.give(check_in=row, by=s.second, text="The whistle in line two.", as_first=True)

    response = post(s, "praise_give", row.public_id, text=CONCRETE, first="on")

    page = response.content.decode()
    assert response.status_code == 409
    assert "阿峰 has just answered" in page
    assert "The whistle in line two." in page
    assert CONCRETE in page
    assert CheckInPraise.objects.get().by == s.second


def test_what_was_told_can_be_sent_as_well(s):
    row = hand_in(learner(s), 2)
    praise_queue.give(check_in=row, by=s.second, text="The whistle in line two.", as_first=True)

    response = post(s, "praise_give", row.public_id, text=CONCRETE)

    assert response.status_code == 302
    assert list(CheckInPraise.objects.values_list("by", "is_first")) == [
        (s.second.pk, True), (s.assistant.pk, False),
    ]  # fmt: skip


def test_the_first_one_is_told_also_when_both_looked_before_either_wrote(s, monkeypatch):
    """The other's row comes between the look and the INSERT: the constraint decides."""
    row = hand_in(learner(s), 2)
    write = praise_queue._write

    def late(check_in, *rest):
        monkeypatch.setattr(praise_queue, "_write", write)
        praise_queue.give(check_in=check_in, by=s.second, text="The whistle.", as_first=True)
        return write(check_in, *rest)

    monkeypatch.setattr(praise_queue, "_write", late)

    with pytest.raises(PraisedMeanwhile) as told:
        praise_queue.give(check_in=row, by=s.assistant, text=CONCRETE, as_first=True)

    assert told.value.praise.text == "The whistle."


def test_a_second_different_word_by_the_same_person_is_refused_with_the_first(s):
    row = hand_in(learner(s), 2)
    praise_queue.give(check_in=row, by=s.assistant, text=CONCRETE)

    with pytest.raises(DomainError, match="You have answered this one already: “The kettle"):
        praise_queue.give(check_in=row, by=s.assistant, text="Another kettle in it.")


def test_what_was_taken_back_meanwhile_is_not_answered(s):
    row = hand_in(learner(s), 2)
    type(row).objects.update(taken_back_at=NOW)

    with pytest.raises(DomainError, match="taken back meanwhile"):
        praise_queue.give(check_in=row, by=s.assistant, text=CONCRETE)


def test_watched_words_in_praise_are_flagged_and_a_later_clean_word_leaves_the_flag(s):
    WatchWord.objects.create(space=s.camp.space, word="理财", folded="理财", level="flag")
    row = hand_in(learner(s), 2)

    praise_queue.give(check_in=row, by=s.assistant, text="你可以来学理财课程呀")
    praise_queue.give(check_in=row, by=s.second, text=CONCRETE)

    assert Flag.objects.get().state == "open"


def test_the_queue_counts_what_was_handed_in_today(s):
    one, two = learner(s, "one"), learner(s, "two")
    praise(hand_in(one, 3), s.lead)
    hand_in(two, 3)
    hand_in(two, 2)

    page = get(s, "praise_queue").content.decode()

    assert "1 / 2 praised today" in page


def test_the_queue_shows_text_as_text_and_only_web_addresses_as_links(s):
    hand_in(learner(s), 2, kind="link", text="<script>alert(1)</script>", url="javascript:alert(1)")
    hand_in(learner(s), 2, kind="link", text="", url="https://example.org/a")

    page = get(s, "praise_queue").content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert 'href="javascript' not in page
    assert 'href="https://example.org/a" rel="nofollow ugc noopener noreferrer"' in page


def test_the_queue_asks_the_same_with_one_row_and_with_three(s):
    counted = []
    for _ in range(3):
        hand_in(learner(s), 2)
        with CaptureQueriesContext(connection) as captured:
            page = get(s, "praise_queue").content.decode()
        counted.append(len(captured))

    assert counted[0] == counted[2]
    assert len(re.findall("I wrote about a kettle", page)) == 3


def test_an_empty_queue_says_so_and_leads_on(s):
    page = get(s, "praise_queue").content.decode()

    assert "Everything that was handed in has been answered." in page
    assert clock.now() == NOW
