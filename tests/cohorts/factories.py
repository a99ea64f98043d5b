"""Rows of cohorts for tests: a template of three days, a run of it, a camp around that."""

import datetime as dt

import factory

from cohorts import models
from community import clock
from tests.factories import MemberFactory, RoomFactory, SpaceFactory

OPENS_ON = dt.date(2026, 3, 2)  # a Monday


class CampTemplateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.CampTemplate

    key = factory.Sequence(lambda n: f"template-{n}")
    language = "en"


class TemplateVersionFactory(factory.django.DjangoModelFactory):
    """Two days of preparation, three of course, one of closing; no steps."""

    class Meta:
        model = models.TemplateVersion

    template = factory.SubFactory(CampTemplateFactory)
    number = 1
    title = "Three days"
    days = 3
    preparation_days = 2
    closing_days = 1
    sha256 = factory.Sequence(lambda n: f"{n:064x}")


class SopStepFactory(factory.django.DjangoModelFactory):
    """Once, on the first day at nine, by an assistant, with one tap."""

    class Meta:
        model = models.SopStep

    version = factory.SubFactory(TemplateVersionFactory)
    key = factory.Sequence(lambda n: f"step-{n}")
    position = factory.Sequence(lambda n: n)
    title = factory.Sequence(lambda n: f"Step {n}")
    phase = "course"
    role = "assistant"
    anchor = "D1"
    time = dt.time(9)


class ScriptFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Script

    version = factory.SubFactory(TemplateVersionFactory)
    key = factory.Sequence(lambda n: f"script-{n}")
    position = factory.Sequence(lambda n: n)
    moment = "join"
    title = factory.Sequence(lambda n: f"Script {n}")
    text = "Welcome to {{ camp.name }}."


class SopRunFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.SopRun

    room = factory.SubFactory(RoomFactory)
    version = factory.SubFactory(TemplateVersionFactory)
    name = factory.Sequence(lambda n: f"Run {n}")
    opens_on = OPENS_ON
    timezone = "Asia/Shanghai"
    days = factory.SelfAttribute("version.days")
    preparation_days = factory.SelfAttribute("version.preparation_days")
    closing_days = factory.SelfAttribute("version.closing_days")


class CampFactory(factory.django.DjangoModelFactory):
    """Running; its room and its staff room are in ``space``."""

    class Meta:
        model = models.Camp

    space = factory.SubFactory(SpaceFactory)
    run = factory.SubFactory(SopRunFactory, room__space=factory.SelfAttribute("...space"))
    staff_room = factory.SubFactory(
        RoomFactory,
        kind="staff",
        space=factory.SelfAttribute("..space"),
        part_of=factory.SelfAttribute("..run.room"),
    )
    name = factory.Sequence(lambda n: f"Camp {n}")
    slug = factory.Sequence(lambda n: f"camp-{n}")
    state = "running"
    created_by = factory.SubFactory(MemberFactory)


class EnrolmentFactory(factory.django.DjangoModelFactory):
    """The row alone; who needs the place in the room too calls the service."""

    class Meta:
        model = models.Enrolment

    camp = factory.SubFactory(CampFactory)
    member = factory.SubFactory(MemberFactory)


class SopTaskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.SopTask

    run = factory.SubFactory(SopRunFactory)
    step = factory.SubFactory(SopStepFactory, version=factory.SelfAttribute("..run.version"))
    day = 1
    role = factory.SelfAttribute("step.role")
    fact = factory.SelfAttribute("step.fact")
    opens_at = factory.LazyAttribute(lambda task: task.run.calendar.moment(task.day, dt.time(0)))
    due_at = factory.LazyAttribute(lambda task: task.run.calendar.moment(task.day, task.step.time))


class LessonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.Lesson

    camp = factory.SubFactory(CampFactory)
    day = 1
    title = factory.Sequence(lambda n: f"Lesson {n}")
    body = "Write one sentence."
    homework = "Hand in one sentence."


class CheckInFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.CheckIn

    enrolment = factory.SubFactory(EnrolmentFactory)
    day = 1
    kind = "text"
    text = "I wrote one sentence."


class CampInvitationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.CampInvitation

    camp = factory.SubFactory(CampFactory)
    created_by = factory.SubFactory(MemberFactory)
    expires_at = factory.LazyFunction(lambda: clock.now() + dt.timedelta(days=7))
