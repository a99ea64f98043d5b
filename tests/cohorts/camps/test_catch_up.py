"""Three things first for who comes late, with the right dates."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.models import Enrolment
from cohorts.services import catch_up, enrolment
from community import clock
from community.models import Introduction
from tests.cohorts.camps.helpers import opened, today, version_of

pytestmark = pytest.mark.django_db


def late(team, in_days=-1, **fields):
    camp = opened(team, in_days=in_days, **fields)
    enrolment.enrol(camp=camp, member=team.member, by=team.lead)
    return Enrolment.objects.select_related("camp__space", "camp__run").get(member=team.member)


def test_who_comes_on_the_second_day_gets_three_things_of_today(team):
    card = catch_up.catch_up(late(team))

    assert card.before == "D1"
    assert [thing.title for thing in card.things] == [
        "Introduce yourself", "Lesson 2", "Check in for today",
    ]  # fmt: skip
    assert {thing.date for thing in card.things} == {today()}
    assert card.things[1].url.endswith("/lesson/2/")
    assert "Until 22:30 today" in card.things[2].text


def test_who_has_introduced_herself_reads_ahead_instead(team):
    Introduction.objects.create(member=team.member, nickname="Ann", published_at=clock.now())

    card = catch_up.catch_up(late(team))

    assert [thing.title for thing in card.things] == ["Lesson 2", "Check in for today", "Lesson 3"]
    assert card.things[2].date == today() + dt.timedelta(days=1)


def test_on_the_last_day_there_is_no_next_lesson_to_name(team):
    Introduction.objects.create(member=team.member, nickname="Ann", published_at=clock.now())

    card = catch_up.catch_up(late(team, in_days=-2))

    assert card.before == "D1–D2"
    assert [thing.title for thing in card.things][2] == "See the whole camp"


def test_a_template_without_lessons_still_gives_a_card(team):
    version = version_of(team.space, content={})

    card = catch_up.catch_up(late(team, version=version))

    assert [thing.title for thing in card.things] == [
        "Introduce yourself", "Check in for today", "See the whole camp",
    ]  # fmt: skip


def test_who_is_in_time_paused_or_has_read_it_gets_no_card(team):
    row = late(team)
    assert catch_up.catch_up(row) is not None

    catch_up.put_away(row)
    row = Enrolment.objects.select_related("camp__space", "camp__run").get(pk=row.pk)
    assert catch_up.catch_up(row) is None
    Enrolment.objects.filter(pk=row.pk).update(welcomed_at=None, state="paused")
    row = Enrolment.objects.select_related("camp__space", "camp__run").get(pk=row.pk)
    assert catch_up.catch_up(row) is None
    assert catch_up.catch_up(Enrolment(camp=row.camp, member=team.member, from_day=1)) is None


def test_a_card_costs_two_queries(team):
    row = late(team)

    with CaptureQueriesContext(connection) as asked:
        catch_up.catch_up(row)

    assert len(asked) == 2
