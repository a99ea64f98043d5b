"""Two assistants who tick the same steps at once; the control updates without the version."""

import time
from functools import partial

import pytest

from cohorts.models import SopTask, TaskEvent
from cohorts.services import task_change, tasks
from community.errors import DomainError
from tests.cohorts.board.helpers import scene
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = 200


def many(s, number):
    """``number`` tasks of one step, as the board would show them on as many days."""
    first = s.task()
    SopTask.objects.bulk_create(
        SopTask(
            run=s.run, step=first.step, day=2 + n, role=first.role, opens_at=first.opens_at,
            due_at=first.due_at,
        )
        for n in range(number - 1)
    )  # fmt: skip


def tick_all(member):
    """Tick everything as it was seen before the race; says what the refusals said."""
    refused = []
    for task in task_change.fetch().order_by("pk"):
        task.version, task.state = 1, "open"  # what she sees on her screen
        try:
            tasks.complete(task=task, by=member, version=1)
        except DomainError as refusal:
            refused.append(str(refusal))
    told = {text.split(" did this at ")[0] for text in refused}
    raise DomainError(f"{len(refused)} refused by {'+'.join(sorted(told))}")


def test_two_who_tick_the_same_200_steps_do_each_once_and_the_loser_is_told_by_whom():
    s = scene()
    many(s, STEPS)

    said = race(partial(tick_all, s.assistant), partial(tick_all, s.second))

    assert SopTask.objects.filter(state="done", version=2).count() == STEPS
    assert TaskEvent.objects.count() == STEPS
    by = {
        member.display_name: TaskEvent.objects.filter(by=member).count()
        for member in (s.assistant, s.second)
    }
    assert sum(by.values()) == STEPS
    assert said == [
        f"{by['阿峰']} refused by {'阿峰' * bool(by['阿峰'])}",
        f"{by['小桃']} refused by {'小桃' * bool(by['小桃'])}",
    ]


def test_control_without_the_version_both_believe_they_did_it(monkeypatch):
    s = scene()
    many(s, 1)

    def blind(task, version, fields):
        time.sleep(0.2)
        return bool(SopTask.objects.filter(pk=task.pk).update(version=version + 1, **fields))

    monkeypatch.setattr(task_change, "swap", blind)
    # The event is refused by its own key too; the control takes that away as well.
    create = TaskEvent.objects.create
    monkeypatch.setattr(
        TaskEvent.objects, "create",
        lambda **given: create(**given | {"task_version": given["task_version"] + given["by"].pk}),
    )  # fmt: skip

    said = race(partial(tick_all, s.assistant), partial(tick_all, s.second))

    assert [text.split()[0] for text in said] == ["0", "0"]
    assert TaskEvent.objects.count() == 2
