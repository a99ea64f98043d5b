"""The walks of `make shots`: their pictures are in the index, and what they show has happened."""

import datetime as dt

import pytest

from cohorts.services import announcement_calendar
from community.models import Highlight, Run
from scripts import shots, shots_stage
from tests.factories import SpaceFactory

State, Reason = Run.State, Run.Reason


def test_index_holds_every_picture_of_every_walk_in_its_order(tmp_path, monkeypatch):
    monkeypatch.setattr(shots, "OUT", tmp_path)
    names = [name for walk in shots.WALKS.values() for name in walk.PICTURES]
    for name in names:
        (tmp_path / f"{name}-390-zh-light.png").touch()

    shots.write_index([], list(shots.WALKS))

    written = (tmp_path / "index.html").read_text()
    places = [written.index(f'src="{name}-390-zh-light.png"') for name in names]
    assert places == sorted(places)
    assert len(set(names)) == len(names) == 24


def test_somewhere_it_is_always_a_little_after_eight():
    begin = dt.datetime(2026, 3, 29, 0, 30, tzinfo=dt.UTC)
    moments = [begin + dt.timedelta(hours=hour) for hour in range(24)]
    moments += [moment + dt.timedelta(days=120) for moment in moments]

    zones = [shots_stage.zone_of_breakfast(moment) for moment in moments]

    assert len(set(zones)) >= 24


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh", "en"])
def test_morning_begins_with_a_draft_to_mend_and_two_days_that_went_out(language):
    SpaceFactory(slug=shots_stage.SPACE)

    made = shots_stage.stage(language, "light")

    cells = {cell.day: cell for cell in announcement_calendar.cells(made.camp)}
    assert [cells[day].state for day in (1, 2, 3, 4)] == ["sent", "sent", "problem", "scheduled"]
    assert Run.objects.exclude(state=State.DONE).count() == 0
    assert Highlight.objects.starred().count() == 2


@pytest.mark.django_db
def test_days_that_nobody_looked_at_wait_for_a_person():
    SpaceFactory(slug=shots_stage.SPACE)
    made = shots_stage.stage("zh", "light")
    sent = set(Run.objects.values_list("pk", flat=True))

    shots_stage.outage(made, "zh")

    late = Run.objects.exclude(pk__in=sent).filter(state=State.WAITS)
    assert set(late.values_list("reason", flat=True)) == {Reason.LATE}
    assert late.count() == shots_stage.AWAY
