"""Meeting somebody every day, and new friends on the home of a space."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community import clock, sections
from community.models import Introduction
from community.services import blocks, introductions, meeting
from tests.community.intro.helpers import introduced, joined, said
from tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 9)


def met(viewer, day):
    return [row.nickname for row in meeting.people_of_today(viewer, day)]


def test_everybody_comes_up_within_as_many_days_as_there_are_people():
    space = SpaceFactory()
    viewer = joined(space)
    names = {introduced(space, nickname=f"n{n}").nickname for n in range(7)}
    week = [met(viewer, DAY + dt.timedelta(days=n)) for n in range(7)]
    assert [len(day) for day in week] == [1] * 7
    assert {name for day in week for name in day} == names
    assert met(viewer, DAY) == met(viewer, DAY)


def test_who_was_never_answered_comes_first_and_the_others_come_up_as_well():
    space = SpaceFactory()
    viewer = joined(space)
    rows = [introduced(space, nickname=f"n{n}") for n in range(5)]
    answered = [row.pk for row in rows[:3]]
    Introduction.objects.filter(pk__in=answered).update(first_praised_at=clock.now())
    days = [met(viewer, DAY + dt.timedelta(days=n)) for n in range(5)]
    assert {day[0] for day in days} == {"n3", "n4"}
    assert {day[1] for day in days} == {"n0", "n1", "n2"}


def test_two_people_meet_different_people_on_one_day():
    space = SpaceFactory()
    viewers = [joined(space) for _ in range(4)]
    for n in range(11):
        introduced(space, nickname=f"n{n}")
    assert len({met(viewer, DAY)[0] for viewer in viewers}) > 1


def test_the_rotation_is_two_queries_for_three_people_and_for_thirty():
    space = SpaceFactory()
    viewer = joined(space)
    assert viewer.standing.spaces
    for number in (3, 30):
        for n in range(number):
            introduced(space, nickname=f"n{n}")
        with CaptureQueriesContext(connection) as seen:
            assert sections.somebody_to_meet(viewer)
        assert len(seen) == 2


def test_nobody_meets_whom_she_must_not():
    space = SpaceFactory()
    viewer = joined(space)
    hidden, blocked, minor, narrow = (introduced(space, nickname=n) for n in "abcd")
    introductions.hide(hidden.member)
    blocks.block(member=blocked.member, other=viewer)
    type(minor.member).objects.filter(pk=minor.member.pk).update(is_minor=True)
    introductions.publish(member=narrow.member, answers=said("d", audience="staff", visibility={}))
    introduced(SpaceFactory(), nickname="elsewhere")
    assert met(viewer, DAY) == []


def test_a_list_shows_no_more_of_a_person_than_her_page():
    space = SpaceFactory()
    viewer = joined(space)
    introduced(space, visibility={"line": "staff", "place": "camp"})
    (row,) = sections.somebody_to_meet(viewer)
    assert (row.meta, row.shown_line) == ("剪辑学徒", "")


def test_new_friends_stand_on_the_home_of_the_space(client):
    space = SpaceFactory()
    viewer = joined(space)
    old = introduced(space, nickname="早就来了")
    long_ago = clock.now() - dt.timedelta(days=15)
    Introduction.objects.filter(pk=old.pk).update(published_at=long_ago)
    introduced(space, nickname="刚来")
    introduced(SpaceFactory(), nickname="别处的人")
    client.force_login(viewer)
    body = client.get(space.get_absolute_url()).content.decode()
    assert "刚来" in body
    assert "早就来了" not in body
    assert "别处的人" not in body


@pytest.mark.parametrize("role", ["member", "owner"])
def test_today_and_the_home_cost_the_same_for_one_and_three(client, role):
    space = SpaceFactory()
    viewer = joined(space, role=role)
    client.force_login(viewer)
    for path in (reverse("community:today"), space.get_absolute_url()):
        counts = []
        for number in (1, 3):
            for _ in range(number):
                introduced(space)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(path).status_code == 200
            counts.append(len(seen))
        assert counts[0] == counts[1]
