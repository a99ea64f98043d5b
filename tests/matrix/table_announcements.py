"""Announcements of a camp: its staff post them, its people read them."""

import datetime as dt
from typing import Any

from community.models import Announcement, ChatGroup, Posting
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
    written = {}
    for name in ("the", "away_the"):
        first = world.more[f"{name}_announcement"]
        written[f"{name}_correction"] = Announcement.objects.create(
            room=first.room, kind="correction", corrects=first, day=first.day, last_day=first.day,
            at=dt.time(0), text="It was the other link.",
        )  # fmt: skip
    return {
        "no_such_date": dt.date(2001, 1, 1).isoformat(), "posted_group": group,
    } | written  # fmt: skip


def posted(world: World) -> dict[str, Any]:
    group = world.more["the_chat_group"].public_id
    return {"group": group, "form_token": form_tokens.issue()}


def changed(world: World) -> dict[str, Any]:
    version = world.more["the_announcement"].version
    return {"version": version, "text": "Good evening.", "at": "00:00"}


def taken_off(world: World) -> dict[str, Any]:
    return {"version": world.more["the_announcement"].version, "do": "unschedule"}


def corrected(world: World) -> dict[str, Any]:
    return {"text": "It was the other link.", "form_token": form_tokens.issue()}


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
        post=(
            f"{STAFF}302 +auditevent +inboxitem +run announcement.approved_at,approved_by_id,"
            "approved_hash,asks_again,changed_at,changed_by_id,state,text,version"
        ),
    ),
    Route("cohorts:announcement_lint", at=HERE, foreign=AWAY, data=changed, get=NO_GET, post=READ),
    Route(
        "cohorts:announcement_seen",
        at=HERE,
        foreign=AWAY,
        get=NO_GET,
        post=f"{STAFF}302 +announcementproof",
    ),
    Route(
        "cohorts:announcement_state",
        at=HERE,
        foreign=AWAY,
        data=taken_off,
        get=NO_GET,
        post=(
            f"{STAFF}302 +auditevent announcement.approved_at,approved_by_id,approved_hash,"
            "scheduled_at,scheduled_by_id,state,version"
        ),
    ),
    Route(
        "cohorts:announcement_correct",
        at=HERE,
        foreign=AWAY,
        data=corrected,
        get=READ,
        post=f"{STAFF}302 +announcement +auditevent +formtoken",
    ),
    Route(
        "cohorts:correction_state",
        at={"slug": "the_camp.slug", "public_id": "the_correction.public_id"},
        foreign={"slug": "away_the_camp.slug", "public_id": "away_the_correction.public_id"},
        data=lambda world: {"do": "cancel", "version": 1},
        get=NO_GET,
        post=f"{STAFF}302 +auditevent announcement.state,version",
    ),
    Route(
        "cohorts:schedule",
        at={"slug": "the_camp.slug"},
        foreign={"slug": "away_the_camp.slug"},
        get=READ,
        post=NO_POST,
    ),
    Route(
        "cohorts:schedule_all",
        at={"slug": "the_camp.slug"},
        foreign={"slug": "away_the_camp.slug"},
        get=READ,
        post=f"{STAFF}302",
    ),
    Route(
        "cohorts:schedule_generate",
        at={"slug": "the_camp.slug"},
        foreign={"slug": "away_the_camp.slug"},
        get=NO_GET,
        post=f"{STAFF}302",
    ),
    Route(
        "cohorts:schedule_paste",
        at={"slug": "the_camp.slug"},
        foreign={"slug": "away_the_camp.slug"},
        data=lambda world: {"block": "D2\nTomorrow.", "do": "save"},
        get=READ,
        post=f"{STAFF}302 +announcement",
    ),
    Route(
        "cohorts:chats",
        at={"slug": "the_camp.slug"},
        foreign={"slug": "away_the_camp.slug"},
        get=READ,
        post=NO_POST,
    ),
    Route(
        "cohorts:announcement_read",
        at={
            "space": "home.slug",
            "slug": "the_camp.slug",
            "public_id": "the_announcement.public_id",
        },
        foreign={
            "space": "away.slug",
            "slug": "away_the_camp.slug",
            "public_id": "away_the_announcement.public_id",
        },
        get="guests: login; signed_in: 404; camp, managers: 200",
        post=NO_POST,
    ),
    Route(
        "cohorts:announcement_got",
        at={
            "space": "home.slug",
            "slug": "the_camp.slug",
            "public_id": "the_announcement.public_id",
        },
        foreign={
            "space": "away.slug",
            "slug": "away_the_camp.slug",
            "public_id": "away_the_announcement.public_id",
        },
        get=NO_GET,
        post="guests: login; signed_in: 404; camp, managers: 302 +announcementreceipt",
    ),
    Route(
        "cohorts:announcement_list",
        at={"space": "home.slug", "slug": "the_camp.slug"},
        foreign={"space": "away.slug", "slug": "away_the_camp.slug"},
        get="guests: login; signed_in: 404; camp, managers: 200",
        post=NO_POST,
    ),
]
