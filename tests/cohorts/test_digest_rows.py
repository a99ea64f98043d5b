"""What camps say in a member's own digest."""

import datetime as dt

import pytest
import time_machine

from cohorts.models import CheckInPraise, Enrolment
from cohorts.services import digest_rows
from community import clock
from community.models import Member
from community.services.personal_digest.readers import Readers
from tests.cohorts.factories import (
    OPENS_ON,
    CampFactory,
    CheckInFactory,
    EnrolmentFactory,
    LessonFactory,
)
from tests.factories import MemberFactory, MembershipFactory, RoomMembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
DAY = dt.timedelta(days=1)
EIGHT = dt.time(8)


def at(day, time=EIGHT):
    """08:00 in Shanghai so many days after the opening."""
    return clock.local_to_utc(OPENS_ON + day * DAY, time, "Asia/Shanghai")


def learner_of(camp, **fields):
    member = MemberFactory()
    MembershipFactory(space=camp.space, member=member)
    RoomMembershipFactory(room=camp.run.room, member=member)
    EnrolmentFactory(camp=camp, member=member, **fields)
    return member


def told(ask, member, now):
    """(title, note) of the rows that are new within the last day."""
    with time_machine.travel(now, tick=False):
        readers = Readers(Member.objects.filter(pk=member.pk), now)
        rows = ask(readers, now - DAY, now).get(member.pk, [])
    return [(str(row.title), str(row.note)) for row in rows if now - DAY < row.at <= now]


def test_lesson_of_today_is_due_until_she_has_handed_in():
    camp = CampFactory(name="Letters")
    LessonFactory(camp=camp, day=2, title="The bus")
    member = learner_of(camp)

    before = told(digest_rows.due, member, at(1))
    CheckInFactory(enrolment=Enrolment.objects.get(), day=2, text="Done.")
    after = told(digest_rows.due, member, at(1))

    assert before == [("2. The bus", "Letters · check in by 23:00")]
    assert after == []


def test_day_without_a_lesson_leads_to_the_camp():
    camp = CampFactory(name="Letters")
    member = learner_of(camp)

    assert told(digest_rows.due, member, at(0)) == [("Letters", "Letters · check in by 23:00")]


@pytest.mark.parametrize("fields", [{"state": "paused"}, {"from_day": 3}])
def test_nothing_is_asked_of_who_pauses_or_comes_later(fields):
    member = learner_of(CampFactory(), **fields)

    assert told(digest_rows.due, member, at(0)) == []


@pytest.mark.parametrize(
    ("days_before", "is_told"), [(9, False), (7, True), (6, False), (1, True), (2, False)]
)
def test_camp_that_opens_is_told_a_week_before_and_on_its_eve(days_before, is_told):
    camp = CampFactory(name="Letters", state="preparing")
    member = learner_of(camp)

    found = told(digest_rows.due, member, at(-days_before))

    assert found == ([("Letters opens on March 2", "")] if is_told else [])


def test_camp_one_can_join_is_told_once_when_it_opens_for_enrolment():
    opened = at(-3)
    camp = CampFactory(name="Letters", state="enrolling", state_changed_at=opened)
    plain = MembershipFactory(space=camp.space).member
    learner, stranger = learner_of(camp), MemberFactory()
    hour = dt.timedelta(hours=1)

    said = told(digest_rows.openings, plain, opened + hour)

    assert said == [("Letters", "From March 2 to March 4; there are places left.")]
    assert told(digest_rows.openings, plain, opened + hour + DAY) == []
    assert told(digest_rows.openings, learner, opened + hour) == []
    assert told(digest_rows.openings, stranger, opened + hour) == []


def test_full_camp_is_offered_to_nobody():
    camp = CampFactory(state="enrolling", state_changed_at=at(-3), capacity=1, seats_taken=1)
    plain = MembershipFactory(space=camp.space).member

    assert told(digest_rows.openings, plain, at(-3) + dt.timedelta(hours=1)) == []


def test_praise_of_a_check_in_stands_with_its_words():
    member = learner_of(CampFactory())
    check_in = CheckInFactory(enrolment=Enrolment.objects.get(), day=1, text="Done.")
    CheckInPraise.objects.create(
        check_in=check_in, by=MemberFactory(display_name="Grace"), text="The last line.",
        given_at=at(0),
    )  # fmt: skip

    said = told(digest_rows.praise, member, at(0))

    assert said == [("Grace on your check-in of day 1", "The last line.")]


@pytest.mark.parametrize("count", [1, 3])
def test_camps_cost_the_same_for_one_and_for_three(django_assert_num_queries, count):
    members = []
    for number in range(count):
        camp = CampFactory(name=f"Camp {number}")
        LessonFactory(camp=camp, day=1, title="The bus")
        members.append(learner_of(camp).pk)
    now = at(0)
    readers = Readers(Member.objects.filter(pk__in=members), now)

    with django_assert_num_queries(3):
        due = digest_rows.due(readers, now - DAY, now)
        digest_rows.openings(readers, now - DAY, now)
        digest_rows.praise(readers, now - DAY, now)

    assert len(due) == count
