"""A camp of five days with lessons, its assistant and learners; at noon of its third day unless told."""

import datetime as dt
from dataclasses import dataclass, field

import time_machine
from django.test import Client
from django.urls import reverse

from cohorts.models import Camp, CheckIn, Enrolment
from cohorts.services import check_ins, enrolment
from cohorts.services.check_ins import Given
from community.models import Announcement, Member
from community.services import form_tokens, rooms, spaces
from tests.cohorts.factories import (
    OPENS_ON,
    CampFactory,
    LessonFactory,
    SopRunFactory,
    TemplateVersionFactory,
)
from tests.factories import MemberFactory, approved

DAYS = 5


def noon(day: int) -> dt.datetime:
    """Noon in Shanghai on a day of the course; 0 is the day before the opening."""
    return dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC) + dt.timedelta(days=day - 1)


@dataclass
class Scene:
    camp: Camp
    lead: Member
    assistant: Member
    learner: Member
    place: Enrolment
    client: Client = field(default_factory=Client)

    def enter(self, member: Member | None = None) -> Client:
        self.client.cookies["django_language"] = "en"
        self.client.force_login(member or self.learner)
        return self.client

    def another(self, name: str = "阿禾", **more) -> Enrolment:
        member = MemberFactory(display_name=name, **more)
        spaces.join(space=self.camp.space, member=member)
        return enrolment.enrol(camp=self.camp, member=member, by=self.lead)

    def url(self, name: str = "camp", *args) -> str:
        return reverse(f"cohorts:{name}", args=[self.camp.space.slug, self.camp.slug, *args])

    def home(self):
        return self.client.get(self.url())

    def post(self, name: str = "check_in", *args, htmx: bool = False, **data):
        data = {form_tokens.FIELD: form_tokens.issue()} | data
        headers = {"HX-Request": "true"} if htmx else {}
        return self.client.post(self.url(name, *args), data, headers=headers)


def scene(**camp) -> Scene:
    lead, assistant, learner = (
        MemberFactory(display_name=name) for name in ("老周", "小桃", "小满")
    )
    space = spaces.open_space(owner=lead, name="Letters", slug="letters", default_locale="en")
    for member in (assistant, learner):
        spaces.join(space=space, member=member)
    room = rooms.open_room(
        space=space, kind="camp", name="Camp", timezone="Asia/Shanghai", lead=lead
    )
    version = TemplateVersionFactory(days=DAYS, closing_days=1, preparation_days=2)
    values = {"name": "Camp one", "slug": "one", "state": "running"} | camp
    made = CampFactory(
        space=space, run=SopRunFactory(room=room, version=version, opens_on=OPENS_ON), **values
    )
    rooms.enter(room=room, member=assistant, role="assistant")
    for day in range(1, DAYS + 1):
        LessonFactory(camp=made, day=day, title=f"Lesson {day}", homework=f"Hand in line {day}.")
    with time_machine.travel(noon(1), tick=False):
        place = enrolment.enrol(camp=made, member=learner, by=lead)
    return Scene(made, lead, assistant, learner, place)


def announce(
    s: Scene, text: str = "Good morning.\n\nWrite one line.", day: int = 3
) -> Announcement:
    date = s.camp.calendar.date_of(day)
    row = Announcement.objects.create(
        room=s.camp.run.room, day=date, last_day=date, at=dt.time(9), text=text,
        values={date.isoformat(): {"sender": "小桃"}},
    )  # fmt: skip
    return approved(row, by=s.lead)


def handed_in(place: Enrolment, day: int, text: str = "A line.", **more) -> CheckIn:
    """A row as it would be had she handed in at noon of that day."""
    fields = {"kind": "text", "text": text, "handed_in_at": noon(day)} | more
    return CheckIn.objects.create(enrolment=place, day=day, **fields)


def hand_in(place: Enrolment, day: int = 3, text: str = "A line.", **more) -> CheckIn:
    return check_ins.hand_in(enrolment=place, day=day, given=Given(text=text, **more))
