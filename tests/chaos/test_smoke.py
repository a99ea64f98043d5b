"""Senders are killed between claim and mark: nothing is lost, nothing is written twice, and a mail
comes twice at most once for each kill. The control marks before it sends, and must lose."""

import json

import pytest

from scripts.services import ServiceMissing
from tests.chaos import harness

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_killed_senders_lose_nothing_and_the_control_does(engine):
    try:
        with harness.place(engine) as here:
            run = harness.storm(here, size="smoke")
            control = harness.storm(here, size="control", mark_first=True)
    except ServiceMissing as missing:
        pytest.skip(str(missing))

    assert run["passed"], json.dumps(run, indent=1)
    assert (run["lost"], run["duplicate_rows"], run["duplicate_items"]) == (0, 0, 0)
    assert control["passed"], json.dumps(control, indent=1)
