"""The camp of 山野来信: at its third day whenever the demo is made, and the next one as soon as it is
over. Each is made once and then left alone.
"""

import datetime as dt

from django.urls import reverse

from cohorts.demo import (
    announcing,
    board,
    highlights,
    learner_texts,
    learners,
    staff_texts,
    staff_words,
)
from cohorts.demo.board import Story
from cohorts.demo.openings import here, opened_long_ago, version_in
from cohorts.demo.pictures import screenshot
from cohorts.demo.timeline import Timeline
from cohorts.models import Camp, CheckInPraise
from cohorts.services import camp_staff, camps, enrolment
from cohorts.services.camp_dates import ENDED
from community import clock
from community.models import Member, Membership, RoomMembership, Space
from community.registry import DemoPart, demo_parts
from community.services import inbox

Role = RoomMembership.Role
SLUG = "shanye"
NUMBERS = "三四五六七八九十"
STAFF = {"wenzhu": Role.LEAD, "linjie": Role.ASSISTANT, "songzi": Role.ATMOSPHERE,
         "baicha": Role.PRESENTER}  # fmt: skip
TODAY = 3  # the day of the camp on which the demo finds it


def build_letters_camp(demo) -> None:
    """In 山野来信: its third camp if it has had none, and the next one when all are over."""
    space = Space.objects.filter(slug=SLUG).first()
    if space is None:
        return
    held = list(Camp.objects.filter(space=space).select_related("run"))
    if not held:
        _third(demo, space)
    elif all(_is_over(camp, demo.now) for camp in held):
        _next(demo, space, {camp.name for camp in held})


def _is_over(camp: Camp, now: dt.datetime) -> bool:
    today = clock.local_date(camp.run.timezone, now)
    return camp.state in ENDED or camp.calendar.phase_on(today) == "after"


def camp_name(number: int) -> str:
    return f"第{NUMBERS[number] if number < len(NUMBERS) else number + 3}期 · 十四天写作营"


# The camp at its third day -----------------------------------------------------------------------


def _third(demo, space: Space) -> None:
    people = here(space)
    lead = people["wenzhu"]
    opens_on = clock.local_date(space.timezone, demo.now) - dt.timedelta(days=TODAY - 1)
    opened = f"{opens_on.month}月{opens_on.day}日"
    camp = camps.open_camp(
        space=space,
        version=version_in("zh-hans"),
        opens_on=opens_on,
        name=camp_name(0),
        staff={people[handle]: role for handle, role in STAFF.items()},
        by=lead,
        capacity=30,
        chat_groups=[f"写作营第三期 {opened} · {number} 群" for number in (1, 2)],
        enrols_from=opens_on - dt.timedelta(days=14),
    )
    line = Timeline.of(camp.run, demo.now)
    opened_long_ago(camp, line)
    learners.bring_in(camp, people, line, by=lead)
    learners.came_when(camp, line)
    given = learners.hand_in(camp, line)
    praise = learners.praise(given, people, line, staff_texts.PRAISE)
    learners.react(given, people, line)
    staff_words.tell(camp, line, people, lambda day: learners.sums(given, day))
    board.tell(
        camp,
        line,
        Story(
            staff={role: people[handle] for handle, role in STAFF.items()},
            picture=screenshot(camp=camp, by=people["linjie"]),
            evidence=staff_texts.EVIDENCE,
            otherwise="按步骤做完了，没有悬着的事。",
            posted="https://chat.example/shanye/{group}/d{day}",
            sums={day: learners.sums(given, day)["given"] for day in (1, 2)},
            skipped=staff_texts.SKIPPED,
            ahead=staff_texts.AHEAD,
            late=[staff_texts.LATE_GATE],
            late_first=staff_texts.LATE_FIRST,
            late_otherwise=staff_texts.LATE_IF_NOTHING_ELSE,
            handed_over=staff_texts.HANDED_OVER,
            told=announcing.Plan(to_mend=6, asks_again=5, draft=9),
        ),
    )
    highlights.tell(camp, line, people, given)
    _away_next_week(camp, people, line)
    for row in praise:
        _tell_of_praise(camp, row)
    _tell_the_learners(camp, line)


def _away_next_week(camp: Camp, people: dict[str, Member], line: Timeline) -> None:
    """Wednesday and Thursday of the week that comes."""
    today = camp.calendar.date_of(line.today)
    monday = today + dt.timedelta(days=7 - today.weekday())
    camp_staff.be_away(
        camp=camp,
        member=people["linjie"],
        first_day=monday + dt.timedelta(days=2),
        last_day=monday + dt.timedelta(days=3),
        by=people["linjie"],
        stand_in=people["songzi"],
        note=staff_texts.ABSENCE,
    )


def _tell_the_learners(camp: Camp, line: Timeline) -> None:
    """A note of today under the bell of everybody who learns."""
    inbox.notify(
        "note",
        subject="demo-camp",
        members=Member.objects.filter(
            room_memberships__room=camp.run.room_id,
            room_memberships__until=None,
            room_memberships__role=Role.LEARNER,
        ),
        template="community/note",
        context={"text": staff_texts.CAMP_NOTE},
        path=camp.get_absolute_url(),
        local_date=camp.calendar.date_of(line.today),
    )


def _tell_of_praise(camp: Camp, praise: CheckInPraise) -> None:
    """Under the bell of who can sign in, at the time that the praise was given."""
    row = praise.check_in
    if row.enrolment.member.email is None:
        return
    run = inbox.notify(
        "check_in_praise",
        subject=f"{row.public_id}:{praise.by.public_id}",
        members=Member.objects.filter(pk=row.enrolment.member_id),
        template="cohorts/check_in_praised",
        context={"day": row.day},
        path=reverse("cohorts:lesson", args=[camp.space.slug, camp.slug, row.day]),
        local_date=clock.local_date(camp.run.timezone, praise.given_at),
    )
    run.items.update(created_at=praise.given_at)


# The next one ------------------------------------------------------------------------------------


def _next(demo, space: Space, names: set[str]) -> None:
    """The next number, on the first Monday that still leaves a day for enrolling."""
    people = here(space)
    staff = {people[handle]: role for handle, role in STAFF.items() if handle in people}
    if Role.LEAD not in staff.values():
        owner = Membership.objects.active().get(space=space, role=Membership.Role.OWNER).member
        staff[owner] = Role.LEAD
    lead = next(member for member, role in staff.items() if role == Role.LEAD)
    version = version_in("zh-hans")
    earliest = clock.local_date(space.timezone, demo.now) + dt.timedelta(
        days=version.preparation_days + 1
    )
    number = next(n for n in range(len(names) + 1) if camp_name(n) not in names)
    camp = camps.open_camp(
        space=space,
        version=version,
        opens_on=earliest + dt.timedelta(days=-earliest.weekday() % 7),
        name=camp_name(number),
        staff=staff,
        by=lead,
        capacity=30,
    )
    for handle, reason in learner_texts.NEXT_LEARNERS:
        if handle in people and people[handle] not in staff:
            enrolment.enrol(camp=camp, member=people[handle], by=lead, way="roster", reason=reason)


demo_parts.register("letters-camp", DemoPart(build_letters_camp, order=50))
