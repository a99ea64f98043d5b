"""A camp on its first day at 09:10 by its own clock, with an assistant, a lead and a learner."""

import datetime as dt
from dataclasses import dataclass, field

from django.test import Client
from django.urls import reverse

from cohorts.models import Camp, SopRun, SopTask
from community.models import Member
from community.services import form_tokens, rooms, spaces
from tests.cohorts.factories import (
    OPENS_ON,
    CampFactory,
    SopRunFactory,
    SopStepFactory,
    SopTaskFactory,
)
from tests.factories import MemberFactory

# 09:10 in Shanghai on the day of the opening.
NOW = dt.datetime(2026, 3, 2, 1, 10, tzinfo=dt.UTC)


@dataclass
class Scene:
    """What the tests of the board share; ``do`` posts as the assistant."""

    camp: Camp
    lead: Member
    assistant: Member
    second: Member
    learner: Member
    client: Client = field(default_factory=Client)

    @property
    def run(self) -> SopRun:
        return self.camp.run

    def task(
        self, *, time: str = "09:00", day: int = 1, camp: Camp | None = None, **step
    ) -> SopTask:
        run = (camp or self.camp).run
        hour, minute = map(int, time.split(":"))
        made = SopStepFactory(version=run.version, time=dt.time(hour, minute), **step)
        return SopTaskFactory(run=run, step=made, day=day)

    def enter(self, member: Member) -> None:
        self.client.force_login(member)

    def board(self, **query):
        return self.client.get(reverse("cohorts:run_board", args=[self.camp.slug]), query)

    def do(self, task: SopTask, htmx: bool = False, **data):
        data = {"do": "complete", "version": task.version, "form_token": form_tokens.issue()} | data
        headers = {"HX-Request": "true"} if htmx else {}
        return self.client.post(
            reverse("cohorts:task_do", args=[task.public_id]), data, headers=headers
        )


def scene(**camp) -> Scene:
    lead, assistant, second, learner = (
        MemberFactory(display_name=name) for name in ("老周", "小桃", "阿峰", "小满")
    )
    space = spaces.open_space(owner=lead, name="Letters", slug="letters")
    for member in (assistant, second, learner):
        spaces.join(space=space, member=member)
    room = rooms.open_room(
        space=space, kind="camp", name="Camp", timezone="Asia/Shanghai", lead=lead
    )
    made = CampFactory(
        space=space,
        run=SopRunFactory(room=room, opens_on=OPENS_ON),
        name="Camp",
        slug="camp",
        **camp,
    )
    rooms.enter(room=room, member=assistant, role="assistant")
    rooms.enter(room=room, member=second, role="assistant")
    rooms.enter(room=room, member=learner)
    for member in (lead, assistant, second):
        rooms.enter(room=made.staff_room, member=member, role="assistant")
    found = Scene(made, lead, assistant, second, learner)
    found.enter(assistant)
    return found
