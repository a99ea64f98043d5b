"""Highlights of a camp: its staff put them together, its people read them, and an author decides
about her own."""

import datetime as dt
from typing import Any

from community import clock
from community.models import Digest
from community.services import digests, form_tokens, highlights
from community.services.highlights import Thing
from tests.matrix.routes import Route
from tests.matrix.world import CANARY, World

DESK = {"slug": "the_camp.slug", "date": "a_day"}
# A day is no id: it is the same day in every camp.
AWAY_DESK = {"slug": "away_the_camp.slug", "date": "no_such_date"}
PAGE = {"space": "home.slug", "slug": "the_camp.slug", "date": "a_day"}
AWAY_PAGE = {"space": "away.slug", "slug": "away_the_camp.slug", "date": "no_such_date"}
STAR = {"slug": "the_camp.slug", "public_id": "the_check_in.public_id"}


def add_to(world: World) -> dict[str, Any]:
    """In both camps highlights of yesterday have gone out; in the home camp an author was asked."""
    day = clock.local_date("Asia/Shanghai")
    found: dict[str, Any] = {"a_day": day.isoformat()}
    for name, camp, by, word in (
        ("the", world.find("the_camp"), world.people["lead"], "A word"),
        ("away_the", world.find("away_the_camp"), world.stranger, CANARY),
    ):
        author = camp.enrolments.order_by("pk").first().member
        thing = Thing(kind="post", source="1", text=f"{word} worth telling.", author=author)
        row = highlights.star(room=camp.room, thing=thing, by=by, day=day)
        digest = digests.draft(
            room=camp.room, day=day, place=digests.Place("/x/", "D1", "en")
        )  # fmt: skip
        Digest.objects.filter(pk=digest.pk).update(
            state="approved", approved_by=by, approved_at=clock.now(),
            due_at=clock.now() - dt.timedelta(minutes=1),
        )  # fmt: skip
        row.refresh_from_db()
        row.consent = "asked"
        row.save(update_fields=["consent"])
        found[f"{name}_highlight"] = row
    return found


def whole(world: World) -> dict[str, Any]:
    row = world.more["the_highlight"]
    return {
        "version": 1, "style": "screen", "correction": "A word was wrong.", "pick": row.public_id,
        f"{row.public_id}-quote": "Said better.", "do": "save", "form_token": form_tokens.issue(),
    }  # fmt: skip


def pasted(world: World) -> dict[str, Any]:
    return {
        "paste": "Ada 2026/3/3 20:30\nSomething worth telling.", "do": "keep", "line": "1",
        "form_token": form_tokens.issue(),
    }  # fmt: skip


STAFF = "guests: login; signed_in: 404; learners: 403; camp_staff, managers: "
READ = f"{STAFF}200"
PEOPLE = "guests: login; signed_in: 404; camp, managers: 200"
NO_GET = NO_POST = "guests: login; signed_in: 405"
DIGEST = "digest.changed_at,changed_by_id,corrected_at,correction,version"

ROUTES = [
    Route(
        "cohorts:highlights_days",
        at={"slug": "the_camp.slug"},
        foreign={"slug": "away_the_camp.slug"},
        get=READ,
        post=NO_POST,
    ),
    Route(
        "cohorts:highlights_edit",
        at=DESK,
        foreign=AWAY_DESK,
        data=whole,
        get=READ,
        post=f"{STAFF}302 +auditevent +formtoken {DIGEST} highlight.quote",
    ),
    Route(
        "cohorts:highlights_paste",
        at=DESK,
        foreign=AWAY_DESK,
        data=pasted,
        get=READ,
        post=f"{STAFF}302 +formtoken +highlight",
    ),
    Route(
        "cohorts:highlights_picture",
        at=DESK,
        foreign=AWAY_DESK,
        data=lambda world: {"quote": "Words.", "form_token": form_tokens.issue()},
        get=READ,
        post=f"{STAFF}422",
    ),
    Route(
        "cohorts:star_check_in",
        at=STAR,
        foreign={"slug": "away_the_camp.slug", "public_id": "away_the_check_in.public_id"},
        get=NO_GET,
        post=f"{STAFF}302 +highlight",
    ),
    Route(
        "cohorts:star_introduction",
        at={"slug": "the_camp.slug", "handle": "the_enrolment.member.handle"},
        foreign={"slug": "away_the_camp.slug", "handle": "away_the_enrolment.member.handle"},
        get=NO_GET,
        post=f"{STAFF}302",
    ),
    Route("cohorts:highlights", at=PAGE, foreign=AWAY_PAGE, get=PEOPLE, post=NO_POST),
    Route(
        "cohorts:highlight_list",
        at={"space": "home.slug", "slug": "the_camp.slug"},
        foreign={"space": "away.slug", "slug": "away_the_camp.slug"},
        get=PEOPLE,
        post=NO_POST,
    ),
    Route(
        "community:highlight_consent",
        at={"public_id": "the_highlight.public_id"},
        foreign={"public_id": "away_the_highlight.public_id"},
        data=lambda world: {"answer": "anon"},
        get="guests: login; signed_in: 404; learner: 200",
        post="guests: login; signed_in: 404; learner: 302 +auditevent highlight.consent,consent_at,"
        "consent_by_id",
    ),
]
