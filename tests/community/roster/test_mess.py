"""Mess that nobody has looked at: the verdicts must match the key that was made with it."""

import pytest

from community.models import Member
from community.services.roster import judging
from tests.community.roster.helpers import bring_in, brought, open_space
from tests.roster_mess import make

pytestmark = pytest.mark.django_db
SEEDS = range(24)


@pytest.fixture
def space():
    return open_space()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_line_gets_the_verdict_of_the_key(space, seed):
    mess = make(seed)

    rows = judging.judge(judging.table_of(mess.data), space).rows

    said = {
        row.line: (str(row.verdict), frozenset(code for code, _ in row.notes), row.of_line)
        for row in rows
    }
    wrong = {
        line: (said.get(line), want) for line, want in mess.key.items() if said.get(line) != want
    }
    assert wrong == {}
    assert said.keys() == mess.key.keys()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_dressed_up_is_read_as_it_was_meant(space, seed):
    mess = make(seed)
    rows = {row.line: row.person for row in judging.judge(judging.table_of(mess.data), space).rows}

    for line in mess.lines:
        if line.of is None and line.verdict == "new":
            person = rows[line.line]
            # A copy below may have filled in what this row left empty.
            assert person.phone == line.phone or not line.phone
            assert person.email == line.email or not line.email
            if line.place_code:
                assert person.place_code == line.place_code


@pytest.mark.parametrize("seed, kind", [(101, "csv"), (102, "xlsx")])
def test_a_whole_mess_comes_in_and_again_changes_nothing(space, seed, kind):
    mess = make(seed, count=60, kind=kind)

    first = bring_in(space, mess.data, mess.name)
    again = bring_in(space, mess.data, mess.name)

    assert first.counts["people"] == mess.people
    assert Member.objects.filter(memberships__space=space, state="unclaimed").count() == mess.people
    assert again.counts["unchanged"] == mess.people
    assert (again.counts["new"], again.counts["changed"]) == (0, 0)
    assert not any("\u200b" in name for name in brought(space))
