"""A space with people, a template of three days with steps of every kind, and a camp from them."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse

from cohorts.models import TemplateVersion
from cohorts.services import camps
from community import clock
from community.models import Member, Space
from community.services import form_tokens, spaces
from tests.cohorts.factories import CampTemplateFactory, SopStepFactory, TemplateVersionFactory
from tests.factories import MemberFactory

CONTENT = {
    "check_in_until": "22:30",
    "make_up_days": 1,
    "cost": "Nothing.",
    "expectations": "It makes nobody rich.",
    "first_result_day": 2,
    "first_result": "A page about yourself.",
    "lessons": [
        {"day": day, "title": f"Lesson {day}", "minutes": 10, "body": f"Write **{day}** lines.",
         "example": "A line.", "exercise": "Yours.", "model_answer": "Mine.",
         "homework": f"Hand in line {day}."}
        for day in (1, 2, 3)
    ],
    "announcements": [
        {"day": "preparation", "at": "09:00", "text": "We open on {{ camp.opening_date }}."},
        *(
            {"day": str(day), "at": "08:30", "preview": "Day {{ day }}", "lesson": "{{ lesson.title }}",
             "check_in": "{{ homework }}", "encouragement": "Go on."}
            for day in (1, 2, 3)
        ),
        {"day": "closing", "at": "09:00", "text": "Thank you."},
    ],
}  # fmt: skip


@dataclass
class Team:
    space: Space
    lead: Member
    assistant: Member
    member: Member


def people_of(slug: str) -> Team:
    lead, assistant, member = MemberFactory(), MemberFactory(), MemberFactory()
    space = spaces.open_space(owner=lead, name=slug.title(), slug=slug, default_locale="en")
    spaces.join(space=space, member=assistant, role="assistant")
    spaces.join(space=space, member=member)
    return Team(space, lead, assistant, member)


def version_of(space: Space, *, key: str = "three-days", steps: bool = True, **fields):
    """Two days of preparation, three of course, one of closing; seven tasks."""
    template = CampTemplateFactory(space=space, key=key)
    values = {"content": CONTENT, "summary": "To write a little."} | fields
    version = TemplateVersionFactory(template=template, **values)
    if steps:
        SopStepFactory(version=version, key="room", anchor="prep", role="lead", title="Room")
        SopStepFactory(
            version=version, key="daily", anchor="D1", every=1, until="D3", needs=["room"],
            time=dt.time(8, 30), watch={"fact": "check_ins", "percent": 50}, title="Every day",
        )  # fmt: skip
        SopStepFactory(version=version, key="second", anchor="D1", every=2, until="D3", title="2nd")
        SopStepFactory(version=version, key="thanks", anchor="closing+2", phase="closing")
    return version


def first_version_of(space: Space):
    made = TemplateVersion.objects.filter(template__space=space).first()
    return made or version_of(space)


def today() -> dt.date:
    return clock.local_date("Asia/Shanghai")


def opened(team: Team, *, in_days: int = 7, version=None, **fields):
    """A camp that opens ``in_days`` from today: 0 is its D1, -2 its D3."""
    values = {
        "name": "The first camp",
        "staff": {team.lead: "lead", team.assistant: "assistant"},
        "opens_on": today() + dt.timedelta(days=in_days),
    } | fields
    version = version or first_version_of(team.space)
    return camps.open_camp(space=team.space, version=version, by=team.lead, **values)


# Pages -----------------------------------------------------------------------


def shown(response) -> str:
    return response.content.decode()


def sent(client, url, **fields):
    """Post a form that is accepted once."""
    return client.post(url, {"form_token": form_tokens.issue()} | fields)


def at(name, camp, *more):
    """A page of the camp's desk."""
    return reverse(f"cohorts:{name}", args=[camp.slug, *more])
