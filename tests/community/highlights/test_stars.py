"""Starring, taking a star away, and what becomes of the words."""

import datetime as dt

import pytest

from community.errors import DomainError
from community.models import Highlight, Run
from community.services import digest_texts, digests, highlight_consent, highlights, members
from tests.community.highlights.helpers import (
    HALF_PAST_EIGHT,
    YESTERDAY,
    drafted,
    people,
    room_with_staff,
    star,
)
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def room_and_staff(morning):
    return room_with_staff()


def test_two_taps_are_one_star_and_the_first_keeps_the_name(room_and_staff):
    room, staff = room_and_staff
    first = star(room, staff)

    second = star(room, people(room, "lead"))

    assert first == second
    assert Highlight.objects.get().starred_by == staff
    assert (first.day, first.quote) == (YESTERDAY, "先听，再看，最后剪。")


def test_star_of_today_waits_for_tomorrow_and_of_long_ago_for_the_next(room_and_staff, morning):
    room, _staff = room_and_staff
    noon = HALF_PAST_EIGHT + dt.timedelta(hours=4)
    morning.move_to(noon)

    assert highlights.open_day(room, noon) == dt.date(2026, 3, 4)
    assert highlights.open_day(room, noon - dt.timedelta(days=20)) == YESTERDAY


def test_star_after_the_digest_went_out_is_for_the_next_one(room_and_staff, morning):
    room, staff = room_and_staff
    digest = drafted(room, staff)
    digests.approve(digest=digest, version=digest.version, by=staff)

    late = star(room, staff, "late")

    assert late.day == dt.date(2026, 3, 4)


def test_taking_a_star_away_takes_the_words_away(room_and_staff):
    room, staff = room_and_staff
    star(room, staff, author=people(room))

    assert highlights.unstar(room=room, kind="check_in", source="one")
    assert not highlights.unstar(room=room, kind="check_in", source="one")

    row = Highlight.objects.get()
    assert (row.text, row.quote, row.phrase, row.spots) == ("", "", "", [])
    assert list(Highlight.objects.starred()) == []


def test_star_put_back_has_the_words_again(room_and_staff):
    room, staff = room_and_staff
    star(room, staff)
    highlights.unstar(room=room, kind="check_in", source="one")

    again = star(room, staff, text="新写的一句")

    assert (again.unstarred_at, again.text) == (None, "新写的一句")


def test_no_of_an_author_outlives_the_star(room_and_staff):
    room, staff = room_and_staff
    author = people(room)
    row = star(room, staff, author=author)
    highlight_consent.answer(row=row, answer="no", by=author)
    highlights.unstar(room=room, kind="check_in", source="one")

    with pytest.raises(DomainError, match="does not want this to be told"):
        star(room, staff, author=author)


def test_star_in_what_went_out_is_not_taken_away_by_a_tap(room_and_staff):
    room, staff = room_and_staff
    digest = drafted(room, staff)
    digests.approve(digest=digest, version=digest.version, by=staff)

    with pytest.raises(DomainError, match="with a correction"):
        highlights.unstar(room=room, kind="check_in", source="thing-0")


def test_what_is_taken_back_leaves_every_digest(room_and_staff):
    room, staff = room_and_staff
    digest = drafted(room, staff)

    assert highlights.forget(kind="check_in", sources=["thing-1"]) == 1

    assert [row.source for row in digest.items.all()] == ["thing-0", "thing-2"]


def test_changed_words_are_handed_down_and_the_phrase_is_asked_again(room_and_staff):
    room, staff = room_and_staff
    row = star(room, staff, phrase="先听", phrase_found=1)

    highlights.hand_down(kind="check_in", source="one", text="别的话")

    row.refresh_from_db()
    assert (row.text, row.phrase_found) == ("别的话", None)


def test_day_takes_no_more_than_it_can_hold(room_and_staff, monkeypatch):
    room, staff = room_and_staff
    monkeypatch.setattr(highlights, "MOST_A_DAY", 2)
    star(room, staff, "a")
    star(room, staff, "b")

    with pytest.raises(DomainError, match="has 2 stars already"):
        star(room, staff, "c")


def test_erased_author_is_told_of_nowhere(room_and_staff):
    room, staff = room_and_staff
    digest = drafted(room, staff, 1)
    author = digest.items.get().author

    members.blank(member=author, by=staff)

    row = Highlight.objects.get()
    assert (row.author, row.text, row.digest, row.consent) == (None, "", None, "no")


@pytest.mark.parametrize("how", ["forgotten", "erased"])
def test_words_that_are_gone_leave_the_run_that_tells_them(room_and_staff, how):
    room, staff = room_and_staff
    digest = drafted(room, staff, 2)
    row = digest.items.order_by("position").first()
    context = digest_texts.context_of(digest, digest_texts.rows_of(digest))
    run = Run.objects.create(
        what="digest", subject=digest.public_id, local_date=YESTERDAY, context=context
    )
    assert row.quote in str(run.context)

    if how == "erased":
        members.blank(member=row.author, by=staff)
    else:
        highlights.forget(kind=row.kind, sources=[row.source])

    run.refresh_from_db()
    assert row.quote not in str(run.context)
    assert run.context["count"] == 1


def test_export_holds_what_was_starred_and_what_she_answered(room_and_staff):
    room, staff = room_and_staff
    author = people(room)
    row = star(room, staff, author=author)
    highlight_consent.answer(row=row, answer="anon", by=author)

    (said,) = highlights.export(author)

    assert (said["text"], said["consent"]) == ("先听，再看，最后剪。", "anon")
    assert highlights.export(MemberFactory()) == []
