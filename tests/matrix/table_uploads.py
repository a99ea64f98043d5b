"""Pictures: to their audience. Who is not in it does not learn that there is one."""

import io

from PIL import Image

from community.services import uploads
from tests.matrix.routes import Route
from tests.matrix.world import World


def picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "JPEG")
    return io.BytesIO(out.getvalue())


def add_to(world: World) -> dict[str, object]:
    """One picture for each audience in the home space, one in the other space."""

    def store(owner, audience, **place):
        return uploads.store_image(
            owner=owner, file=picture(), kind="evidence", audience=audience, **place
        )

    return {
        "space_picture": store(world.neighbour, "space", space=world.home),
        "camp_picture": store(world.neighbour, "room", room=world.camp),
        "staff_picture": store(world.neighbour, "staff", space=world.home),
        "own_picture": store(world.people["learner"], "owner"),
        "away_picture": store(world.stranger, "space", space=world.away),
    }


def _route(case: str, get: str) -> Route:
    return Route(
        "community:upload_file",
        case=case,
        at={"upload": f"{case}_picture.public_id"},
        foreign={"upload": "away_picture.public_id"},
        get=f"guests: login; signed_in: 404; {get}",
        post="guests: login; signed_in: 405",
    )


ROUTES = [
    _route("space", "insiders: 200"),
    _route("camp", "camp: 200"),
    _route("staff", "assistant: 200; managers: 200"),
    _route("own", "learner: 200"),
]
