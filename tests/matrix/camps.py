"""A running camp for each of the two spaces of the matrix's world, around the rooms they have."""

import datetime as dt
from typing import Any

from cohorts.models import CampTemplate
from community import clock
from community.models import Announcement, ChatGroup, Member, Room
from tests.cohorts.factories import (
    CampFactory,
    CheckInFactory,
    EnrolmentFactory,
    LessonFactory,
    ScriptFactory,
    SopRunFactory,
    SopStepFactory,
    SopTaskFactory,
    TemplateVersionFactory,
)
from tests.factories import approved


def build(
    room: Room, staff_room: Room, learners: list[Member], name: str, template: CampTemplate
) -> dict[str, Any]:
    """A camp on its first day: a step that is due, a lesson, an announcement, check-ins."""
    today = clock.local_date(room.timezone)
    lesson = {"day": 1, "title": f"Lesson of {name}", "minutes": 5, "body": "Write."}
    version = TemplateVersionFactory(
        template=template, title=f"Template of {name}", content={"lessons": [lesson]}
    )
    run = SopRunFactory(room=room, version=version, name=name, opens_on=today)
    camp = CampFactory(
        space=room.space, run=run, staff_room=staff_room, name=name, slug=f"camp-{room.space.slug}"
    )
    step = SopStepFactory(version=version, title=f"Step of {name}")
    enrolments = [EnrolmentFactory(camp=camp, member=member) for member in learners]
    announcement = Announcement.objects.create(
        room=room, day=today, last_day=today, at=dt.time(0), text=f"Good morning, {name}.",
        path=f"/c/{room.space.slug}/camp/camp-{room.space.slug}/announcements/",
    )  # fmt: skip
    approved(announcement, by=camp.created_by)
    return {
        "camp": camp,
        "run": run,
        "version": version,
        "task": SopTaskFactory(run=run, step=step),
        "script": ScriptFactory(version=version, title=f"Script of {name}"),
        "lesson": LessonFactory(camp=camp, title=f"Lesson of {name}"),
        "enrolment": enrolments[0],
        "check_in": CheckInFactory(enrolment=enrolments[-1], text=f"A line from {name}."),
        "announcement": announcement,
        "chat_group": ChatGroup.objects.create(room=room, name=f"Chat group of {name}"),
    }


def both(home: dict[str, Any], away: dict[str, Any]) -> dict[str, Any]:
    """What the tables call ``the_camp``, ``the_task`` … and ``away_the_camp`` …"""
    named = {f"the_{key}": value for key, value in home.items()}
    # A day is no id: of another camp it would be a day of this one as well.
    return named | {f"away_the_{key}": value for key, value in away.items()} | {"no_such_day": 77}
