"""Whether a message may still be sent is asked when it is taken."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community import clock
from community.models import Consent, Membership, OutboxMessage, RoomMembership
from community.services import delivery, mail
from tests.community.delivery.helpers import delivered
from tests.factories import (
    MemberFactory,
    MembershipFactory,
    OutboxMessageFactory,
    RoomFactory,
    RoomMembershipFactory,
)


def queue_to(member, **conditions):
    mail.queue(
        "community/sign_in_code",
        key=f"to:{member.pk}:{OutboxMessage.objects.count()}",
        to=member,
        sealed={"code": "123456"},
        context={"minutes": 10},
        **conditions,
    )


def outcome():
    mails = delivered()
    row = OutboxMessage.objects.get()
    assert len(mails) == (row.state == "sent")
    return row.state, row.reason


@pytest.fixture
def learner(db):
    room = RoomFactory()
    member = MembershipFactory(space=room.space).member
    RoomMembershipFactory(room=room, member=member)
    member.room, member.space = room, room.space
    return member


def test_member_who_is_there_gets_it(learner):
    queue_to(learner, room=learner.room)

    assert outcome() == ("sent", "")


def test_a_zone_of_one_member_that_there_is_not_stops_nobodys_mail(db):
    for zone in ("Asia/Atlantis", "Asia/Shanghai"):
        queue_to(MemberFactory(timezone=zone), kind="answer")

    assert len(delivered()) == 2


def test_member_who_left_the_room_meanwhile_does_not(learner):
    queue_to(learner, room=learner.room)
    RoomMembership.objects.update(until=clock.now())

    assert outcome() == ("suppressed", "left")


def test_member_who_was_suspended_in_the_space_gets_nothing_of_its_rooms(learner):
    queue_to(learner, room=learner.room)
    Membership.objects.update(state="suspended")

    assert outcome() == ("suppressed", "left")


def test_member_who_left_the_space_meanwhile_does_not(learner):
    queue_to(learner, space=learner.space)
    Membership.objects.update(state="left", left_at=clock.now())

    assert outcome() == ("suppressed", "left")


@pytest.mark.parametrize("state", ["suspended", "blanked", "unclaimed"])
def test_account_that_is_not_active_gets_nothing(db, state):
    member = MemberFactory()
    queue_to(member)
    type(member).objects.update(state=state)

    assert outcome() == ("suppressed", "not_active")


def test_suspended_member_is_told_about_the_account_itself(db):
    member = MemberFactory(state="suspended")
    queue_to(member, even_if_suspended=True)

    assert outcome() == ("sent", "")


def test_blanked_member_is_told_nothing_at_all(db):
    member = MemberFactory(state="blanked")
    queue_to(member, even_if_suspended=True)

    assert outcome() == ("suppressed", "not_active")


def test_member_without_an_address_gets_nothing(db):
    member = MemberFactory(email=None)
    queue_to(member)

    assert outcome() == ("suppressed", "no_address")


def test_consent_that_was_withdrawn_counts_no_longer(db):
    member = MemberFactory()
    Consent.objects.create(member=member, document="privacy", version="1", locale="en")
    queue_to(member, needs_consent="privacy")
    Consent.objects.update(withdrawn_at=clock.now())

    assert outcome() == ("suppressed", "no_consent")


def test_consent_that_stands_lets_it_pass(db):
    member = MemberFactory()
    Consent.objects.create(member=member, document="privacy", version="1", locale="en")
    queue_to(member, needs_consent="privacy")

    assert outcome() == ("sent", "")


def test_conditions_cost_the_same_for_two_and_for_twenty(learner):
    def batch(count):
        for number in range(count):
            member = MemberFactory()
            OutboxMessageFactory(
                key=f"{count}:{number}", member=member, room=learner.room, space=learner.space
            )
        with CaptureQueriesContext(connection) as queries:
            delivery.drain()
        return len(queries)

    assert batch(2) == batch(20)
