"""Rows for tests. A factory surprises nobody: a value that matters stands in the test."""

import datetime as dt

import factory

from community import clock, models
from community.services import announcements


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Member
        skip_postgeneration_save = True

    handle = factory.Sequence(lambda n: f"member{n}")
    display_name = factory.Sequence(lambda n: f"Member {n}")
    email = factory.Sequence(lambda n: f"member{n}@example.org")
    locale = "en"


class SpaceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Space

    name = factory.Sequence(lambda n: f"Space {n}")
    slug = factory.Sequence(lambda n: f"space-{n}")


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Membership

    space = factory.SubFactory(SpaceFactory)
    member = factory.SubFactory(MemberFactory)


class RoomFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Room

    space = factory.SubFactory(SpaceFactory)
    kind = "camp"
    name = factory.Sequence(lambda n: f"Room {n}")


class RoomMembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.RoomMembership

    room = factory.SubFactory(RoomFactory)
    member = factory.SubFactory(MemberFactory)


class InvitationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Invitation

    space = factory.SubFactory(SpaceFactory)
    created_by = factory.SubFactory(MemberFactory)
    expires_at = factory.LazyFunction(lambda: clock.now() + dt.timedelta(days=7))


class StoppedAddressFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.StoppedAddress

    address_index = factory.Sequence(lambda n: f"{n:064d}")
    masked = "a•••@e•••.org"
    why = "bounced"
    said = "550 no such user"


class RobotFactory(factory.django.DjangoModelFactory):
    """The open robot of a space of its own, in WeCom and in English unless told otherwise."""

    class Meta:
        model = models.Robot

    space = factory.SubFactory("tests.factories.SpaceFactory")
    platform = "wecom"
    name = "Staff"
    locale = "en"
    key = factory.Sequence(lambda n: f"key-of-robot-number-{n:06}")
    created_by = factory.SubFactory("tests.factories.MemberFactory")


class OutboxMessageFactory(factory.django.DjangoModelFactory):
    """A mail with a code to an address; ``queued`` and due unless told otherwise."""

    class Meta:
        model = models.OutboxMessage

    key = factory.Sequence(lambda n: f"message:{n}")
    template = "community/sign_in_code"
    address = factory.Sequence(lambda n: f"somebody{n}@example.org")
    locale = "en"
    context = factory.LazyFunction(lambda: {"minutes": 10})
    sealed_context = '{"code": "123456"}'
    message_id = factory.LazyAttribute(lambda row: f"<{row.key.replace(':', '.')}@example.org>")
    expires_at = factory.LazyFunction(lambda: clock.now() + dt.timedelta(hours=1))

    class Params:
        dead = factory.Trait(
            state="dead",
            reason="refused",
            error="550 no such user",
            settled_at=factory.LazyFunction(clock.now),
        )
        unknown = factory.Trait(
            state="unknown",
            reason="sender_lost",
            settled_at=factory.LazyFunction(clock.now),
        )
        twice = factory.Trait(
            state="sent", maybe_twice=True, settled_at=factory.LazyFunction(clock.now)
        )


class RunFactory(factory.django.DjangoModelFactory):
    """The announcement of a day, on its way to its people."""

    class Meta:
        model = models.Run

    what = "announcement"
    subject = factory.Sequence(lambda n: f"run:{n}")
    local_date = factory.LazyFunction(lambda: clock.now().date())


def approved(row, by=None):
    """An announcement that may go out exactly as it reads now."""
    row.state, row.approved_by = "approved", by or MemberFactory()
    row.scheduled_by, row.scheduled_at = row.approved_by, clock.now()
    row.approved_at, row.approved_hash = clock.now(), announcements.text_hash(row)
    row.save()
    return row
