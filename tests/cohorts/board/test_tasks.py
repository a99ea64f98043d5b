"""Closing a step, and what is refused: in words, with nothing lost."""

import datetime as dt

import pytest
from django.db.models import F

from cohorts.models import Absence, Evidence, SopTask, TaskEvent
from cohorts.services import tasks
from cohorts.services.evidence import Given
from cohorts.services.task_change import Stale
from community.errors import DomainError
from community.models import ChatGroup, RoomMembership
from tests.cohorts.board.helpers import NOW, scene

pytestmark = pytest.mark.django_db


def complete(s, task, **more):
    more = {"by": s.assistant, "version": task.version, "now": NOW} | more
    return tasks.complete(task=task, **more)


def test_a_step_is_closed_with_its_event():
    s = scene()
    task = s.task()

    complete(s, task)

    task.refresh_from_db()
    assert (task.state, task.closed_by, task.version) == ("done", s.assistant, 2)
    event = TaskEvent.objects.get()
    assert (event.kind, event.task_version, event.by) == ("done", 2, s.assistant)


def test_who_was_faster_is_named_and_nothing_is_written_twice():
    s = scene()
    task = s.task()
    seen = SopTask.objects.select_related("run__room", "step").get(pk=task.pk)
    complete(s, task)

    with pytest.raises(Stale, match="小桃 did this at 09:10"):
        complete(s, seen, by=s.second)

    assert TaskEvent.objects.count() == 1
    assert SopTask.objects.get().closed_by == s.assistant


def test_the_same_tick_sent_again_is_fine():
    s = scene()
    task = s.task()
    complete(s, task)

    complete(s, task, version=1)

    assert TaskEvent.objects.count() == 1


@pytest.mark.parametrize(
    "kind, typed, kept",
    [
        ("text", " Talked with three. ", {"text": "Talked with three."}),
        ("link", "https://example.org/a?b=1", {"url": "https://example.org/a?b=1"}),
        ("link", "HTTP://EXAMPLE.ORG/", {"url": "HTTP://EXAMPLE.ORG/"}),
        ("number", " 1,024 ", {"number": 1024}),
        ("number", "0", {"number": 0}),
        ("number", "１２", {"number": 12}),
    ],
)
def test_evidence_of_the_right_kind_closes_the_step(kind, typed, kept):
    s = scene()
    task = s.task(evidence=kind)

    complete(s, task, given=Given(typed))

    assert Evidence.objects.filter(task=task, kind=kind, **kept).count() == 1


@pytest.mark.parametrize(
    "kind, typed, words",
    [
        ("text", "  ", "Write a few words"),
        ("text", "字" * 4001, "1 characters too long"),
        ("link", "", "Paste the link"),
        ("link", "javascript:alert(1)", "This is no link"),
        ("link", "example.org", "This is no link"),
        ("link", "http://", "This is no link"),
        ("link", "http://[half", "This is no link"),
        ("link", "https://a b", "This is no link"),
        ("link", 'https://a.org/"><b>', "This is no link"),
        ("link", "https://a.org/" + "x" * 500, "This is no link"),
        ("number", "", "Write the number"),
        ("number", "twelve", "Write a whole number"),
        ("number", "1.5", "Write a whole number"),
        ("number", "-1", "cannot be"),
        ("number", "1000001", "cannot be"),
        ("number", "9" * 5000, "Write a whole number"),
        ("photo", "https://example.org", "Add a screenshot"),
    ],
)
def test_evidence_of_the_wrong_kind_is_refused_and_the_step_stays_open(kind, typed, words):
    s = scene()
    task = s.task(evidence=kind)

    with pytest.raises(DomainError, match=words):
        complete(s, task, given=Given(typed))

    assert not Evidence.objects.exists()
    assert SopTask.objects.get().state == "open"


def test_one_screenshot_may_serve_several_groups_and_the_step_waits_for_all():
    s = scene()
    one, two, three = (
        ChatGroup.objects.create(room=s.run.room, name=name) for name in ("大群", "二群", "三群")
    )
    ChatGroup.objects.create(room=s.run.room, name="旧群", closed_at=NOW)
    task = s.task(evidence="link", per_chat_group=True)

    first = complete(s, task, given=Given("https://example.org/1"), groups=[one, two])
    assert [group.name for group in first.missing] == ["三群"]
    assert SopTask.objects.get().state == "open"
    complete(s, task, by=s.second, given=Given("https://example.org/2"), groups=[three])

    assert SopTask.objects.get().state == "done"
    assert Evidence.objects.count() == 2


def test_evidence_for_no_chat_group_at_all_is_asked_again():
    s = scene()
    ChatGroup.objects.create(room=s.run.room, name="大群")
    task = s.task(evidence="link", per_chat_group=True)

    with pytest.raises(DomainError, match="Tick the chat groups"):
        complete(s, task, given=Given("https://example.org/1"))


def test_a_step_waits_for_the_step_of_the_same_day_unless_a_reason_is_given():
    s = scene()
    first = s.task(key="announce", every=1, until="D3", title="Announce")
    other_day = s.task(key="other", day=2)
    other_day.step = first.step
    other_day.save()
    task = s.task(needs=["announce"])

    with pytest.raises(tasks.ReasonWanted, match="First comes: Announce"):
        complete(s, task)
    complete(s, task, reason="The group asked for it.")

    task.refresh_from_db()
    assert (task.state, task.reason) == ("done", "The group asked for it.")


def test_a_step_that_comes_once_is_waited_for_whatever_its_day():
    s = scene()
    s.task(key="rules", day=-1, title="Rules")
    task = s.task(needs=["rules"], day=2)

    with pytest.raises(tasks.ReasonWanted, match="Rules"):
        complete(s, task)


def test_a_gate_is_shut_until_its_fact_holds_or_a_reason_is_given():
    s = scene()
    task = s.task(watch={"fact": "introductions_answered", "percent": 100, "gate": True})

    with pytest.raises(tasks.ReasonWanted, match="introductions answered"):
        complete(s, task)
    assert SopTask.objects.get().state == "open"
    complete(s, task, reason="Two are on a train.")

    assert TaskEvent.objects.get().note == "Two are on a train."


def test_skipping_needs_a_reason():
    s = scene()
    task = s.task()

    with pytest.raises(DomainError, match="why this is skipped"):
        tasks.skip(task=task, by=s.assistant, version=1, reason="  ", now=NOW)
    tasks.skip(task=task, by=s.assistant, version=1, reason="Rain.", now=NOW)

    assert SopTask.objects.get().state == "skipped"


def test_taking_back_restores_the_state_and_withdraws_the_evidence():
    s = scene()
    task = s.task(evidence="link")
    complete(s, task, given=Given("https://example.org/1"))

    tasks.take_back(task=task, by=s.second, version=2, now=NOW + dt.timedelta(hours=24))

    task = SopTask.objects.get()
    assert (task.state, task.closed_at, task.closed_by, task.version) == ("open", None, None, 3)
    assert Evidence.objects.get().withdrawn_at is not None


def test_after_a_day_nothing_is_taken_back():
    s = scene()
    task = s.task()
    complete(s, task)

    with pytest.raises(DomainError, match="24 hours"):
        tasks.take_back(
            task=task, by=s.assistant, version=2, now=NOW + dt.timedelta(hours=24, seconds=1)
        )


def test_what_was_taken_back_is_not_taken_back_again():
    s = scene()
    task = s.task()
    complete(s, task)
    tasks.take_back(task=task, by=s.assistant, version=2, now=NOW)

    with pytest.raises(DomainError, match="nothing to take back"):
        tasks.take_back(task=task, by=s.second, version=3, now=NOW)


def test_a_step_is_handed_to_somebody_of_the_staff_only():
    s = scene()
    task = s.task()

    with pytest.raises(DomainError, match="小满 is not among the staff"):
        tasks.hand_over(task=task, by=s.assistant, version=1, to=s.learner, now=NOW)
    tasks.hand_over(task=task, by=s.assistant, version=1, to=s.second, now=NOW)
    tasks.take_back(task=task, by=s.assistant, version=2, now=NOW)

    assert SopTask.objects.get().assignee is None


def test_a_step_is_put_off_and_that_is_taken_back():
    s = scene()
    task = s.task()
    before = task.due_at

    tasks.postpone(task=task, by=s.assistant, version=1, day=3, time=dt.time(8), now=NOW)
    task.refresh_from_db()
    assert (task.day, task.due_at) == (3, dt.datetime(2026, 3, 4, 0, 0, tzinfo=dt.UTC))
    tasks.take_back(task=task, by=s.assistant, version=2, now=NOW)

    task.refresh_from_db()
    assert (task.day, task.due_at) == (1, before)


@pytest.mark.parametrize(
    "day, time, words",
    [(1, "09:09", "over already"), (5, "09:00", "end of the camp"), (-1, "23:00", "from today")],
)
def test_a_step_is_not_put_off_to_a_time_that_cannot_be(day, time, words):
    s = scene()
    task = s.task()

    with pytest.raises(DomainError, match=words):
        tasks.postpone(
            task=task, by=s.assistant, version=1, day=day, time=dt.time.fromisoformat(time), now=NOW
        )


def test_a_step_is_not_put_off_into_the_hour_that_the_clock_skips():
    s = scene()
    s.run.timezone, s.run.opens_on = "Europe/Berlin", dt.date(2026, 3, 28)
    s.run.save()
    task = s.task()
    now = dt.datetime(2026, 3, 28, 7, 0, tzinfo=dt.UTC)

    with pytest.raises(DomainError, match="skip 02:30"):
        tasks.postpone(task=task, by=s.assistant, version=1, day=2, time=dt.time(2, 30), now=now)


def test_a_daily_step_is_not_put_off_to_a_day_that_has_it():
    s = scene()
    task = s.task()
    other = s.task(day=2)
    SopTask.objects.filter(pk=other.pk).update(step=task.step)

    with pytest.raises(DomainError, match="D2 has this step already"):
        tasks.postpone(task=task, by=s.assistant, version=1, day=2, time=dt.time(9), now=NOW)


def test_the_assignee_who_is_away_is_stood_in_for():
    s = scene()
    task = s.task()
    SopTask.objects.filter(pk=task.pk).update(assignee=s.assistant)
    Absence.objects.create(
        run=s.run, member=s.assistant, stand_in=s.lead,
        first_day=s.run.opens_on, last_day=s.run.opens_on,
    )  # fmt: skip

    page = s.board(day=1).content.decode()

    assert "for 小桃, who is away" in page
    assert "老周" in page


def test_a_stand_in_who_has_left_is_named_and_the_step_falls_back_to_the_role():
    s = scene()
    task = s.task()
    SopTask.objects.filter(pk=task.pk).update(assignee=s.second)
    Absence.objects.create(
        run=s.run, member=s.second, stand_in=s.lead,
        first_day=s.run.opens_on, last_day=s.run.opens_on,
    )  # fmt: skip
    RoomMembership.objects.filter(room=s.run.room, member=s.lead).update(until=F("since"))

    page = s.board(day=1).content.decode()

    assert "老周 was to stand in for 阿峰 and has left." in page
    assert '<span class="who-name">小桃</span>' in page
