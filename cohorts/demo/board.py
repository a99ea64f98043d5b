"""What the staff of a camp in the demo did with its steps until now: most of them done on time, by
whom they belong to; a few late, one skipped, one handed over."""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cohorts.demo import announcing
from cohorts.demo.timeline import Timeline
from cohorts.models import Camp, Evidence, EvidenceKind, SopTask, TaskEvent, TaskSeen
from cohorts.services import bindings
from cohorts.services.board_rows import GRACE
from community.models import Announcement, ChatGroup, Member, Posting, Upload

State, Kind = SopTask.State, TaskEvent.Kind
Key = tuple[str, int]  # of a step, and its day
POSTED_WITHIN = 3  # minutes that it takes to post an announcement in all chat groups
CLOSED = ["state", "version", "closed_at", "closed_by", "closed_by_house", "reason", "assignee"]


@dataclass(frozen=True)
class Story:
    """What is told of one camp. ``evidence`` is by step, or by step and day where the days
    differ."""

    staff: Mapping[str, Member]  # by role
    picture: Upload
    evidence: Mapping[str | Key, str | int]
    otherwise: str  # what stands where nothing is said
    posted: str  # where the announcement was seen: an address with {day} and {group}
    sums: Mapping[int, int] = field(default_factory=dict)  # check-ins of a day
    skipped: Mapping[Key, str] = field(default_factory=dict)
    ahead: Sequence[Key] = ()
    late: Sequence[Key] = ()
    late_first: str = ""  # of today's overdue steps this one waits, else the last
    late_otherwise: Key | None = None
    handed_over: tuple[str, int, str] | None = None
    told: announcing.Plan = field(default_factory=announcing.Plan)


def tell(camp: Camp, line: Timeline, story: Story) -> None:
    """Close what is closed by now, with its events and what shows it. About twenty queries."""
    announcing.tell(camp, line, story.told, by=story.staff["assistant"])
    _post(camp, line, story)
    tasks = list(camp.run.tasks.select_related("step").order_by("due_at", "step__position", "pk"))
    for task in tasks:
        task.run = camp.run
    past = [task for task in tasks if task.due_at <= line.now - GRACE]
    waiting = _left_open(past, line, story)
    closed: dict[SopTask, tuple[Member | None, dt.datetime]] = {}
    figures = bindings.figures_of([task for task in past if task.fact])
    for task in tasks:
        key = (task.step.key, task.day)
        if key in story.skipped or key in story.ahead:
            closed[task] = (_doer(task, story), _the_evening_before(task, line))
        elif task in past and key not in waiting and not task.step.is_gate:
            by_house = (figure := figures.get(task.pk)) is not None and figure.holds
            closed[task] = (None if by_house else _doer(task, story), _when(task, line))
    handed = _hand_over(tasks, line, story)
    _write(closed, handed, line, story)
    _see([*closed, *past, *_of_now(tasks, line)], closed, line, story)


def _left_open(past: Sequence[SopTask], line: Timeline, story: Story) -> set[Key]:
    """What is late: as the story says, and one of today's as soon as the day has one."""
    late = set(story.late)
    today = [
        (task.step.key, task.day)
        for task in past
        if task.day == line.today and not _closes_itself(task)
    ]
    open_today = [key for key in today if key not in story.skipped and key not in story.ahead]
    first = [key for key in open_today if key[0] == story.late_first]
    if open_today:
        late.add((first or open_today)[-1])
    elif story.late_otherwise:
        late.add(story.late_otherwise)
    return late


def _closes_itself(task: SopTask) -> bool:
    return task.fact == "announcement_delivered"


def _doer(task: SopTask, story: Story) -> Member:
    return story.staff[task.role]


def _when(task: SopTask, line: Timeline) -> dt.datetime:
    """Around the time that it was due, the same at every seeding; what the house closes is out by
    then."""
    chance = random.Random(f"{task.step.key} {task.day}")
    earliest = POSTED_WITHIN if _closes_itself(task) else -22
    at = task.due_at + dt.timedelta(minutes=chance.randint(earliest, 9))
    return line.just_before(max(at, task.opens_at))


def _the_evening_before(task: SopTask, line: Timeline) -> dt.datetime:
    return line.just_before(task.opens_at - dt.timedelta(minutes=78))


def _hand_over(tasks: Sequence[SopTask], line: Timeline, story: Story) -> dict[SopTask, TaskEvent]:
    """The one step that somebody gave to a colleague the evening before."""
    if story.handed_over is None:
        return {}
    key, day, note = story.handed_over
    return {
        task: TaskEvent(
            task=task, kind=Kind.HANDED_OVER, by=_doer(task, story), note=note,
            at=_the_evening_before(task, line), task_version=2, before=bindings.before(task),
        )
        for task in tasks
        if (task.step.key, task.day) == (key, day)
    }  # fmt: skip


def _write(
    closed: Mapping[SopTask, tuple[Member | None, dt.datetime]],
    handed: Mapping[SopTask, TaskEvent],
    line: Timeline,
    story: Story,
) -> None:
    events = list(handed.values())
    for task in handed:
        task.version, task.assignee = 2, story.staff["atmosphere"]
    shown = {
        task.pk: row
        for task, (by, at) in closed.items()
        if by is not None and (row := _evidence(task, task.assignee or by, at, story)) is not None
    }
    Evidence.objects.bulk_create(shown.values())
    for task, (by, at) in closed.items():
        reason = story.skipped.get((task.step.key, task.day), "")
        row = shown.get(task.pk)
        doer = None if by is None else task.assignee or by
        events.append(
            TaskEvent(
                task=task, kind=Kind.SKIPPED if reason else Kind.DONE, by=doer, at=at, note=reason,
                task_version=task.version + 1,
                before=bindings.before(task) | ({"evidence": row.pk} if row else {}),
            )
        )  # fmt: skip
        task.state, task.reason = (State.SKIPPED if reason else State.DONE), reason
        task.closed_at, task.closed_by, task.closed_by_house = at, doer, doer is None
        task.version += 1
    SopTask.objects.bulk_update({*closed, *handed}, CLOSED, batch_size=200)
    TaskEvent.objects.bulk_create(events)


def _evidence(task: SopTask, by: Member, at: dt.datetime, story: Story) -> Evidence | None:
    """What shows that it is done, of the kind that the step asks for."""
    key, kind = task.step.key, task.step.evidence
    if kind == EvidenceKind.NONE or (key, task.day) in story.skipped:
        return None
    said = story.evidence.get((key, task.day), story.evidence.get(key, story.otherwise))
    row = Evidence(task=task, kind=kind, by=by, at=at)
    if kind == EvidenceKind.PHOTO:
        row.upload = story.picture
    elif kind == EvidenceKind.NUMBER:
        row.number = story.sums.get(task.day - 1, 0) if said == "{given}" else _number(said)
    elif kind == EvidenceKind.LINK:
        row.url = str(said)
    else:
        row.text = str(said)
    return row


def _number(said: str | int) -> int:
    return said if isinstance(said, int) else 1


def _of_now(tasks: Sequence[SopTask], line: Timeline) -> list[SopTask]:
    """Open steps of today that somebody has looked at in the morning: the first three to come."""
    return [task for task in tasks if task.due_at > line.now and task.day == line.today][:3]


def _see(
    looked_at: Sequence[SopTask],
    closed: Mapping[SopTask, tuple[Member | None, dt.datetime]],
    line: Timeline,
    story: Story,
) -> None:
    """Who did it had opened it, and so had who comes next in the staff."""
    people = list(story.staff.values())
    seen = {}
    for number, task in enumerate(dict.fromkeys(looked_at)):
        by, at = closed.get(task, (story.staff["assistant"], line.now))
        for member in (by or story.staff["assistant"], people[number % len(people)]):
            when = line.just_before(max(task.opens_at, at - dt.timedelta(minutes=20)))
            seen[task.pk, member.pk] = TaskSeen(task=task, member=member, at=when)
    TaskSeen.objects.bulk_create(seen.values())


def _post(camp: Camp, line: Timeline, story: Story) -> None:
    """The announcements that are out by now, in every chat group, a minute apart."""
    groups = list(ChatGroup.objects.filter(room=camp.run.room_id, closed_at=None))
    assistant = story.staff["assistant"]
    rows = []
    for text in Announcement.objects.filter(room=camp.run.room_id):
        day = line.calendar.day_on(text.day)
        for number, group in enumerate(groups):
            at = line.at(day, f"{text.at:%H:%M}") + dt.timedelta(minutes=number + 1)
            if at > line.now:
                continue
            rows.append(
                Posting(
                    announcement=text, chat_group=group, by=assistant, at=at,
                    url=story.posted.format(day=day, group=number + 1),
                    upload=story.picture if number == 0 else None,
                )
            )  # fmt: skip
    Posting.objects.bulk_create(rows)
