"""The demo's camp in English, in 慢火手艺: it opens in two days and prepares itself."""

import datetime as dt

from django.contrib.auth.hashers import make_password

from cohorts.demo import announcing, board, learners
from cohorts.demo import english_texts as texts
from cohorts.demo.board import Story
from cohorts.demo.openings import here, opened_long_ago, version_in
from cohorts.demo.pictures import screenshot
from cohorts.demo.staff_words import write_threads
from cohorts.demo.timeline import Timeline
from cohorts.models import Camp, Enrolment
from cohorts.services import camps, enrolment
from community import clock
from community.demo.introductions import publish_at
from community.demo.people_builder import told
from community.models import Greeting, Member, Space
from community.registry import DemoPart, demo_parts
from community.services import spaces
from community.services.answers import Answers

SLUG = "manhuo"
NAME = "Fourteen days of writing, no. 1"
LEAD = "gengye"
OPENS_IN = 2


def build(demo) -> None:
    """If the space has had no camp yet."""
    space = Space.objects.filter(slug=SLUG).first()
    if space is None or Camp.objects.filter(space=space).exists():
        return
    _people(demo, space)
    people = here(space)
    lead = people[LEAD]
    staff = {"lead": lead} | {
        one.role: people[one.handle] for one in texts.PEOPLE if one.role != "learner"
    }
    opens_on = clock.local_date(space.timezone, demo.now) + dt.timedelta(days=OPENS_IN)
    camp = camps.open_camp(
        space=space,
        version=version_in("en"),
        opens_on=opens_on,
        name=NAME,
        staff={member: role for role, member in staff.items()},
        by=lead,
        capacity=12,
        chat_groups=["Slow Fire writers"],
        enrols_from=opens_on - dt.timedelta(days=14),
    )
    line = Timeline.of(camp.run, demo.now)
    opened_long_ago(camp, line)
    _enrol(camp, people, line, by=lead)
    learners.came_when(camp, line)
    write_threads(camp, line, people, texts.NOTES)
    board.tell(
        camp,
        line,
        Story(
            staff=staff,
            picture=screenshot(camp=camp, by=staff["assistant"]),
            evidence=texts.EVIDENCE,
            otherwise=texts.OTHERWISE,
            posted="https://chat.example/manhuo/{group}/d{day}",
            told=announcing.Plan(to_mend=8, draft=13),
        ),
    )


def _people(demo, space: Space) -> None:
    """Those who are not there yet, in the space, each with an introduction that was answered."""
    unusable = make_password(None)
    for number, one in enumerate(texts.PEOPLE):
        member, is_new = Member.objects.get_or_create(
            handle=one.handle,
            defaults={
                "display_name": one.name, "password": unusable, "created_at": demo.ago(20 - number),
            },
        )  # fmt: skip
        if not is_new:
            continue
        spaces.join(space=space, member=member)
        at = demo.ago(18 - number)
        member.memberships.filter(space=space).update(joined_at=at)
        publish_at(at, member=member, answers=_answers(one))
        Greeting.objects.filter(introduction__member=member).update(
            state=Greeting.State.ANSWERED,
            answered_at=at + dt.timedelta(hours=2),
            answered_by=Member.objects.get(handle=LEAD),
        )


def _answers(one: texts.Someone) -> Answers:
    return told(
        one.name,
        occupation=one.occupation,
        place=one.place,
        line=one.line,
        reasons=("craft", "people"),
        proud=one.proud,
        offers=one.offers,
        needs=one.needs,
        ways=("group",),
    )


def _enrol(camp: Camp, people: dict[str, Member], line: Timeline, by: Member) -> None:
    learning = [one for one in texts.PEOPLE if one.role == "learner"]
    enrolment.enrol_all(
        camp=camp,
        people=[people[one.handle] for one in learning],
        by=by,
        way=Enrolment.Way.INVITATION,
    )
    rows = {row.member.handle: row for row in camp.enrolments.select_related("member")}
    for number, one in enumerate(learning):
        rows[one.handle].reason = one.reason
        rows[one.handle].enrolled_at = line.at(1, "19:30", before=9 - number)
    Enrolment.objects.bulk_update(rows.values(), ["reason", "enrolled_at"])


demo_parts.register("workshop-camp", DemoPart(build, order=51))
