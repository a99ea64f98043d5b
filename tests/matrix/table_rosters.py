"""Lists of people that managers bring into a space: nobody else learns that there is one."""

from django.core.files.uploadedfile import SimpleUploadedFile

from community.models import RosterImport
from community.services import form_tokens
from community.services.roster import runs
from tests.matrix.routes import Route
from tests.matrix.world import World

FILE = "昵称,手机号\r\n阿禾,19000000001\r\n".encode()


def add_to(world: World) -> dict[str, object]:
    """A list to confirm, one that stopped and one that is done; one in the other space."""

    def upload(space, state=None):
        roster = runs.upload(space=space, by=None, name="list.csv", data=FILE)
        if state:
            RosterImport.objects.filter(pk=roster.pk).update(state=state)
        return roster

    return {
        "roster": upload(world.home),
        "stopped_roster": upload(world.home, "failed"),
        "done_roster": upload(world.home, "done"),
        "away_roster": upload(world.away),
    }


def a_file(world: World) -> dict[str, object]:
    return {"file": SimpleUploadedFile("list.csv", FILE), "form_token": form_tokens.issue()}


HERE = {"space": "home.slug", "public_id": "roster.public_id"}
STOPPED = HERE | {"public_id": "stopped_roster.public_id"}
DONE = HERE | {"public_id": "done_roster.public_id"}
AWAY = {"space": "away.slug", "public_id": "away_roster.public_id"}
LOOK = "guests: login; insiders: 403; outsiders: 404; managers: 200"
NO_POST = "guests: login; signed_in: 405"
NO_GET = "guests: login; signed_in: 405"


ROUTES = [
    Route(
        "community:roster_list",
        at={"space": "home.slug"},
        foreign={"space": "away.slug"},
        data=a_file,
        get=LOOK,
        post=(
            "guests: login; insiders: 403; outsiders: 404; managers: 302 "
            "+auditevent +formtoken +rosterfile +rosterimport +rosterrow"
        ),
    ),
    Route("community:roster_import", at=HERE, foreign=AWAY, get=LOOK, post=NO_POST),
    Route("community:roster_import", case="done", at=DONE, foreign=AWAY, get=LOOK, post=NO_POST),
    Route("community:roster_reasons", at=HERE, foreign=AWAY, get=LOOK, post=NO_POST),
    Route(
        "community:roster_progress",
        at=HERE,
        foreign=AWAY,
        get="guests: login; insiders: 403; outsiders: 404; managers: 302",
        post=NO_POST,
    ),
    Route(
        "community:roster_confirm",
        at=HERE,
        foreign=AWAY,
        data=lambda world: {
            "digest": world.more["roster"].digest,
            "form_token": form_tokens.issue(),
        },
        get=NO_GET,
        post=(
            "guests: login; insiders: 403; outsiders: 404; managers: 302 "
            "+auditevent +formtoken rosterimport.confirmed_at,confirmed_by_id,state,worked_at"
        ),
    ),
    Route(
        "community:roster_discard",
        at=HERE,
        foreign=AWAY,
        get=NO_GET,
        post=(
            "guests: login; insiders: 403; outsiders: 404; managers: 302 "
            "+auditevent -rosterfile -rosterimport -rosterrow"
        ),
    ),
    Route(
        "community:roster_go_on",
        at=STOPPED,
        foreign=AWAY,
        get=NO_GET,
        post=(
            "guests: login; insiders: 403; outsiders: 404; managers: 302 "
            "+auditevent rosterimport.state,worked_at"
        ),
    ),
    Route(
        "community:roster_links",
        at=DONE,
        foreign=AWAY,
        get=LOOK,
        post=LOOK,
    ),
]
