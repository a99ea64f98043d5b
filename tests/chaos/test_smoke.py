"""Each harness at its small size: nothing lost, nothing twice, and every control fails as it must."""

import json
import os
import secrets

import pytest

from scripts.services import ServiceMissing
from tests.chaos.harnesses import HARNESSES
from tests.chaos.points import all_points

SQLITE = pytest.param("sqlite", marks=pytest.mark.slow, id="sqlite")
POSTGRES = pytest.param("postgres", marks=[pytest.mark.slow, pytest.mark.postgres], id="postgres")
SEED = int(os.environ.get("SHALIJIN_SEED") or secrets.randbelow(10**6))


def run(name: str, made) -> list[dict]:
    """All results of a harness; fails with the first that is not as it must be."""
    found = []
    for result in HARNESSES[name](made, size="smoke", seed=SEED):
        assert result["passed"], json.dumps(result, indent=1, ensure_ascii=False)
        found.append(result)
    return found


@pytest.mark.parametrize("engine", [SQLITE, POSTGRES])
def test_killed_schedulers_and_senders_lose_nothing_and_the_control_does(engine, ground_of):
    storm, control = run("h1", ground_of(engine))

    assert (storm["lost"], storm["duplicate_rows"], storm["duplicate_items"]) == (0, 0, 0)
    assert storm["repeated"] <= storm["kills"]
    assert control["lost"] > 0


@pytest.mark.parametrize("engine", [SQLITE, POSTGRES])
def test_breaking_at_any_point_ends_like_a_quiet_run(engine, ground_of):
    sweep, control, _cold = run("h2", ground_of(engine))

    assert sweep["never_passed"] == []
    assert sweep["cases"] == len(all_points()) >= 12
    assert control["lost"] > 0


@pytest.mark.parametrize("engine", [SQLITE, POSTGRES])
def test_whatever_happens_to_the_broker_everything_leaves(engine, ground_of):
    control, rounds, never_back = run("h3", ground_of(engine))

    assert control["undrained"] > 0
    assert (rounds["lost"], rounds["too_slow"]) == (0, [])
    assert never_back["waiting"] > 0


@pytest.mark.parametrize("engine", [POSTGRES])
def test_killed_database_forgets_nothing_that_was_said_to_be_done(engine, ground_of):
    flood, control = run("h4", ground_of(engine))

    assert (flood["missing"], flood["half"], flood["lost"]) == (0, 0, 0)
    assert flood["acknowledged"] > 0
    assert control["missing"] > 0


@pytest.mark.parametrize("engine", [SQLITE, POSTGRES])
def test_each_local_date_has_one_run_however_the_clock_jumps(engine, ground_of):
    *_pure, years = run("h5", ground_of(engine))

    assert (years["twice"], years["other_than_due"], years["items_wrong"]) == (0, 0, 0)
    assert years["sent"] > 0


@pytest.mark.parametrize("engine", [SQLITE, POSTGRES])
def test_full_disk_refuses_whole_and_what_was_taken_leaves_once(engine, ground_of):
    try:
        [squeezed] = run("disk", ground_of(engine))
    except ServiceMissing as missing:
        pytest.skip(str(missing))

    assert squeezed["refused"] > 0
    assert squeezed["lost"] == squeezed["duplicate_rows"] == 0
