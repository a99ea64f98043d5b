"""A camp as its learners see it. Who may not know of the camp gets a 404; its staff and the managers
of its space read it, and hand nothing in: that is a learner's, and a 403 for them."""

import datetime as dt
from typing import Any

from community import clock
from community.services import form_tokens
from tests.cohorts.factories import CheckInFactory
from tests.matrix.routes import Route
from tests.matrix.world import World

HERE = {"space": "home.slug", "slug": "the_camp.slug"}
AWAY = {"space": "away.slug", "slug": "away_the_camp.slug"}
LESSON = HERE | {"day": "the_lesson.day"}
AWAY_LESSON = AWAY | {"day": "no_such_day"}
# Of the neighbour, who learns beside those who knock.
ITS = HERE | {"public_id": "the_check_in.public_id"}
AWAY_ITS = AWAY | {"public_id": "away_the_check_in.public_id"}
OWN = HERE | {"public_id": "own_check_in.public_id"}


def add_to(world: World) -> dict[str, Any]:
    """The learner has handed in for the first day of her camp, yesterday; today is open to her."""
    return {"own_check_in": CheckInFactory(
        enrolment=world.more["the_enrolment"], day=3, text="Mine.",
        handed_in_at=clock.now() - dt.timedelta(seconds=1),
    )}  # fmt: skip


def line(world: World) -> dict[str, Any]:
    return {"text": "One line.", "form_token": form_tokens.issue()}


def lesson(world: World) -> dict[str, Any]:
    row = world.more["the_lesson"]
    return {
        "title": "Another title", "minutes": "5", "body": "Write more.", "homework": "",
        "changed_at": row.changed_at.isoformat(),
    }  # fmt: skip


OUTSIDE = "guests: login; signed_in: 404"
READ = f"{OUTSIDE}; camp, managers: 200"
LEARN = f"{OUTSIDE}; camp_staff, managers: 403; learners: "
NO_GET = NO_POST = "guests: login; signed_in: 405"

ROUTES = [
    Route("cohorts:camp", at=HERE, foreign=AWAY, get=READ, post=NO_POST),
    Route(
        "cohorts:check_in",
        at=HERE,
        foreign=AWAY,
        data=line,
        get=f"{LEARN}200",
        post=f"{LEARN}302 +checkin +formtoken",
    ),
    Route(
        "cohorts:check_in_edit",
        at=OWN,
        foreign=AWAY_ITS,
        data=lambda world: {"text": "Changed."},
        get=f"{OUTSIDE}; learner: 200",
        post=f"{OUTSIDE}; learner: 302 checkin.changed_at,text",
    ),
    Route(
        "cohorts:check_in_back",
        at=OWN,
        foreign=AWAY_ITS,
        get=NO_GET,
        post=f"{OUTSIDE}; learner: 302 checkin.taken_back_at",
    ),
    Route(
        "cohorts:check_in_react",
        at=ITS,
        foreign=AWAY_ITS,
        data=lambda world: {"word": "thanks"},
        get=NO_GET,
        post=f"{OUTSIDE}; camp_staff, managers: 403; learner: 302 +reaction",
    ),
    Route(
        "cohorts:make_up",
        at=HERE,
        foreign=AWAY,
        data=lambda world: {"by_itself": "off"},
        get=NO_GET,
        post=f"{LEARN}302 enrolment.makes_up_by_itself",
    ),
    Route(
        "cohorts:catch_up_away",
        at=HERE,
        foreign=AWAY,
        get=NO_GET,
        post=f"{LEARN}302 enrolment.welcomed_at",
    ),
    Route("cohorts:lesson", at=LESSON, foreign=AWAY_LESSON, get=READ, post=NO_POST),
    Route(
        "cohorts:lesson_edit",
        at=LESSON,
        foreign=AWAY_LESSON,
        data=lesson,
        get=f"{OUTSIDE}; learners: 403; camp_staff, managers: 200",
        post=f"{OUTSIDE}; learners: 403; camp_staff, managers: 302 +auditevent "
        "announcement.values lesson.body,body_html,changed_at,homework,minutes,title",
    ),
    Route("cohorts:calendar", at=HERE, foreign=AWAY, get=READ, post=NO_POST),
    Route("cohorts:my_check_ins", at=HERE, foreign=AWAY, get=f"{LEARN}200", post=NO_POST),
]
