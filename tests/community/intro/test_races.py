"""Two who answer at the same moment; each with a control in which both believe to be the first."""

import time
from functools import partial

import pytest

from community.models import Greeting, HelpRequest, Introduction, Praise
from community.services import greetings, help_requests, intro_drafts, praise
from community.services.help_requests import State
from tests.community.intro.helpers import introduced, joined
from tests.factories import MemberFactory, SpaceFactory
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3  # each is a space of its own
GAP = 0.2


def waiting():
    space = SpaceFactory()
    row = introduced(space)
    return row, joined(space, role="assistant"), joined(space, role="assistant")


def answers(row, *staff):
    return race(
        *(
            partial(
                praise.give,
                introduction=row,
                by=by,
                part="line",
                text=f"一句具体的话，来自 {by.handle}",
                as_first=True,
            )
            for by in staff
        )
    )


def test_of_two_first_answers_one_is_written_and_the_other_is_told():
    for _ in range(ROUNDS):
        row, one, other = waiting()
        said = answers(row, one, other)
        assert said.count("done") == 1
        assert [text for text in said if "has just answered" in text]
        assert Praise.objects.filter(introduction=row).count() == 1
        assert Greeting.objects.get(introduction=row).answered_by in (one, other)


def test_control_looking_first_and_writing_then_makes_two_first_answers(monkeypatch):
    row, one, other = waiting()

    def look_then_write(*, praise, by, spaces):
        mine = Greeting.objects.filter(introduction=praise.introduction_id, space__in=spaces)
        was_waiting = mine.filter(state="waiting").count()
        time.sleep(GAP)
        mine.update(state="answered", answered_at=praise.given_at, answered_by=by, praise=praise)
        return was_waiting

    monkeypatch.setattr(greetings, "answer", look_then_write)
    monkeypatch.setattr(praise, "give", praise.give.__wrapped__)  # outside a transaction
    assert answers(row, one, other) == ["done", "done"]
    assert Praise.objects.filter(introduction=row).count() == 2


def request_and_two():
    space = SpaceFactory()
    request = help_requests.ask(member=joined(space), space=space)
    return request, joined(space, role="assistant"), joined(space, role="manager")


def test_of_two_who_take_a_request_one_gets_it():
    for _ in range(ROUNDS):
        request, *staff = request_and_two()
        said = race(*(partial(help_requests.take, request=request, by=by) for by in staff))
        assert said.count("done") == 1
        assert [text for text in said if "has taken this on" in text]
        assert HelpRequest.objects.get(pk=request.pk).taken_by in staff


def test_control_without_the_repeated_condition_both_believe_to_have_it():
    request, *staff = request_and_two()

    def take(by):
        assert HelpRequest.objects.get(pk=request.pk).state == State.OPEN
        time.sleep(GAP)
        HelpRequest.objects.filter(pk=request.pk).update(state=State.TAKEN, taken_by=by)

    assert race(*(partial(take, by) for by in staff)) == ["done", "done"]


def test_two_devices_that_open_the_first_draft_at_once_make_one_row():
    member = MemberFactory()
    said = race(
        *(
            partial(
                intro_drafts.save_step,
                member,
                {},
                step=step,
                values=values,
                writer=f"device {step}",
                seen=0,
                then=step,
            )
            for step, values in ((1, {"nickname": "阿禾"}), (3, {"proud": "一件事"}))
        )
    )
    assert said == ["done", "done"]
    fields = Introduction.objects.get(member=member).draft["fields"]
    assert (fields["nickname"], fields["proud"]) == ("阿禾", "一件事")
