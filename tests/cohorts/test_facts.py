"""What each fact counts, for several runs by one query."""

import datetime as dt

import pytest

from cohorts.models import CheckInPraise, ContactNote
from cohorts.registry import Ask, facts, holds
from community import clock
from community.models import Announcement, ChatGroup, Greeting, Introduction, Membership, Posting
from tests.cohorts.factories import CampFactory, CheckInFactory, EnrolmentFactory
from tests.factories import MemberFactory, MembershipFactory, RoomMembershipFactory

NAMES = (
    "introductions_answered",
    "staff_introduced",
    "check_ins",
    "check_ins_praised",
    "learners_spoken_with",
    "announcement_delivered",
)


def ask(camp, day=1):
    run = camp.run
    date = run.calendar.date_of(day)
    return Ask(run.pk, run.room_id, camp.space_id, day, date, run.timezone)


def figure(name, camp, day=1):
    asked = ask(camp, day)
    return facts[name].figures([asked])[asked]


def learner(camp, **values):
    member = MemberFactory()
    MembershipFactory(space=camp.space, member=member)
    return EnrolmentFactory(camp=camp, member=member, **values)


def staff(camp, role="assistant"):
    member = MemberFactory()
    MembershipFactory(space=camp.space, member=member)
    RoomMembershipFactory(room=camp.run.room, member=member, role=role)
    return member


def introduce(member, space=None, state="waiting", **values):
    row = Introduction.objects.create(
        member=member, nickname="Lin", **{"published_at": clock.now()} | values
    )
    if space:
        answered = clock.now() if state == "answered" else None
        Greeting.objects.create(introduction=row, space=space, state=state, answered_at=answered)
    return row


def announce(camp, day=1, last=None, **values):
    date_of = camp.run.calendar.date_of
    return Announcement.objects.create(
        room=camp.run.room, day=date_of(day), last_day=date_of(last or day), at=dt.time(8, 30),
        text="Good morning.", **values,
    )  # fmt: skip


def group(camp, name, **values):
    return ChatGroup.objects.create(room=camp.run.room, name=name, **values)


@pytest.fixture
def camp(db):
    return CampFactory()


def test_facts_are_registered():
    assert {name for name, _fact in facts.items()} >= set(NAMES)


def test_introductions_are_counted_once_they_are_published(camp):
    introduce(learner(camp).member, camp.space, "answered")
    introduce(learner(camp).member, camp.space)
    learner(camp)

    assert figure("introductions_answered", camp) == (1, 2)


def test_introduction_that_nobody_can_answer_blocks_nothing(camp):
    introduce(learner(camp).member, camp.space, held_at=clock.now())
    hidden = learner(camp).member
    hidden.hidden_at = clock.now()
    hidden.save()
    introduce(hidden, camp.space)
    gone = learner(camp).member
    introduce(gone, camp.space)
    Membership.objects.filter(member=gone).update(state="left", left_at=clock.now())
    introduce(learner(camp, state="paused").member, camp.space)

    assert figure("introductions_answered", camp) == (0, 0)


def test_answer_in_another_space_is_none_here(camp):
    member = learner(camp).member
    other = MembershipFactory(member=member).space
    row = introduce(member, camp.space)
    Greeting.objects.create(
        introduction=row, space=other, state="answered", answered_at=clock.now()
    )

    assert figure("introductions_answered", camp) == (0, 1)


def test_who_has_graduated_still_counts(camp):
    introduce(learner(camp, state="graduated").member, camp.space, "answered")

    assert figure("introductions_answered", camp) == (1, 1)


def test_staff_counts_those_who_can_be_read(camp):
    introduce(staff(camp, "lead"))
    introduce(staff(camp, "presenter"), held_at=clock.now())
    introduce(staff(camp), published_at=None)
    learner(camp)

    assert figure("staff_introduced", camp) == (1, 3)


def test_check_ins_are_those_of_the_day_with_resting(camp):
    CheckInFactory(enrolment=learner(camp), day=2)
    CheckInFactory(enrolment=learner(camp), day=2, kind="rest", text="")
    CheckInFactory(enrolment=learner(camp), day=1)
    CheckInFactory(enrolment=learner(camp), day=2, taken_back_at=clock.now())

    assert figure("check_ins", camp, day=2) == (2, 4)


def test_who_came_later_is_not_asked_for_the_days_before(camp):
    late = learner(camp, from_day=3)
    CheckInFactory(enrolment=late, day=2)
    CheckInFactory(enrolment=learner(camp), day=2)

    assert figure("check_ins", camp, day=2) == (1, 1)
    assert figure("check_ins", camp, day=3) == (0, 2)


def test_check_in_of_who_has_left_is_not_counted(camp):
    CheckInFactory(enrolment=learner(camp, state="left", left_at=clock.now()), day=1)

    assert figure("check_ins", camp) == (0, 0)


def test_praise_is_asked_for_what_holds_something(camp):
    praised = CheckInFactory(enrolment=learner(camp), day=1)
    for by in (staff(camp), staff(camp)):
        CheckInPraise.objects.create(check_in=praised, by=by, text="The first line.")
    CheckInFactory(enrolment=learner(camp), day=1)
    CheckInFactory(enrolment=learner(camp), day=1, kind="rest", text="")

    assert figure("check_ins_praised", camp) == (1, 2)


def test_learners_spoken_with_are_those_of_the_last_three_days(camp):
    by = staff(camp)
    lately, long_ago = learner(camp), learner(camp)
    now = clock.now()
    for days in (1, 2):
        ContactNote.objects.create(enrolment=lately, by=by, at=now - dt.timedelta(days=days))
    ContactNote.objects.create(enrolment=long_ago, by=by, at=now - dt.timedelta(days=3, minutes=1))

    assert figure("learners_spoken_with", camp) == (1, 2)


def test_announcement_counts_the_open_chat_groups(camp):
    by = staff(camp)
    announcement = announce(camp)
    first, _second = group(camp, "One"), group(camp, "Two")
    closed = group(camp, "Three", closed_at=clock.now())
    for where in (first, closed):
        Posting.objects.create(announcement=announcement, chat_group=where, by=by)
    Posting.objects.create(announcement=announcement, chat_group=None, by=by)

    assert figure("announcement_delivered", camp) == (1, 2)


def test_posting_that_was_taken_back_does_not_count(camp):
    now = clock.now()
    Posting.objects.create(
        announcement=announce(camp), chat_group=group(camp, "One"), by=staff(camp),
        at=now, withdrawn_at=now,
    )  # fmt: skip

    assert figure("announcement_delivered", camp) == (0, 1)


def test_room_without_chat_groups_wants_one_posting(camp):
    announcement = announce(camp)

    before = figure("announcement_delivered", camp)
    Posting.objects.create(announcement=announcement, by=staff(camp))

    assert (before, figure("announcement_delivered", camp)) == ((0, 1), (1, 1))


def test_text_of_the_preparation_is_delivered_for_all_its_days(camp):
    Posting.objects.create(
        announcement=announce(camp, -2, -1, kind="preparation"),
        chat_group=group(camp, "One"), by=staff(camp),
    )  # fmt: skip

    days = (-2, -1, 1)
    assert [figure("announcement_delivered", camp, day) for day in days] == [(1, 1), (1, 1), (0, 1)]


def test_correction_is_not_the_announcement(camp):
    Posting.objects.create(
        announcement=announce(camp, kind="correction"), chat_group=group(camp, "One"),
        by=staff(camp),
    )  # fmt: skip

    assert figure("announcement_delivered", camp) == (0, 1)


@pytest.mark.parametrize("name", NAMES)
def test_empty_camp_never_holds(camp, name):
    have, need = figure(name, camp)

    assert holds({"percent": 100}, have, need) is False


@pytest.mark.parametrize("name", NAMES)
def test_fact_answers_for_many_runs_and_days_by_one_query(camp, name, django_assert_num_queries):
    camps = [camp, CampFactory(), CampFactory()]
    for number, each in enumerate(camps):
        for _ in range(number):
            enrolment = learner(each)
            introduce(enrolment.member, each.space, "answered")
            CheckInFactory(enrolment=enrolment, day=1)
        group(each, "One")
        introduce(staff(each))
    asks = [ask(each, day) for each in camps for day in (-1, 1, 2)]

    with django_assert_num_queries(1):
        together = facts[name].figures(asks)

    assert together == {each: facts[name].figures([each])[each] for each in asks}
