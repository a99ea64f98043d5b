"""Pages of a long list, by where one is."""

import base64
import datetime as dt
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community import clock, pages
from community.models import Membership
from tests.factories import MembershipFactory, SpaceFactory

pytestmark = pytest.mark.django_db


def walk(queryset, **asked):
    """All rows, page by page, and how many pages they were."""
    rows, cursor, count = [], "", 0
    while True:
        page = pages.page(queryset, cursor=cursor, **asked)
        rows += page.rows
        count += 1
        if not page.next:
            return rows, count
        cursor = page.next


@pytest.fixture
def space():
    """Seven members, three of whom joined in the same moment."""
    space, start = SpaceFactory(), clock.now() - dt.timedelta(days=10)
    for hours in (0, 1, 2, 2, 2, 3, 4):
        row = MembershipFactory(space=space)
        Membership.objects.filter(pk=row.pk).update(joined_at=start + dt.timedelta(hours=hours))
    return space


@pytest.mark.parametrize("by", ["joined_at", "-joined_at"])
def test_every_row_comes_once_and_in_order_though_moments_are_equal(space, by):
    rows, count = walk(space.memberships.all(), by=by, size=2)
    last = "-pk" if by.startswith("-") else "pk"
    assert rows == list(space.memberships.order_by(by, last))
    assert count == 4


def test_a_page_is_one_query_wherever_it_is(space, django_assert_num_queries):
    first = pages.page(space.memberships.all(), by="joined_at", size=2)
    with django_assert_num_queries(1):
        second = pages.page(space.memberships.all(), by="joined_at", cursor=first.next, size=2)
    assert (first.is_first, second.is_first) == (True, False)


def test_who_joins_meanwhile_shifts_nobody(space):
    first = pages.page(space.memberships.all(), by="-joined_at", size=3)
    MembershipFactory(space=space)
    second = pages.page(space.memberships.all(), by="-joined_at", cursor=first.next, size=3)
    assert not set(first.rows) & set(second.rows)


def cursor_of(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "????",
        "é",
        "A" * 5000,
        cursor_of(None),
        cursor_of([]),
        cursor_of(["yesterday", 1]),
        cursor_of(["2026-01-01T00:00:00", 1]),
        cursor_of(["2026-01-01T00:00:00+00:00", "1; DROP TABLE"]),
        cursor_of(["2026-01-01T00:00:00+00:00", 10**30]),
        cursor_of(["2026-01-01T00:00:00+00:00", True]),
        cursor_of([10**30, 1]),
        cursor_of({"joined_at": 1}),
    ],
)
def test_a_cursor_that_cannot_be_read_is_the_first_page_and_says_so(space, cursor):
    page = pages.page(space.memberships.all(), by="joined_at", cursor=cursor, size=2)
    assert page.is_first
    assert page.is_astray
    assert page.rows == pages.page(space.memberships.all(), by="joined_at", size=2).rows


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=80), st.binary(max_size=60).map(lambda b: b.hex())))
def test_whatever_stands_in_the_address_there_is_a_page(space, cursor):
    page = pages.page(space.memberships.all(), by="joined_at", cursor=cursor, size=2)
    assert len(page.rows) <= 2
