"""Senders are killed between claim and mark: nothing is lost, nothing is written twice, and a mail
comes twice at most once for each kill. The control marks before it sends, and must lose."""

import json
import os

import pytest

from scripts.services import ServiceMissing
from tests.chaos import harness

SEED = int(os.environ["SHALIJIN_SEED"]) if os.environ.get("SHALIJIN_SEED") else None


@pytest.mark.parametrize(
    "engine",
    [
        pytest.param("sqlite", marks=pytest.mark.slow),
        pytest.param("postgres", marks=[pytest.mark.slow, pytest.mark.postgres]),
    ],
)
def test_killed_senders_lose_nothing_and_the_control_does(engine):
    try:
        with harness.place(engine) as here:
            run = harness.storm(here, size="smoke", seed=SEED)
            control = harness.storm(here, size="control", mark_first=True, seed=SEED)
    except ServiceMissing as missing:
        pytest.skip(str(missing))

    assert run["passed"], json.dumps(run, indent=1)
    assert (run["lost"], run["duplicate_rows"], run["duplicate_items"]) == (0, 0, 0)
    assert control["passed"], json.dumps(control, indent=1)
