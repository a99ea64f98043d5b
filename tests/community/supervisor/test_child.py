"""Patience grows with each short life, and a long life forgets it."""

import pytest

from community.supervisor import child as child_module
from community.supervisor.child import Child


@pytest.fixture
def clock(monkeypatch):
    """Monotonic seconds that the test sets."""
    seconds = [1000.0]
    monkeypatch.setattr(child_module.time, "monotonic", lambda: seconds[0])
    return seconds


def end_after(child, clock, seconds):
    """Let ``child`` live for ``seconds`` and end; the wait until its next start, or None."""
    child._started = clock[0]
    clock[0] += seconds
    if not child.plan_restart():
        return None
    return child.start_at - clock[0]


def test_a_vital_child_is_tried_five_times_with_growing_waits(clock):
    web = Child("web", [], lines=None, vital=True)

    assert [end_after(web, clock, 1) for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, 8.0, None]


def test_another_child_is_tried_for_ever_but_seldom(clock):
    worker = Child("worker", [], lines=None)

    waits = [end_after(worker, clock, 1) for _ in range(8)]

    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 300.0, 300.0, 300.0]


def test_a_minute_of_life_forgets_earlier_failures(clock):
    web = Child("web", [], lines=None, vital=True)
    for _ in range(5):
        end_after(web, clock, 1)

    assert end_after(web, clock, 61) == 0.5
