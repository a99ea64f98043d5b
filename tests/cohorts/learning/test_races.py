"""Two presses at once are one check-in, two windows do not use one make-up day twice. Each guard
has a control without it, in which the fault must happen."""

import time
from functools import partial

import pytest
import time_machine
from django.db import transaction
from django.db.models import QuerySet

from cohorts.models import CheckIn, Enrolment
from cohorts.services import camp_feed, check_ins
from cohorts.services.check_ins import Given
from tests.cohorts.learning.helpers import hand_in, noon, scene
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_camp():
    """At noon of the fourth day: two days are over, and two make-up days are there."""
    with time_machine.travel(noon(4), tick=True):
        yield scene()


def test_eight_presses_at_once_are_one_check_in(open_camp):
    said = race(*[partial(hand_in, open_camp.place, 4, "One line.")] * 8)

    assert said == ["done"] * 8
    assert CheckIn.objects.count() == 1


def test_without_the_lock_the_constraint_holds_alone(open_camp, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda queryset, **asked: queryset)

    said = race(*(partial(hand_in, open_camp.place, 4, f"Line {n}.") for n in range(6)))

    assert said.count("done") == CheckIn.objects.standing().count() == 1
    assert all("already" in text for text in said if text != "done")


def test_control_looking_first_and_writing_later_makes_two(open_camp):
    def naive(day):
        if CheckIn.objects.filter(enrolment=open_camp.place, text="Naive.").exists():
            return
        time.sleep(0.2)
        with transaction.atomic():
            # Other days, so that the constraint does not save it.
            CheckIn.objects.create(enrolment=open_camp.place, day=day, kind="text", text="Naive.")

    race(*(partial(naive, day) for day in (1, 2, 3, 4)))

    assert CheckIn.objects.count() > 1


def test_three_windows_use_two_make_up_days_twice_and_no_third(open_camp):
    Enrolment.objects.update(makes_up_by_itself=False)
    place = Enrolment.objects.select_related("camp__run", "camp__space", "member").get()

    said = race(*(partial(hand_in, place, day, "For then.") for day in (1, 2, 3)))

    assert said.count("done") == 2
    assert [text for text in said if text != "done"] == [
        "No make-up day is left. That day may stay as it is; today is what counts."
    ]
    assert CheckIn.objects.filter(made_up=True).count() == 2


def test_two_changes_at_once_the_second_is_told(open_camp):
    hand_in(open_camp.place, 4)
    row = CheckIn.objects.select_related(
        "enrolment__camp__run", "enrolment__member", "upload"
    ).get()

    said = race(
        *(partial(check_ins.change, check_in=row, given=Given(text=text)) for text in ("A.", "B."))
    )

    assert said.count("done") == 1
    assert any("in another window" in text for text in said)


def test_one_word_pressed_often_is_said_once(open_camp):
    row = hand_in(open_camp.another(), 4)

    said = race(
        *[partial(camp_feed.say, check_in=row, member=open_camp.learner, word="thanks")] * 5
    )

    assert said == ["done"] * 5
    assert row.reactions.count() == 1
