"""The robots of staff groups: those who manage the space, and the lead of the camp."""

from typing import Any

from tests.factories import RobotFactory
from tests.matrix.routes import Route
from tests.matrix.world import CANARY, World


def add_to(world: World) -> dict[str, Any]:
    """A robot of the camp in each space. The spaces themselves have none, so one can be set up."""
    return {
        "robot": RobotFactory(
            space=world.home, room=world.camp, name="Staff", created_by=world.people["lead"]
        ),
        "away_robot": RobotFactory(
            space=world.away,
            room=world.away_camp,
            name=f"{CANARY} staff",
            created_by=world.stranger,
        ),
    }


def fields(world: World) -> dict[str, str]:
    return {
        "platform": "dingtalk",
        "name": "Staff group",
        "address": "https://oapi.dingtalk.com/robot/send?access_token=token-of-the-matrix-0001",
        "secret": "SEC-of-the-matrix",
        "locale": "en",
        "daily_at": "09:00",
        "tells_late": "on",
        "only_staff": "on",
    }


def settings(world: World) -> dict[str, str]:
    return fields(world) | {"platform": "wecom", "name": "Others", "address": "", "secret": ""}


SPACE = {"space": "home.slug"}
AWAY = {"space": "away.slug"}
CAMP = SPACE | {"public_id": "camp.public_id"}
AWAY_CAMP = AWAY | {"public_id": "away_camp.public_id"}
ROBOT = {"robot": "robot.public_id"}
AWAY_ROBOT = {"robot": "away_robot.public_id"}

ROUTES = [
    Route(
        "community:space_robot",
        at=SPACE,
        foreign=AWAY,
        data=fields,
        get="guests: login; insiders: 403; outsiders: 404; managers: 200",
        post="guests: login; insiders: 403; outsiders: 404; managers: 302 +auditevent +robot",
    ),
    Route(
        "community:room_robot",
        at=CAMP,
        foreign=AWAY_CAMP,
        data=fields,
        get="guests: login; insiders: 404; outsiders: 404; camp: 403; managers, lead: 200",
        post="guests: login; insiders: 404; outsiders: 404; camp: 403; managers, lead: 302",
    ),
    Route(
        "community:room_robot",
        case="a staff room, which has none",
        at=SPACE | {"public_id": "staff_room.public_id"},
        foreign=AWAY_CAMP,
        data=fields,
        get="guests: login; insiders: 404; outsiders: 404; assistant: 403",
        post="guests: login; insiders: 404; outsiders: 404; assistant: 403",
    ),
    Route(
        "community:robot_change",
        at=ROBOT,
        foreign=AWAY_ROBOT,
        data=settings,
        get="guests: login; insiders: 404; outsiders: 404; camp: 403; managers, lead: 200",
        post=(
            "guests: login; insiders: 404; outsiders: 404; camp: 403; "
            "managers, lead: 302 +auditevent "
            "robot.name,tells_alarm,tells_board,tells_draft,tells_help"
        ),
    ),
    Route(
        "community:robot_state",
        at=ROBOT,
        foreign=AWAY_ROBOT,
        get="guests: login; insiders: 404; outsiders: 404; camp: 403; managers, lead: 200",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:robot_test",
        at=ROBOT,
        foreign=AWAY_ROBOT,
        get="guests: login; signed_in: 405",
        post=(
            "guests: login; insiders: 404; outsiders: 404; camp: 403; "
            "managers, lead: 302 +auditevent +outboxmessage"
        ),
    ),
    Route(
        "community:robot_close",
        at=ROBOT,
        foreign=AWAY_ROBOT,
        get="guests: login; signed_in: 405",
        post=(
            "guests: login; insiders: 404; outsiders: 404; camp: 403; "
            "managers, lead: 302 +auditevent robot.closed_at,key"
        ),
    ),
]
