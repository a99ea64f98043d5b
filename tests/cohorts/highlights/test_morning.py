"""Seven in the morning by the camp's clock: a draft from the stars, or a word why there is none."""

import datetime as dt

from cohorts.services import camp_highlights
from community.models import Digest, InboxItem, Run
from community.registry import look_parts
from tests.cohorts.highlights.helpers import D2, MORNING, star, texts_of_yesterday

SEVEN = MORNING - dt.timedelta(minutes=30)


def test_draft_is_made_at_seven_and_once(s, clock):
    for row in texts_of_yesterday(s, 3):
        star(s, row)
    clock.move_to(SEVEN - dt.timedelta(minutes=1))
    assert camp_highlights.morning() == 0

    clock.move_to(SEVEN)

    assert (camp_highlights.morning(), camp_highlights.morning()) == (1, 0)
    digest = Digest.objects.get()
    assert (digest.day, digest.label, digest.items.count()) == (D2, "D2", 3)
    assert all(row.phrase_found == 1 for row in digest.items.all())
    assert look_parts["digest-drafts"].run is camp_highlights.morning


def test_day_without_stars_makes_nothing_and_tells_staff_once(s, clock):
    texts_of_yesterday(s, 2)
    clock.move_to(SEVEN)

    assert (camp_highlights.morning(), camp_highlights.morning()) == (1, 0)

    assert not Digest.objects.exists()
    run = Run.objects.get(what="digest_none")
    assert run.context == {"day": 2, "handed_in": 2}
    told = set(InboxItem.objects.filter(run=run).values_list("member", flat=True))
    assert told == {s.lead.pk, s.assistant.pk}


def test_nobody_is_told_in_the_afternoon_or_outside_the_course(s, clock):
    clock.move_to(MORNING.replace(hour=8))
    assert camp_highlights.morning() == 0
    clock.move_to(SEVEN - dt.timedelta(days=2))

    assert camp_highlights.morning() == 0
    assert not Run.objects.exists()


def test_look_asks_the_same_for_one_camp_and_for_none(s, clock, django_assert_num_queries):
    clock.move_to(SEVEN)
    camp_highlights.morning()

    with django_assert_num_queries(4):
        camp_highlights.morning()
