"""Queries that are written once: the text is kept, the answer never."""

import datetime as dt
from threading import Thread

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from community import clock
from community.models import Member, Membership
from community.models.written import written
from tests.factories import MemberFactory, MembershipFactory

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@written
def _places(*, member):
    return Membership.objects.active().filter(member=member).select_related("space", "member")


@written
def _named(way, *, name):
    return Member.objects.filter(Q(**{f"display_name__{way}": name})).order_by("pk")


@written
def _since(*, moment):
    return Member.objects.filter(created_at__gte=moment).values_list("handle", "pk")


def test_each_asking_is_one_query_with_its_own_values():
    hers, other = MembershipFactory(), MembershipFactory()
    for place in (hers, other, hers):
        with CaptureQueriesContext(connection) as seen:
            (row,) = _places(member=place.member_id)
            assert (row, row.space.name, row.member) == (place, place.space.name, place.member)
        assert len(seen) == 1


def test_nothing_that_was_found_is_kept():
    place = MembershipFactory()
    assert _places(member=place.member_id) == [place]

    Membership.objects.filter(pk=place.pk).update(state="suspended")

    assert _places(member=place.member_id) == []


def test_what_is_given_by_position_shapes_the_text():
    rows = [MemberFactory(display_name=name) for name in ("Lin", "Linda")]
    assert _named("exact", name="Lin") == rows[:1]
    assert _named("gte", name="Lin") == rows
    assert _named("exact", name="Lin") == rows[:1]


def test_a_moment_is_compared_as_the_database_keeps_it():
    now = clock.now()
    old, new = MemberFactory(created_at=now - HOUR), MemberFactory(created_at=now)
    assert _since(moment=now) == [(new.handle, new.pk)]
    assert sorted(_since.bare(moment=now - HOUR)) == sorted(
        (one.handle, one.pk) for one in (old, new)
    )


@pytest.mark.parametrize("values", [{}, {"member": None}, {"members": 1}, {"member": 1, "no": 2}])
def test_a_slot_takes_exactly_one_value(values):
    with pytest.raises(TypeError, match="a value for each of member"):
        _places(**values)


def test_another_thread_asks_by_its_own_connection():
    nobody = 0
    assert _places(member=nobody) == []
    answers = []

    def ask():
        try:
            answers.append(_places(member=nobody))
        finally:
            connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert answers == [[]]
