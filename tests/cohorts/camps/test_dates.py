"""A camp's state follows its dates, by its own clock, whatever was missed."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cohorts.models import Camp
from cohorts.services import camp_dates
from community import clock
from community.errors import DomainError
from community.models import AuditEvent, Run
from community.registry import look_parts
from tests.cohorts.camps.helpers import opened, today

pytestmark = pytest.mark.django_db


def at(camp, day, time="00:00", timezone=None):
    """The moment that the camp's clock shows ``time`` on ``day``."""
    clock_time = dt.time.fromisoformat(time)
    return clock.local_to_utc(camp.calendar.date_of(day), clock_time, timezone or camp.run.timezone)


def state(camp):
    camp.refresh_from_db()
    return camp.state


def moves(camp):
    events = AuditEvent.objects.filter(action="camp.moved", subject=str(camp.pk)).order_by("pk")
    return [(event.data["from"], event.data["to"]) for event in events]


def test_each_date_moves_the_camp_once_by_its_own_clock(team):
    camp = opened(team, in_days=30, enrols_from=today() + dt.timedelta(days=5))
    assert camp.state == "planned"

    seen = []
    for day in (-25, -3, -2, -1, 1, 2, 3, 4, 5):
        camp_dates.move_due(at(camp, day))
        seen.append(state(camp))
        assert camp_dates.move_due(at(camp, day)) == 0

    assert seen == [
        "enrolling", "enrolling", "preparing", "preparing",
        "running", "running", "running", "closing", "finished",
    ]  # fmt: skip
    assert moves(camp) == [
        ("planned", "enrolling"), ("enrolling", "preparing"), ("preparing", "running"),
        ("running", "closing"), ("closing", "finished"),
    ]  # fmt: skip


def test_midnight_is_that_of_the_camp(team):
    camp = opened(team, in_days=30, timezone="America/Los_Angeles")

    assert camp_dates.move_due(at(camp, 1, "00:00", "Asia/Shanghai")) == 1
    assert state(camp) == "preparing"
    assert camp_dates.move_due(at(camp, 1)) == 1
    assert state(camp) == "running"


def test_several_dates_that_were_missed_are_walked_in_one_look(team):
    camp = opened(team, in_days=30, enrols_from=today() + dt.timedelta(days=20))

    assert camp_dates.move_due(at(camp, 9)) == 1

    assert state(camp) == "finished"
    assert moves(camp) == [("planned", "running"), ("running", "finished")]


def test_a_run_outlives_its_camp_until_its_last_steps_were_due(team):
    """The survey and the thanks come after the closing, when the camp is over for its learners."""
    camp = opened(team, in_days=30)  # its last step is due two days after the closing day, D4
    camp_dates.move_due(at(camp, 5))
    assert state(camp) == "finished"

    assert camp_dates.end_runs(at(camp, 7)) == 0
    assert camp_dates.end_runs(at(camp, 9)) == 1
    assert camp_dates.end_runs(at(camp, 9)) == 0

    camp.run.refresh_from_db()
    assert camp.run.ended_at == at(camp, 9)


def test_a_camp_moved_ahead_by_hand_is_not_moved_back(team):
    camp = opened(team, in_days=30)
    camp_dates.move_by_hand(camp=camp, state="running", by=team.lead, reason="All are here.")

    assert camp_dates.move_due(at(camp, -2)) == 0

    assert state(camp) == "running"


def test_enrolment_closed_by_hand_stays_closed_until_the_preparation(team):
    camp = opened(team, in_days=30)
    camp_dates.move_by_hand(camp=camp, state="planned", by=team.lead, reason="Too many at once.")

    assert camp_dates.move_due() == 0
    assert state(camp) == "planned"
    assert camp_dates.move_due(at(camp, -2)) == 1
    assert state(camp) == "preparing"


def test_what_waited_for_a_person_waits_no_more_when_the_camp_is_called_off(team):
    camp = opened(team, in_days=30)
    run = Run.objects.create(
        what="digest", subject="d1", local_date=camp.run.opens_on, room=camp.run.room,
        state="waits", reason="late",
    )  # fmt: skip

    camp_dates.move_by_hand(camp=camp, state="cancelled", by=team.lead, reason="Too few.")

    run.refresh_from_db()
    assert (run.state, run.decided_by) == ("skipped", team.lead)


def test_what_is_cancelled_or_finished_moves_no_more_and_its_steps_are_due_no_more(team):
    camp = opened(team, in_days=30)
    camp_dates.move_by_hand(camp=camp, state="cancelled", by=team.lead, reason="Too few.")

    assert camp_dates.move_due(at(camp, 2)) == 0

    camp.run.refresh_from_db()
    assert (state(camp), camp.run.ended_at is None) == ("cancelled", False)
    event = AuditEvent.objects.get(action="camp.moved", data__to="cancelled")
    assert (event.reason, event.actor) == ("Too few.", team.lead.public_id)


def test_by_hand_needs_a_reason_and_a_state_that_follows(team):
    camp = opened(team, in_days=30)

    with pytest.raises(DomainError, match="few words why"):
        camp_dates.move_by_hand(camp=camp, state="cancelled", by=team.lead, reason="  ")
    with pytest.raises(DomainError, match="cannot become “Finished”"):
        camp_dates.move_by_hand(camp=camp, state="finished", by=team.lead, reason="Now.")
    assert state(camp) == "enrolling"


def test_one_who_was_slower_hears_of_it_and_changes_nothing(team):
    camp = opened(team, in_days=30)
    stale = Camp.objects.get(pk=camp.pk)
    camp_dates.move_by_hand(camp=camp, state="cancelled", by=team.lead, reason="Too few.")

    with pytest.raises(DomainError, match="Somebody else has just changed"):
        camp_dates.move_by_hand(camp=stale, state="running", by=team.lead, reason="Now.")

    assert state(camp) == "cancelled"


def test_a_camp_that_cannot_move_holds_up_no_other(team, monkeypatch):
    stuck, other = opened(team, in_days=30), opened(team, in_days=30)
    move_to = Camp.move_to

    def refusing(camp, *args, **kwargs):
        if camp.pk == stuck.pk:
            raise DomainError("Not this one.")
        move_to(camp, *args, **kwargs)

    monkeypatch.setattr(Camp, "move_to", refusing)

    assert camp_dates.move_due(at(other, -2)) == 1
    assert (state(stuck), state(other)) == ("enrolling", "preparing")


def test_a_look_at_camps_that_need_not_move_is_one_query(team):
    for _number in range(3):
        opened(team, in_days=30)

    with CaptureQueriesContext(connection) as asked:
        assert camp_dates.move_due() == 0

    assert len(asked) == 1


def test_every_look_moves_camps():
    assert look_parts["camps-by-date"].run is camp_dates.move_due


def test_board_shows_the_steps_that_come_after_the_end(team, client):
    camp = opened(team, in_days=30)
    last = camp.run.tasks.order_by("-due_at").first()
    with time_machine.travel(at(camp, last.day, "12:00"), tick=False):
        camp_dates.move_due()
        client.force_login(team.lead)

        page = client.get(reverse("cohorts:board")).content.decode()

    assert state(camp) == "finished"
    assert last.step.title in page
