"""Two at the same digest in the same moment; with a control in which both believe to have saved."""

import time
from functools import partial

import pytest

from community.models import Digest, Highlight
from community.services import digest_texts, digests, highlight_consent
from tests.community.highlights.helpers import (
    PLACE,
    YESTERDAY,
    drafted,
    entries,
    people,
    room_with_staff,
    save,
    star,
)
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3
GAP = 0.2


@pytest.fixture(autouse=True)
def in_the_morning(morning):
    return morning


def test_two_looks_at_once_make_one_draft():
    for _ in range(ROUNDS):
        room, staff = room_with_staff()
        star(room, staff, "a")
        star(room, staff, "b")
        make = partial(digests.draft, room=room, day=YESTERDAY, place=PLACE)

        assert race(make, make) == ["done", "done"]

        digest = Digest.objects.get(room=room)
        assert [row.position for row in digest.items.order_by("position")] == [1, 2]


def test_two_taps_at_once_are_one_star():
    room, staff = room_with_staff()
    other = people(room, "lead")

    assert race(partial(star, room, staff), partial(star, room, other)) == ["done", "done"]

    assert Highlight.objects.filter(room=room).count() == 1


def test_of_two_who_save_at_once_one_is_told():
    for _ in range(ROUNDS):
        room, staff = room_with_staff()
        digest = drafted(room, staff)
        other = people(room, "lead", display_name="老周")

        said = race(
            partial(save, digest, staff, opening="小桃"),
            partial(save, digest, other, opening="老周"),
        )

        assert said.count("done") == 1
        assert [text for text in said if "has saved these highlights meanwhile" in text]
        digest.refresh_from_db()
        assert digest.opening == str(digest.changed_by)


def test_control_writing_without_the_version_loses_one_text():
    room, staff = room_with_staff()
    digest = drafted(room, staff)

    def write(opening):
        found = Digest.objects.get(pk=digest.pk)
        time.sleep(GAP)
        Digest.objects.filter(pk=found.pk).update(opening=opening, version=found.version + 1)

    assert race(partial(write, "小桃"), partial(write, "老周")) == ["done", "done"]
    digest.refresh_from_db()
    assert digest.version == 2


def test_no_of_an_author_is_never_lost_to_somebody_who_saves():
    for _ in range(ROUNDS):
        room, staff = room_with_staff()
        digest = drafted(room, staff)
        row = entries(digest)[0].row

        said = race(
            partial(save, digest, staff),
            partial(highlight_consent.answer, row=row, answer="no", by=row.author),
        )

        assert said == ["done", "done"]
        row.refresh_from_db()
        assert (row.consent, row.digest) == ("no", None)
        assert row not in digest_texts.rows_of(digest)
