"""Announcements of a camp: its staff post them, its people read them."""

import datetime as dt
from typing import Any

from community.models import ChatGroup, Posting
from community.services import form_tokens
from tests.matrix.routes import Route
from tests.matrix.world import World

HERE = {"slug": "the_camp.slug", "date": "the_announcement.day"}
AWAY = {"slug": "away_the_camp.slug", "date": "no_such_date"}


def add_to(world: World) -> dict[str, Any]:
    """In one of the home camp's two chat groups the assistant has posted it already."""
    group = ChatGroup.objects.create(room=world.camp, name="Second chat group")
    Posting.objects.create(
        announcement=world.more["the_announcement"],
        chat_group=group,
        by=world.people["assistant"],
    )
    return {"no_such_date": dt.date(2001, 1, 1).isoformat(), "posted_group": group}


def posted(world: World) -> dict[str, Any]:
    group = world.more["the_chat_group"].public_id
    return {"group": group, "form_token": form_tokens.issue()}


def changed(world: World) -> dict[str, Any]:
    return {"version": world.more["the_announcement"].version, "text": "Good evening."}


STAFF = "guests: login; signed_in: 404; learners: 403; camp_staff, managers: "
READ = f"{STAFF}200"
NO_GET = NO_POST = "guests: login; signed_in: 405"

ROUTES = [
    Route(
        "cohorts:announcements",
        at={"slug": "the_camp.slug"},
        foreign={"slug": "away_the_camp.slug"},
        get=READ,
        post=NO_POST,
    ),
    Route("cohorts:announcement", at=HERE, foreign=AWAY, get=READ, post=NO_POST),
    Route(
        "cohorts:announcement_post",
        at=HERE,
        foreign=AWAY,
        data=posted,
        get=NO_GET,
        post=f"{STAFF}302 +formtoken +posting",
    ),
    Route(
        "cohorts:announcement_back",
        at=HERE,
        foreign=AWAY,
        data=lambda world: {"group": world.more["posted_group"].public_id},
        get=NO_GET,
        post=f"{STAFF}302 +auditevent posting.withdrawn_at",
    ),
    Route(
        "cohorts:announcement_edit",
        at=HERE,
        foreign=AWAY,
        data=changed,
        get=READ,
        post=f"{STAFF}302 +auditevent announcement.changed_at,changed_by_id,text,version",
    ),
    Route(
        "cohorts:announcement_list",
        at={"space": "home.slug", "slug": "the_camp.slug"},
        foreign={"space": "away.slug", "slug": "away_the_camp.slug"},
        get="guests: login; signed_in: 404; camp, managers: 200",
        post=NO_POST,
    ),
]
