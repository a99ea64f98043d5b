"""Opening camps, their desks, who learns in them and who is away. The desk answers 403 to those who
learn in the camp, and 404 to everybody who may not know of it."""

import datetime as dt

from cohorts.models import Absence
from community import clock
from community.models import RosterImport, RosterRow
from community.services import form_tokens
from tests.cohorts.factories import CampInvitationFactory
from tests.matrix.routes import Route
from tests.matrix.world import World

DESK = {"slug": "the_camp.slug"}
AWAY_ON = dt.date(2030, 1, 7)
AWAY = {"slug": "away_the_camp.slug"}
HOME = DESK | {"space": "home.slug"}
AWAY_HOME = AWAY | {"space": "away.slug"}


def add_to(world: World) -> dict[str, object]:
    """An invitation into each camp, and in each space a list of people that has come in."""
    soon = clock.now() + dt.timedelta(days=7)
    found: dict[str, object] = {}
    for prefix, space, member in (
        ("", world.home, world.people["member"]),
        ("away_", world.away, world.people["member_of_other_space"]),
    ):
        camp = world.more[f"{prefix}the_camp"]
        found[f"{prefix}camp_invitation"] = CampInvitationFactory(
            camp=camp, created_by=camp.created_by, expires_at=soon
        )
        found[f"{prefix}came_in"] = came_in(space, member)
    found["absence"] = Absence.objects.create(
        run=world.more["the_run"],
        member=world.people["assistant"],
        first_day=AWAY_ON,
        last_day=AWAY_ON,
    )
    return found


def came_in(space, member):
    roster = RosterImport.objects.create(
        space=space, file_name="people.csv", sha256="0", size=1, state="done"
    )
    RosterRow.objects.create(
        roster=roster, line=2, verdict="new", nickname="Somebody", member=member, done=True
    )
    return roster


def token(world: World, **fields: str) -> dict[str, object]:
    return {"form_token": form_tokens.issue()} | fields


def new_camp(world: World) -> dict[str, object]:
    return token(
        world,
        version=world.more["the_version"].public_id,
        opens_on=(clock.now() + dt.timedelta(days=10)).date().isoformat(),
        name="Another camp",
        lead=world.people["owner"].handle,
        capacity="60",
    )


def days_away(world: World) -> dict[str, object]:
    day = clock.now().date() + dt.timedelta(days=3)
    return token(world, first_day=day.isoformat(), last_day=day.isoformat())


def a_group(world: World) -> dict[str, object]:
    return token(world, name="Group nine", platform="wechat")


ASSISTANT = DESK | {"handle": "people.assistant.handle"}
AWAY_STAFF = AWAY | {"handle": "stranger.handle"}
LEARNER = DESK | {"handle": "neighbour.handle"}
INVITATION = DESK | {"public_id": "camp_invitation.public_id"}
AWAY_INVITATION = AWAY | {"public_id": "away_camp_invitation.public_id"}
CHAT = DESK | {"public_id": "the_chat_group.public_id"}
AWAY_CHAT = AWAY | {"public_id": "away_the_chat_group.public_id"}
CAME_IN = DESK | {"public_id": "came_in.public_id"}
AWAY_CAME_IN = AWAY | {"public_id": "away_came_in.public_id"}


def leads(outcome: str) -> str:
    """For those who lead the camp or manage its space; the others of it are refused."""
    return (
        "guests: login; insiders: 404; outsiders: 404; learners, assistant: 403; "
        f"managers, lead: {outcome}"
    )


def staff(outcome: str) -> str:
    """For everybody of its staff."""
    return (
        f"guests: login; insiders: {outcome}; outsiders: 404; learners: 403; "
        "member, coordinator, host: 404"
    )


NO_POST = "guests: login; signed_in: 405"

ROUTES = [
    Route(
        "cohorts:camp_list",
        get=(
            "guests: login; insiders: 403; outsiders: 403; managers: 200; camp_staff: 200; "
            "same_role_other_space: 200"
        ),
        post=NO_POST,
    ),
    Route(
        "cohorts:camp_open",
        data=new_camp,
        get=(
            "guests: login; insiders: 403; outsiders: 403; managers: 200; "
            "same_role_other_space: 200"
        ),
        post=(
            "guests: login; insiders: 403; outsiders: 403; managers: 302 +auditevent +camp "
            "+formtoken +lesson +room +roommembership +soprun +soptask; same_role_other_space: "
            "422"
        ),
    ),
    Route(
        "cohorts:camp_preview",
        get=(
            "guests: login; insiders: 403; outsiders: 403; managers: 200; "
            "same_role_other_space: 200"
        ),
        post=NO_POST,
    ),
    Route(
        "cohorts:camp_desk",
        at=DESK,
        foreign=AWAY,
        get=staff("200"),
        post=NO_POST,
    ),
    Route(
        "cohorts:camp_state",
        at=DESK,
        foreign=AWAY,
        data=lambda w: {"state": "closing", "reason": "A test."},
        get=leads("200"),
        post=leads("302 +auditevent camp.state,state_changed_at"),
    ),
    Route(
        "cohorts:camp_opening",
        at=DESK,
        foreign=AWAY,
        data=lambda w: {"opens_on": "2001-01-01"},
        get=leads("200"),
        post=leads("422"),  # it has opened
    ),
    Route(
        "cohorts:camp_staff",
        at=DESK,
        foreign=AWAY,
        get=staff("200"),
        post=NO_POST,
    ),
    Route(
        "cohorts:camp_staff_add",
        at=DESK,
        foreign=AWAY,
        data=lambda w: {"people": "member", "role": "assistant"},
        get=leads("200"),
        post=leads("302 +auditevent +roommembership"),
    ),
    Route(
        "cohorts:camp_staff_place",
        at=ASSISTANT,
        foreign=AWAY_STAFF,
        data=lambda w: {"role": "presenter"},
        get=leads("200"),
        post=leads("302 +auditevent +roommembership roommembership.until"),
    ),
    Route(
        "cohorts:camp_away",
        at=ASSISTANT,
        foreign=AWAY_STAFF,
        data=days_away,
        get=staff("200"),
        post=staff("302 +absence +auditevent +formtoken"),
    ),
    Route(
        "cohorts:camp_back",
        at=ASSISTANT,
        foreign=AWAY_STAFF,
        data=lambda w: {"first_day": AWAY_ON.isoformat()},
        get=NO_POST,
        post=staff("302 +auditevent -absence"),
    ),
    Route(
        "cohorts:camp_enrol",
        at=DESK,
        foreign=AWAY,
        data=lambda w: {"people": "member"},
        get=leads("200"),
        post=leads("302 +auditevent +enrolment +roommembership camp.seats_taken"),
    ),
    Route(
        "cohorts:camp_enrol_list",
        at=CAME_IN,
        foreign=AWAY_CAME_IN,
        data=token,
        get=(
            "guests: login; insiders: 403; outsiders: 404; managers: 200; member, coordinator, "
            "host: 404"
        ),
        post=(
            "guests: login; insiders: 403; outsiders: 404; managers: 302 +auditevent "
            "+enrolment +formtoken +roommembership camp.seats_taken; member, coordinator, "
            "host: 404"
        ),
    ),
    Route(
        "cohorts:camp_invitation_list",
        at=DESK,
        foreign=AWAY,
        data=lambda w: token(w, max_uses="3", days="3"),
        get=leads("200"),
        post=leads("302 +auditevent +campinvitation +formtoken"),
    ),
    Route(
        "cohorts:camp_invitation",
        at=INVITATION,
        foreign=AWAY_INVITATION,
        get=leads("200"),
        post=NO_POST,
    ),
    Route(
        "cohorts:camp_invitation_revoke",
        at=INVITATION,
        foreign=AWAY_INVITATION,
        get=NO_POST,
        post=leads("302 +auditevent campinvitation.revoked_at"),
    ),
    Route(
        "cohorts:learner_place",
        at=LEARNER,
        foreign=AWAY_STAFF,
        data=lambda w: {"do": "pause"},
        get=leads("200"),
        post=leads("302 +auditevent enrolment.state"),
    ),
    Route(
        "cohorts:camp_chat_groups",
        at=DESK,
        foreign=AWAY,
        data=a_group,
        get=staff("200"),
        post=staff("302 +auditevent +chatgroup +formtoken"),
    ),
    Route(
        "cohorts:camp_chat_group",
        at=CHAT,
        foreign=AWAY_CHAT,
        data=lambda w: {"name": "Other"},
        get=staff("200"),
        post=staff("302 +auditevent chatgroup.name"),
    ),
    Route(
        "cohorts:camp_join",
        at=HOME | {"code": "camp_invitation.code"},
        foreign="Who has the code was given it.",
        data=lambda w: {"reason": "To write."},
        get="all: 200",
        post=(
            "guests: 302; insiders: 302 +auditevent +enrolment +roommembership "
            "camp.seats_taken campinvitation.uses; outsiders: 302 +auditevent +enrolment "
            "+membership +roommembership camp.seats_taken campinvitation.uses; learners: 302; "
            "camp_staff: 409; former: 302 +auditevent +enrolment +roommembership "
            "camp.seats_taken campinvitation.uses membership.joined_at,left_at,state; "
            "suspended: 409"
        ),
    ),
    Route(
        "cohorts:my_place",
        at=HOME,
        foreign=AWAY_HOME,
        data=lambda w: {"reason": "To write."},
        get=(
            "guests: login; insiders: 403; outsiders: 404; learners: 200; member, coordinator, "
            "host: 404"
        ),
        post=(
            "guests: login; insiders: 403; outsiders: 404; learners: 302 enrolment.reason; "
            "member, coordinator, host: 404"
        ),
    ),
]
