"""Spaces, the people and rooms in them, invitations, and roles beyond rooms."""

from community.services import form_tokens
from tests.matrix.routes import Route
from tests.matrix.world import World

SPACE = {"space": "home.slug"}
AWAY = {"space": "away.slug"}
NEIGHBOUR = SPACE | {"handle": "neighbour.handle"}
STRANGER = AWAY | {"handle": "stranger.handle"}
CAMP = SPACE | {"public_id": "camp.public_id"}
AWAY_CAMP = AWAY | {"public_id": "away_camp.public_id"}
INVITATION = SPACE | {"public_id": "invitation.public_id"}
AWAY_INVITATION = AWAY | {"public_id": "away_invitation.public_id"}


def settings(world: World) -> dict[str, str]:
    return {
        "name": "Home",
        "purpose": "Another purpose.",
        "timezone": "Asia/Shanghai",
        "default_locale": "en",
        "visibility": "invited",
    }


def new_space(world: World) -> dict[str, str]:
    return settings(world) | {"name": "New", "slug": "new-space"}


def new_room(world: World) -> dict[str, str]:
    fields = {"name": "Reading", "kind": "group", "timezone": "Asia/Shanghai"}
    return fields | {"form_token": form_tokens.issue()}


ROUTES = [
    Route(
        "community:space_list",
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:space_open",
        data=new_space,
        get="guests: login; insiders: 403; outsiders: 403; operator: 200",
        post=(
            "guests: login; insiders: 403; outsiders: 403; "
            "operator: 302 +auditevent +membership +room +roommembership +space"
        ),
    ),
    Route(
        "community:space_detail",
        at=SPACE,
        foreign=AWAY,
        get="guests: login; insiders: 200; outsiders: 404",
        post="all: 405",
    ),
    Route(
        "community:space_detail",
        case="a public space, to those outside",
        at={"space": "open_house.slug"},
        foreign="The front page of a public space is for everybody.",
        get="all: 200",
        post="all: 405",
    ),
    Route(
        "community:space_settings",
        at=SPACE,
        foreign=AWAY,
        data=settings,
        get="guests: login; insiders: 403; outsiders: 404; owner: 200",
        post=(
            "guests: login; insiders: 403; outsiders: 404; owner: 302 +auditevent space.default_locale,purpose"
        ),
    ),
    Route(
        "community:space_leave",
        at=SPACE,
        foreign=AWAY,
        get="guests: login; insiders: 200; outsiders: 404",
        post=(
            "guests: login; insiders: 302 +auditevent membership.left_at,state roommembership.until; "
            "outsiders: 404; owner: 409; "
            "coordinator, host: 302 +auditevent -rolegrant membership.left_at,state roommembership.until"
        ),
    ),
    Route(
        "community:people",
        at=SPACE,
        foreign=AWAY,
        get="guests: login; insiders: 200; outsiders: 404; minor: 403",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:membership",
        at=NEIGHBOUR,
        foreign=STRANGER,
        data=lambda w: {"role": "assistant"},
        get="guests: login; insiders: 403; outsiders: 404; managers: 200",
        post=(
            "guests: login; insiders: 403; outsiders: 404; "
            "managers: 302 +auditevent +roommembership membership.role roommembership.until"
        ),
    ),
    Route(
        "community:membership",
        case="of the owner, who is beyond managers and herself",
        at=SPACE | {"handle": "people.owner.handle"},
        foreign=STRANGER,
        data=lambda w: {"role": "member"},
        get="guests: login; insiders: 403; outsiders: 404",
        post="guests: login; insiders: 403; outsiders: 404",
    ),
    Route(
        "community:membership_suspend",
        case="of the owner",
        at=SPACE | {"handle": "people.owner.handle"},
        foreign=STRANGER,
        data=lambda w: {"reason": "To take over."},
        get="guests: login; insiders: 403; outsiders: 404",
        post="guests: login; insiders: 403; outsiders: 404",
    ),
    Route(
        "community:membership_suspend",
        at=NEIGHBOUR,
        foreign=STRANGER,
        data=lambda w: {"reason": "Sold things to others."},
        get="guests: login; insiders: 403; outsiders: 404; managers: 200",
        post=(
            "guests: login; insiders: 403; outsiders: 404; "
            "managers: 302 +auditevent membership.state roommembership.until"
        ),
    ),
    Route(
        "community:membership_reinstate",
        at=SPACE | {"handle": "people.suspended.handle"},
        foreign=STRANGER,
        get="guests: login; signed_in: 405",
        post=(
            "guests: login; insiders: 403; outsiders: 404; "
            "managers: 302 +auditevent +roommembership membership.state"
        ),
    ),
    Route(
        "community:invitation_list",
        at=SPACE,
        foreign=AWAY,
        data=lambda w: {"max_uses": "3", "days": "7", "form_token": form_tokens.issue()},
        get="guests: login; insiders: 403; outsiders: 404; managers: 200",
        post="guests: login; insiders: 403; outsiders: 404; managers: 302 +auditevent +formtoken +invitation",
    ),
    Route(
        "community:invitation_detail",
        at=INVITATION,
        foreign=AWAY_INVITATION,
        get="guests: login; insiders: 403; outsiders: 404; managers: 200",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:invitation_qr",
        at=INVITATION,
        foreign=AWAY_INVITATION,
        get="guests: login; insiders: 403; outsiders: 404; managers: 200",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:invitation_revoke",
        at=INVITATION,
        foreign=AWAY_INVITATION,
        get="guests: login; signed_in: 405",
        post=(
            "guests: login; insiders: 403; outsiders: 404; managers: 302 +auditevent invitation.revoked_at"
        ),
    ),
    Route(
        "community:invitation_find",
        get="all: 200",
        post="all: 405",
    ),
    Route(
        "community:invitation",
        at={"code": "invitation.code"},
        foreign="Whoever knows the code is invited, from whichever space.",
        get="all: 200",
        post=(
            "guests: 302; insiders: 302; "
            "outsiders: 302 +auditevent +membership +roommembership invitation.uses; "
            "former: 302 +auditevent +roommembership invitation.uses membership.joined_at,left_at,state; "
            "suspended: 409"
        ),
    ),
    Route(
        "community:room_open",
        at=SPACE,
        foreign=AWAY,
        data=new_room,
        get="guests: login; insiders: 403; outsiders: 404; managers: 200",
        post=(
            "guests: login; insiders: 403; outsiders: 404; managers: 302 +auditevent +formtoken +room +roommembership"
        ),
    ),
    Route(
        "community:room_detail",
        at=CAMP,
        foreign=AWAY_CAMP,
        get="guests: login; insiders: 200; outsiders: 404; member, coordinator, host: 404",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:room_detail",
        case="the camp's staff room, which learners know nothing of",
        at=SPACE | {"public_id": "staff_room.public_id"},
        foreign=AWAY_CAMP,
        get="guests: login; insiders: 404; outsiders: 404; managers, assistant, lead: 200",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:room_enter",
        at=CAMP,
        foreign=AWAY_CAMP,
        data=lambda w: {"people": [w.people["host"].handle], "role": "learner"},
        get=(
            "guests: login; insiders: 404; outsiders: 404; managers: 200; learners: 403; "
            "assistant: 403; lead: 200"
        ),
        post=(
            "guests: login; insiders: 404; outsiders: 404; "
            "managers: 302 +auditevent +roommembership; learners: 403; assistant: 403; "
            "lead: 302 +auditevent +roommembership"
        ),
    ),
    Route(
        "community:room_place",
        at=CAMP | {"handle": "neighbour.handle"},
        foreign=AWAY_CAMP | {"handle": "stranger.handle"},
        data=lambda w: {"role": "presenter"},
        get=(
            "guests: login; insiders: 404; outsiders: 404; managers: 200; learners: 403; "
            "assistant: 403; lead: 200"
        ),
        post=(
            "guests: login; insiders: 404; outsiders: 404; "
            "managers: 302 +auditevent +roommembership roommembership.until; learners: 403; "
            "assistant: 403; lead: 302 +auditevent +roommembership roommembership.until"
        ),
    ),
    Route(
        "community:room_depart",
        at=CAMP | {"handle": "neighbour.handle"},
        foreign=AWAY_CAMP | {"handle": "stranger.handle"},
        get="guests: login; signed_in: 405",
        post=(
            "guests: login; insiders: 404; outsiders: 404; "
            "managers: 302 +auditevent roommembership.until; learners: 403; assistant: 403; "
            "lead: 302 +auditevent roommembership.until"
        ),
    ),
    Route(
        "community:role_list",
        data=lambda w: {"member": "neighbour", "role": "partner"},
        get="guests: login; insiders: 403; outsiders: 403; operator: 200",
        post="guests: login; insiders: 403; outsiders: 403; operator: 302 +auditevent +rolegrant",
    ),
    Route(
        "community:role_revoke",
        at={"grant": "grant.pk"},
        foreign="Only operators come here, and they are operators of all spaces.",
        get="guests: login; signed_in: 405",
        post="guests: login; insiders: 403; outsiders: 403; operator: 302 +auditevent -rolegrant",
    ),
]
