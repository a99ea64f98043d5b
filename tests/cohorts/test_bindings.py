"""Steps that watch a fact: their figures, and what the house closes by itself."""

import datetime as dt
import time

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from cohorts.models import SopTask, TaskEvent
from cohorts.registry import Fact, facts
from cohorts.services import bindings, task_change
from cohorts.services import tasks as board
from community import clock
from tests.cohorts.factories import (
    CampFactory,
    SopRunFactory,
    SopStepFactory,
    SopTaskFactory,
    TemplateVersionFactory,
)
from tests.community.delivery.races import at_once, first_fault
from tests.factories import MemberFactory

ROUNDS = 20
NOW = dt.datetime(2026, 3, 3, 4, 0, tzinfo=dt.UTC)  # noon of D2 in Shanghai


class Count:
    """A fact that says what the test wants: (have, need) for everybody."""

    def __init__(self, have=1, need=1):
        self.have, self.need, self.calls = have, need, 0

    def figures(self, asks):
        self.calls += 1
        return dict.fromkeys(asks, (self.have, self.need))


@pytest.fixture
def count():
    found = Count()
    facts.register("a_fact", Fact(label="things done", figures=found.figures))
    yield found
    facts.unregister("a_fact")


def watching(run, *, day=1, step=None, **values):
    watch = {"fact": "a_fact"} | values.pop("watch", {})
    step = step or SopStepFactory(version=run.version, watch=watch)
    return SopTaskFactory(run=run, step=step, day=day, **values)


def tasks():
    return SopTask.objects.select_related("step", "run__room")


def after(task):
    task.refresh_from_db()
    return task.state


def test_figure_says_how_far_it_is(db, count):
    count.have, count.need = 37, 50
    task = watching(SopRunFactory(), watch={"percent": 75})

    figure = bindings.figures_of(tasks())[task.pk]

    assert (figure.have, figure.need, figure.wanted, figure.holds) == (37, 50, 38, False)
    assert figure.label == "things done"


def test_task_that_watches_nothing_has_no_figure(db, count):
    SopTaskFactory()
    unknown = watching(SopRunFactory())
    SopTask.objects.filter(pk=unknown.pk).update(fact="of_an_app_that_is_gone")

    assert bindings.figures_of(tasks()) == {}
    assert bindings.close_what_holds(NOW) == 0


def test_figures_cost_one_query_a_fact_and_count_each_day_once(
    db, count, django_assert_num_queries
):
    for run in (SopRunFactory(), SopRunFactory(), SopRunFactory()):
        for _ in range(3):
            watching(run)
    rows = list(tasks())

    with django_assert_num_queries(0):
        found = bindings.figures_of(rows)

    assert (len(found), count.calls) == (9, 1)


def test_house_closes_what_holds(db, count):
    task = watching(SopRunFactory(), reason="an old one")

    closed = bindings.close_what_holds(NOW)

    assert (closed, after(task)) == (1, "done")
    assert (task.closed_by, task.closed_by_house, task.closed_at) == (None, True, NOW)
    assert (task.version, task.reason) == (2, "")
    event = task.events.get()
    assert (event.kind, event.by, event.task_version) == ("done", None, 2)
    assert event.before == {
        "state": "open",
        "version": 1,
        "reason": "an old one",
        "due_at": "2026-03-02T01:00:00+00:00",
        "assignee": None,
    }


def test_house_leaves_what_does_not_hold_or_is_a_gate_or_is_later(db, count):
    ended = SopRunFactory(ended_at=NOW)
    run = SopRunFactory()
    left = [
        watching(run, watch={"at_least": 2}),
        watching(run, watch={"gate": True}),
        watching(run, day=3),
        watching(ended),
        SopTaskFactory(run=run),
    ]

    assert bindings.close_what_holds(NOW) == 0
    assert [after(task) for task in left] == ["open"] * 5
    assert not TaskEvent.objects.exists()


def test_house_closes_on_the_day_itself_by_the_clock_of_the_run(db, count):
    early, late = SopRunFactory(), SopRunFactory(timezone="America/New_York")
    here, there = watching(early, day=2), watching(late, day=2)

    bindings.close_what_holds(NOW)

    assert (after(here), after(there)) == ("done", "open")


def test_second_look_does_nothing(db, count):
    watching(SopRunFactory())

    assert [bindings.close_what_holds(NOW), bindings.close_what_holds(NOW)] == [1, 0]
    assert TaskEvent.objects.count() == 1


def test_task_that_a_person_took_back_is_hers(db, count):
    task = watching(SopRunFactory())
    due_at = task.due_at
    bindings.close_what_holds(NOW)
    task = task_change.fetch().get(pk=task.pk)

    board.take_back(task=task, by=MemberFactory(), version=2, now=NOW)

    assert (task.due_at, task.assignee, task.reason) == (due_at, None, "")
    assert (task.closed_at, task.closed_by_house) == (None, False)
    assert (bindings.close_what_holds(NOW), after(task)) == (0, "open")


def test_task_that_a_person_closed_and_opened_again_is_hers_too(db, count):
    task, ada = watching(SopRunFactory()), MemberFactory()
    board.complete(task=task, by=ada, version=1, now=NOW)
    board.take_back(task=task, by=ada, version=2, now=NOW)

    assert (bindings.close_what_holds(NOW), after(task)) == (0, "open")


def test_taking_back_a_skip_leaves_the_task_to_the_house(db, count):
    task, ada = watching(SopRunFactory()), MemberFactory()
    board.skip(task=task, by=ada, version=1, reason="Not today.", now=NOW)
    board.take_back(task=task, by=ada, version=2, now=NOW)

    assert (bindings.close_what_holds(NOW), after(task)) == (1, "done")


def test_what_the_house_opened_again_it_may_close_again(db, count):
    run = SopRunFactory()
    task = watching(run)
    bindings.close_what_holds(NOW)
    count.have = 0

    opened = bindings.open_what_no_longer_holds(run=run, fact="a_fact")

    assert (opened, after(task), task.version) == (1, "open", 3)
    assert (task.closed_at, task.closed_by_house) == (None, False)
    assert [event.kind for event in task.events.all()] == ["done", "undone"]
    count.have = 1
    assert (bindings.close_what_holds(NOW), after(task)) == (1, "done")


def test_house_opens_only_what_it_closed_itself_and_what_holds_no_more(db, count):
    run, other = SopRunFactory(), SopRunFactory()
    holding = watching(run)
    elsewhere = watching(other, watch={"at_least": 1})
    bindings.close_what_holds(NOW)
    by_hand = watching(run, state="done", closed_at=NOW, closed_by=MemberFactory())

    assert bindings.open_what_no_longer_holds(run=run, fact="a_fact") == 0
    count.have = 0
    assert bindings.open_what_no_longer_holds(run=run, fact="a_fact") == 1
    assert [after(task) for task in (holding, elsewhere, by_hand)] == ["open", "done", "done"]


def test_who_made_a_fact_true_sees_it_at_once_in_her_run_only(db, count):
    run, other = SopRunFactory(), SopRunFactory()
    mine, theirs = watching(run), watching(other)

    closed = bindings.close_what_holds(NOW, run=run, fact="a_fact")

    assert (closed, after(mine), after(theirs)) == (1, "done", "open")
    assert bindings.close_what_holds(NOW, run=other, fact="check_ins") == 0


def test_task_that_somebody_has_just_changed_is_left_alone(db, count, monkeypatch):
    task = watching(SopRunFactory())
    really = bindings._that_hold

    def and_meanwhile(*args):
        held = really(*args)
        SopTask.objects.filter(pk=task.pk).update(version=F("version") + 1)
        return held

    monkeypatch.setattr(bindings, "_that_hold", and_meanwhile)

    assert (bindings.close_what_holds(NOW), after(task), task.version) == (0, "open", 2)


def test_fact_that_breaks_stops_no_other_and_is_told(db, count):
    def broken(asks):
        raise RuntimeError("no such table")

    facts.register("broken", Fact(label="broken", figures=broken))
    run = SopRunFactory()
    good = watching(run)
    bad = watching(run, step=SopStepFactory(version=run.version, watch={"fact": "broken"}))

    try:
        with pytest.raises(RuntimeError, match="no such table"):
            bindings.close_what_holds(NOW)
    finally:
        facts.unregister("broken")

    assert (after(good), after(bad)) == ("done", "open")


def test_large_number_goes_in_chunks(db, count, monkeypatch):
    monkeypatch.setattr(bindings, "CHUNK", 2)
    run = SopRunFactory()
    for _ in range(5):
        watching(run)

    assert bindings.close_what_holds(NOW) == 5
    assert count.calls == 3


def test_look_costs_the_same_for_one_camp_and_for_three(db, count):
    version = TemplateVersionFactory()
    steps = [
        SopStepFactory(version=version, watch={"fact": name})
        for name in ("a_fact", "check_ins", "introductions_answered", "announcement_delivered")
    ]

    def queries(camps):
        for _ in range(camps):
            camp = CampFactory(run=SopRunFactory(version=version))
            for step in steps:
                SopTaskFactory(run=camp.run, step=step)
        with CaptureQueriesContext(connection) as asked:
            assert bindings.close_what_holds(NOW) == camps
        return len(asked)

    assert queries(1) == queries(3) <= 12


# Two looks at once ----------------------------------------------------------


def many(number):
    run = SopRunFactory()
    step = SopStepFactory(version=run.version, watch={"fact": "a_fact"})
    moment = run.calendar.moment(1, dt.time(9))
    SopTask.objects.bulk_create(
        SopTask(
            run=run, step=step, day=day, role="assistant", fact="a_fact",
            opens_at=moment, due_at=moment,
        )
        for day in range(1, number + 1)
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_looks_at_once_close_each_task_once(count):
    many(200)

    closed = at_once(4, lambda _number: bindings.close_what_holds(clock.now()))

    # What one look was at, another may have left for the next one.
    assert sum(closed) == 200
    assert SopTask.objects.filter(state="done", version=2).count() == 200
    assert TaskEvent.objects.count() == 200


@pytest.mark.django_db(transaction=True)
def test_control_closing_without_lock_and_version_closes_twice(count):
    def careless(_number):
        held = [task.pk for task in SopTask.objects.open()]
        time.sleep(0.002)  # where the real one asks the facts
        return SopTask.objects.filter(pk__in=held).update(
            state="done", closed_at=clock.now(), version=F("version") + 1
        )

    def attempt():
        SopTask.objects.all().delete()
        many(20)
        return sum(at_once(2, careless)) > 20

    assert first_fault(ROUNDS, attempt)


@pytest.mark.django_db(transaction=True)
def test_person_and_house_at_once_close_a_task_once(count):
    many(1)
    task, person = SopTask.objects.get(), MemberFactory()

    def attempt(number):
        if number == 0:
            return bindings.close_what_holds(clock.now())
        return SopTask.objects.filter(pk=task.pk, version=1, state="open").update(
            state="done", closed_at=clock.now(), closed_by=person, version=2
        )

    assert sum(at_once(2, attempt)) == 1
    task.refresh_from_db()
    assert (task.version, bool(task.closed_by_id) != task.closed_by_house) == (2, True)
