"""A word that only staff may read stands on no page that anybody else can open."""

import pytest

from tests.matrix.table_care import STAFF_WORD
from tests.matrix.tables import ROUTES

pytestmark = pytest.mark.django_db


def pages_with_it(knocker, role):
    """The rows of the tables whose page holds the word, and how many pages were shown at all."""
    found, shown = set(), 0
    for route in ROUTES:
        said, response = knocker.ask(route, "get", role)
        shown += said.startswith("200")
        body = getattr(response, "file_body", b"") or response.content
        if STAFF_WORD.encode() in body:
            found.add(route.name)
    return found, shown


@pytest.mark.parametrize("role", ["learner", "minor", "member", "anonymous"])
def test_no_page_shows_a_staff_word_to_who_is_no_staff(knocker, role):
    found, shown = pages_with_it(knocker, role)

    assert found == set()
    assert shown > 5


def test_control_staff_read_it_where_it_belongs(knocker):
    found, _shown = pages_with_it(knocker, "assistant")

    assert {
        "cohorts:staff_room", "cohorts:staff_note", "cohorts:staff_decision", "cohorts:learner",
        "cohorts:run_board",
    } <= found  # fmt: skip
