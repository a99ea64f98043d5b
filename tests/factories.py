"""Rows for tests. A factory surprises nobody: a value that matters stands in the test."""

import datetime as dt

import factory

from community import clock, models


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
