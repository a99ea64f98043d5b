"""Invented people: the same for the same seed, and as many as asked for."""

import pytest
from django.core.management import CommandError, call_command

from community import places
from community.demo import bulk, scale
from community.demo.people_builder import People
from community.errors import DomainError
from community.models import (
    Greeting,
    Introduction,
    IntroductionTag,
    Member,
    Membership,
    RoomMembership,
    Space,
    Tag,
)
from community.services.answers import answers_of, draft_of, published_answers, too_long
from community.services.strength import strength_of
from community.trust.markup import render_markdown


def test_the_same_seed_makes_the_same_people_one_by_one():
    assert People(7).people(10, 5) == [People(7).person(number) for number in range(10, 15)]
    assert People(7).person(3) != People(8).person(3)


def test_people_are_believable_and_fit_what_may_be_published():
    people = People(1).people(0, 400)

    assert all(not too_long(someone.answers) for someone in people)
    assert all("{" not in someone.answers.line + someone.answers.proud for someone in people)
    assert len({someone.nickname for someone in people}) > 300
    assert len({someone.answers.place_code for someone in people}) > 40
    assert all(places.get(someone.answers.place_code) for someone in people)
    strengths = [strength_of(someone.answers) for someone in people]
    assert min(strengths) < 60
    assert max(strengths) >= 95


def test_their_answers_survive_the_way_through_a_draft():
    someone = People(1).person(11)

    assert answers_of(draft_of(someone.answers)) == someone.answers


@pytest.mark.django_db
def test_fill_makes_whole_members_and_again_adds_nothing(monkeypatch):
    monkeypatch.setattr(scale, "CHUNK", 20)
    size = scale.Size(members=50, spaces=3, seed=5)

    made, again = scale.fill(size), scale.fill(size)

    assert (made, again) == (50, 0)
    assert Space.objects.count() == 3
    assert Member.objects.filter(handle__startswith="p5_").count() == 50
    # Every tenth lives in two spaces; the three owners are members too.
    assert Membership.objects.count() == 50 + 5 + 3
    assert RoomMembership.objects.filter(role="learner").count() == 55
    assert Introduction.objects.published().count() == 50
    assert Greeting.objects.count() == 55


@pytest.mark.django_db
def test_what_fill_writes_is_what_publishing_would_have_written():
    scale.fill(scale.Size(members=12, spaces=1, seed=2))

    for someone in People(2).people(0, 12):
        row = Introduction.objects.select_related("member").get(member__handle=someone.handle)
        read = published_answers(row)
        assert {**read.__dict__, "offers": set(read.offers), "needs": set(read.needs)} == {
            **someone.answers.__dict__,
            "offers": set(someone.answers.offers),
            "needs": set(someone.answers.needs),
        }
        assert row.proud_html == render_markdown(row.proud)
        assert row.strength == strength_of(read)
        assert row.version == row.versions.get().number == 1
        row.member.full_clean()
    assert IntroductionTag.objects.exists()


@pytest.mark.django_db
def test_fill_goes_on_where_it_was_stopped(monkeypatch):
    monkeypatch.setattr(scale, "CHUNK", 10)
    size = scale.Size(members=30, spaces=2, seed=3)

    def stop_after_the_first(line):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scale.fill(size, say=stop_after_the_first)
    assert Member.objects.filter(handle__startswith="p3_").count() == 10

    assert scale.fill(size) == 20


@pytest.mark.django_db
def test_fill_refuses_where_people_live(settings):
    settings.MODE = "small"

    with pytest.raises(CommandError, match="--yes-really"):
        call_command("seed_scale", members=2, spaces=1)
    with pytest.raises(DomainError, match="at least one space"):
        scale.fill(scale.Size(members=1, spaces=2), yes_really=True)

    assert not Member.objects.exists()


@pytest.mark.django_db
def test_bulk_refuses_a_column_that_nobody_gives():
    with pytest.raises(LookupError, match=r"Tag\.kind"):
        bulk.insert(Tag, ("key", "label"), [("a", "b")])
    with pytest.raises(LookupError, match="one by one"):
        bulk.insert(Member, ("handle", "password"), [("abc", "!")])
