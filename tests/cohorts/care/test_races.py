"""Two of the staff who answer, or replace, at the same moment; the control takes the guard away."""

from functools import partial

import pytest

from cohorts.models import CheckInPraise, StaffDecision
from cohorts.services import praise_queue, staff_room
from tests.cohorts.board.helpers import scene
from tests.cohorts.care.helpers import hand_in, learner
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_praise_first_at_once_one_does_and_the_other_is_told_by_whom():
    s = scene()
    row = hand_in(learner(s), 2)

    said = race(
        *(
            partial(
                praise_queue.give, check_in=row, by=by, as_first=True,
                text=f"The kettle, as {by.handle} read it.",
            )
            for by in (s.assistant, s.second)
        )
    )  # fmt: skip

    praise = CheckInPraise.objects.select_related("by").get()
    assert sorted(text == "done" for text in said) == [False, True]
    assert f"{praise.by} has just answered." in "".join(said)


def test_control_who_does_not_say_that_nobody_had_answered_is_told_nothing():
    s = scene()
    row = hand_in(learner(s), 2)

    said = race(
        *(
            partial(
                praise_queue.give, check_in=row, by=by, as_first=False,
                text=f"The kettle, as {by.handle} read it.",
            )
            for by in (s.assistant, s.second)
        )
    )  # fmt: skip

    assert said == ["done", "done"]
    assert CheckInPraise.objects.filter(is_first=True).count() == 1


def test_of_two_who_replace_a_wording_at_once_one_does_and_the_other_reads_it():
    s = scene()
    old = staff_room.decide(camp=s.camp, by=s.lead, question="A refund?", wording="Yes.")

    said = race(
        *(
            partial(
                staff_room.decide, camp=s.camp, by=by, replaces=old, question="A refund?",
                wording=f"As {by.handle} says.",
            )
            for by in (s.assistant, s.second)
        )
    )  # fmt: skip

    newer = StaffDecision.objects.select_related("by").get(replaced_by=None)
    assert StaffDecision.objects.count() == 2
    assert sorted(text == "done" for text in said) == [False, True]
    assert f"{newer.by} has just written a newer wording." in "".join(said)
