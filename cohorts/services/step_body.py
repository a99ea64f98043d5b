"""All there is to say of one step: how it is done, its words to copy, and what was tried so far."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from cohorts.models import Camp, Evidence, Script, SopTask, TaskEvent
from cohorts.services import board, evidence, script_words, step_pages, tasks
from cohorts.services.board_rows import Row
from cohorts.services.duty import Person, Team
from cohorts.services.script_words import Words
from cohorts.services.step_pages import Link
from community.models import ChatGroup, Member

OPEN = SopTask.State.OPEN


@dataclass
class Body:
    """What opens under a row. Its lists are asked for when they are read, once."""

    task: SopTask
    row: Row
    team: Team
    viewer: Member
    now: dt.datetime

    @property
    def camp(self) -> Camp | None:
        return getattr(self.task.run, "camp", None)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.task.run.timezone)

    @property
    def how_to(self) -> list[str]:
        return self.task.step.lines("how_to")

    @cached_property
    def links(self) -> list[Link]:
        return step_pages.links_of(self.task, self.camp)

    @cached_property
    def words(self) -> list[Words]:
        """The step's scripts in its own order, filled in. Two queries."""
        keys = self.task.step.scripts
        if not keys:
            return []
        found = Script.objects.filter(key__in=keys)
        words = script_words.words_of(self.task.run, self.task.day, self.viewer, found)
        by_key = {word.script.key: word for word in words}
        return [by_key[key] for key in keys if key in by_key]

    @cached_property
    def attempts(self) -> list[Evidence]:
        """What was handed in, the newest first. Two queries."""
        rows = self.task.evidence.select_related("by", "upload").prefetch_related("chat_groups")
        return list(rows.order_by("-at", "-pk"))

    @cached_property
    def events(self) -> list[TaskEvent]:
        return list(self.task.events.select_related("by").order_by("-task_version"))

    @cached_property
    def groups(self) -> list[ChatGroup]:
        """The chat groups that each have to be shown. One query where the step asks for them."""
        asks = self.task.step.per_chat_group and self.task.step.evidence != "none"
        return evidence.open_groups(self.task.run.room_id) if asks else []

    @cached_property
    def shown_groups(self) -> set[int]:
        """The keys of those that an attempt shows already."""
        return {
            group.pk
            for attempt in self.attempts
            if attempt.withdrawn_at is None
            for group in attempt.chat_groups.all()
        }

    @property
    def missing(self) -> list[ChatGroup]:
        return [group for group in self.groups if group.pk not in self.shown_groups]

    @property
    def last_typed(self) -> str:
        """What she typed before it was taken back: the form begins with it."""
        if self.task.state != OPEN or not self.attempts or not self.attempts[0].withdrawn_at:
            return ""
        last = self.attempts[0]
        return last.text or last.url or ("" if last.number is None else str(last.number))

    @property
    def last_picture(self) -> str:
        if self.task.state != OPEN or not self.attempts or not self.attempts[0].withdrawn_at:
            return ""
        upload = self.attempts[0].upload
        return upload.public_id if upload else ""

    @property
    def staff(self) -> list[Person]:
        return list(self.team.people.values())

    @property
    def days(self) -> list[int]:
        return tasks.days_ahead(self.task, self.now)

    @property
    def asks_for_reason(self) -> bool:
        """Whether it can be closed only by saying why: it waits, or its gate is shut."""
        gate = self.task.step.is_gate and not (self.row.figure and self.row.figure.holds)
        return bool(self.row.waits) or gate


def body_of(task: SopTask, *, viewer: Member, now: dt.datetime) -> Body:
    """The body of a task fetched by ``task_change.fetch``. At most fourteen queries, read through."""
    row, team = board.row_of(task, viewer=viewer, now=now)
    return Body(task, row, team, viewer, now)
