"""The demo's mailbox shows a digest in each language."""

import pytest

from community.demo import seed
from community.models import OutboxMessage
from community.services.personal_digest import letter, planning

pytestmark = pytest.mark.django_db


def test_two_of_the_demo_are_written_to_at_its_first_look(settings):
    settings.DEMO = True
    demo = seed.seed()

    queued = planning.plan()

    rows = list(OutboxMessage.objects.filter(kind="personal_digest").select_related("member"))
    said = letter.compose(rows, demo.now)
    by_locale = {row.member.locale: said[row.pk] for row in rows}
    assert queued == 2
    assert "this is new for you since" in by_locale["en"].text
    assert "这些是新的" in by_locale["zh-hans"].text


def test_a_second_seeding_leaves_their_choice_alone(settings):
    settings.DEMO = True
    seed.seed()
    planning.plan()

    seed.seed()

    assert planning.plan() == 0
