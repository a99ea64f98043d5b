"""A camp from its template: what is made, on which dates, and what is refused."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.models import Camp, SopRun
from community.errors import DomainError
from community.models import Announcement, AuditEvent, Room, RoomMembership
from tests.cohorts.camps.helpers import CONTENT, opened, people_of, today, version_of
from tests.cohorts.factories import SopStepFactory
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


def days_of(camp, key):
    return list(camp.run.tasks.filter(step__key=key).values_list("day", flat=True).order_by("day"))


def roles_in(room):
    return {row.member: row.role for row in RoomMembership.objects.active().filter(room=room)}


def test_a_camp_has_a_room_and_a_staff_room_with_the_staff_in_both(team):
    camp = opened(team)

    staff = {team.lead: "lead", team.assistant: "assistant"}
    assert roles_in(camp.room) == roles_in(camp.staff_room) == staff
    assert camp.room.kind == Room.Kind.CAMP
    assert (camp.staff_room.kind, camp.staff_room.part_of) == (Room.Kind.STAFF, camp.room)
    assert camp.staff_room.name == "Staff of The first camp"
    assert AuditEvent.objects.get(action="camp.opened").data["tasks"] == 7


def test_each_step_becomes_a_task_on_each_of_its_days(team):
    camp = opened(team)

    assert days_of(camp, "room") == [-2]
    assert days_of(camp, "daily") == [1, 2, 3]
    assert days_of(camp, "second") == [1, 3]
    assert days_of(camp, "thanks") == [6]
    task = camp.run.tasks.get(step__key="daily", day=2)
    assert (task.role, task.fact) == ("assistant", "check_ins")
    date = camp.run.opens_on + dt.timedelta(days=1)
    midnight = dt.datetime.combine(date, dt.time(0), dt.UTC) - dt.timedelta(hours=8)
    assert task.opens_at == midnight
    assert task.due_at == midnight + dt.timedelta(hours=8, minutes=30)


def test_lessons_are_copied_and_their_markdown_is_rendered(team):
    camp = opened(team)

    lesson = camp.lessons.get(day=2)
    assert lesson.title == "Lesson 2"
    assert lesson.body_html.strip() == "<p>Write <strong>2</strong> lines.</p>"
    assert lesson.model_answer_html.strip() == "<p>Mine.</p>"
    assert camp.lessons.count() == 3
    assert f"{camp.check_in_until:%H:%M}" == "22:30"
    assert (camp.make_up_days, camp.purpose) == (1, "To write a little.")


def test_the_preparation_has_one_announcement_for_all_its_days(team):
    camp = opened(team)

    rows = list(Announcement.objects.filter(room=camp.room))
    kinds = [
        (row.kind, (row.day - camp.run.opens_on).days, (row.last_day - row.day).days)
        for row in rows
    ]
    assert kinds == [
        ("preparation", -2, 1),
        ("daily", 0, 0),
        ("daily", 1, 0),
        ("daily", 2, 0),
        ("closing", 3, 0),
    ]


def test_announcements_carry_what_their_texts_may_name(team):
    camp = opened(team)

    second = Announcement.objects.get(room=camp.room, day=camp.calendar.date_of(2))
    values = second.values[second.day.isoformat()]
    assert values["lesson.title"] == "Lesson 2"
    assert values["next_lesson.title"] == "Lesson 3"
    assert values["homework"] == "Hand in line 2."
    assert (values["day"], values["check_in.until"]) == ("2", "22:30")
    assert values["camp.name"] == "The first camp"
    assert values["sender"] == str(team.lead)
    assert values["lesson.link"] == f"/c/letters/camp/{camp.slug}/lesson/2/"
    assert values["check_in.link"] == f"/c/letters/camp/{camp.slug}/check-in/"


def test_chat_groups_are_made_with_the_camp(team):
    camp = opened(team, chat_groups=["Group one", "Group two"])

    assert [group.name for group in camp.room.chat_groups.all()] == ["Group one", "Group two"]


@pytest.mark.parametrize(
    ("in_days", "state"),
    [(30, "enrolling"), (2, "preparing"), (0, "running"), (-2, "running"), (-3, "closing")],
)
def test_a_new_camp_is_in_the_state_that_its_dates_say(team, in_days, state):
    assert opened(team, in_days=in_days).state == state


def test_a_camp_whose_enrolment_opens_later_is_planned(team):
    later = today() + dt.timedelta(days=3)

    assert opened(team, in_days=30, enrols_from=later).state == "planned"


def test_a_camp_that_would_be_over_is_refused_with_its_last_day(team):
    with pytest.raises(DomainError, match="was over on .*Choose a later day") as refusal:
        opened(team, in_days=-4)

    assert refusal.value.field == "opens_on"
    assert not Camp.objects.exists()
    assert not SopRun.objects.exists()


def test_an_opening_in_ten_years_is_a_slip(team):
    with pytest.raises(DomainError, match="more than two years ahead"):
        opened(team, in_days=3650)


def test_an_anchor_that_does_not_exist_names_the_step(team):
    version = version_of(team.space)
    SopStepFactory(version=version, anchor="D20", title="Too late")

    with pytest.raises(DomainError, match="Step “Too late”: D20 does not exist: .* 3 days"):
        opened(team, version=version)

    assert not Room.objects.filter(kind="camp").exists()


def test_a_time_that_the_clock_skips_names_the_step_and_the_date(team):
    spring = dt.date(today().year + 1, 3, 31)  # the last Sunday of March is the 25th to the 31st
    spring -= dt.timedelta(days=(spring.weekday() + 1) % 7)
    version = version_of(team.space)
    SopStepFactory(version=version, anchor="D2", time=dt.time(2, 30), title="At night")

    with pytest.raises(DomainError) as refusal:
        opened(
            team, version=version, opens_on=spring - dt.timedelta(days=1), timezone="Europe/Berlin"
        )
    said = str(refusal.value)
    assert "Step “At night” is due on" in said
    assert f"March {spring.day}" in said
    assert "02:30" in said

    # The day before, the clock goes on as ever.
    camp = opened(
        team, version=version, opens_on=spring - dt.timedelta(days=2), timezone="Europe/Berlin"
    )
    assert camp.run.tasks.get(step__title="At night").day == 2


def test_an_announcement_at_a_skipped_time_is_refused_too(team):
    spring = dt.date(today().year + 1, 3, 31)
    spring -= dt.timedelta(days=(spring.weekday() + 1) % 7)
    early = [{**draft, "at": "02:15"} for draft in CONTENT["announcements"]]
    version = version_of(team.space, content=CONTENT | {"announcements": early})

    with pytest.raises(DomainError, match="“Announcement” is due on .*02:15"):
        opened(team, version=version, opens_on=spring, timezone="Europe/Berlin")


def test_steps_that_wait_for_each_other_are_refused_by_name(team):
    version = version_of(team.space, steps=False)
    SopStepFactory(version=version, key="egg", title="Egg", needs=["hen"])
    SopStepFactory(version=version, key="hen", title="Hen", needs=["egg"])

    with pytest.raises(DomainError, match="wait for each other for ever: .*(Egg → Hen|Hen → Egg)"):
        opened(team, version=version)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "  "}, "Give the camp a name"),
        ({"name": "n" * 61}, "60 characters fit"),
        ({"capacity": 0}, "at least one place"),
        ({"chat_groups": ["One", "One"]}, "chat group of this name already"),
    ],
)
def test_bad_input_is_a_sentence_and_nothing_is_made(team, fields, sentence):
    with pytest.raises(DomainError, match=sentence):
        opened(team, **fields)

    assert not Room.objects.filter(kind="camp").exists()


def test_staff_without_a_lead_with_a_learner_or_from_outside_are_refused(team):
    for staff, sentence in (
        ({team.assistant: "assistant"}, "needs a lead"),
        ({team.lead: "lead", team.member: "learner"}, "“learner” is no role"),
        ({team.lead: "lead", MemberFactory(): "assistant"}, "not in this space"),
    ):
        with pytest.raises(DomainError, match=sentence):
            opened(team, staff=staff)
    assert not Camp.objects.exists()


def test_a_template_of_another_space_is_refused(team):
    foreign = version_of(people_of("elsewhere").space, key="foreign")

    with pytest.raises(DomainError, match="belongs to another space"):
        opened(team, version=foreign)


def test_two_camps_of_one_day_have_two_addresses(team):
    version = version_of(team.space)
    first, second = opened(team, version=version), opened(team, version=version)

    assert second.slug == f"{first.slug}-2"
    assert first.slug == f"three-days-{first.run.opens_on:%Y%m%d}"


def test_the_queries_do_not_grow_with_days_and_steps(team):
    small, large = version_of(team.space, key="small"), version_of(team.space, key="large")
    for number in range(30):
        SopStepFactory(version=large, every=1, until="D3", title=f"More {number}")

    counts = []
    for version in (small, large):
        with CaptureQueriesContext(connection) as asked:
            camp = opened(team, version=version)
        counts.append(len(asked))
    assert camp.run.tasks.count() == 97
    assert counts[1] - counts[0] <= 1  # SQLite takes a thousand values at once
