"""What the staff do for learners; no learner reaches any of it, whatever she types."""

from typing import Any

from cohorts.models import HandOver
from cohorts.services import staff_room
from community.services import form_tokens
from tests.matrix.routes import Route
from tests.matrix.world import CANARY, World

# Stands in everything that only staff may read, and nowhere else.
STAFF_WORD = "Kingfisher"


def add_to(world: World) -> dict[str, Any]:
    """A note, an answer, an agreed wording that was replaced, and a contact, in each space."""
    home = _room(world.find("the_camp"), world.people["lead"], STAFF_WORD)
    away = _room(world.find("away_the_camp"), world.stranger, CANARY)
    world.find("the_check_in").enrolment.contacts.create(
        by=world.people["lead"], note=f"{STAFF_WORD} contact", value=f"{STAFF_WORD} value"
    )
    which = {"which": "opening"}
    return (
        which
        | {f"the_{key}": row for key, row in home.items()}
        | {f"away_the_{key}": row for key, row in away.items()}
    )


def _room(camp: Any, by: Any, word: str) -> dict[str, Any]:
    enrolment = camp.enrolments.order_by("-pk").first()
    note = staff_room.write(camp=camp, by=by, text=f"{word} note", about=enrolment)
    staff_room.write(camp=camp, by=by, text=f"{word} answer", answers=note)
    old = staff_room.decide(camp=camp, by=by, question=f"{word} question", wording=f"{word} old")
    new = staff_room.decide(
        camp=camp, by=by, question=f"{word} question", wording=f"{word} new", replaces=old
    )
    HandOver.objects.create(run=camp.run, by=by, text=f"{word} hand-over")
    return {"staff_note": note, "decision": new, "old_decision": old}


def sent(**fields: str) -> Any:
    """The body of a form, with a token of its own."""
    return lambda world: fields | {"form_token": form_tokens.issue()}


CAMP, AWAY = {"slug": "the_camp.slug"}, {"slug": "away_the_camp.slug"}
LOOK = "guests: login; insiders: 404; outsiders: 404; learners: 403; managers, camp_staff: 200"
WRITE = LOOK.removesuffix("200") + "302 "
NO_POST = "guests: login; signed_in: 405"
NO_GET = NO_POST
TOOLS = "guests: login; signed_in: 403; managers, camp_staff, same_role_other_space: 200"


def page(name: str, **more: Any) -> Route:
    """A page of a camp that only shows something."""
    return Route(f"cohorts:{name}", at=CAMP, foreign=AWAY, get=LOOK, post=NO_POST, **more)


def of_camp(**names: str) -> dict[str, Any]:
    """Address and foreign address of something in the camp."""
    return {
        "at": CAMP | names,
        "foreign": AWAY | {key: f"away_{path}" for key, path in names.items()},
    }


HER = {
    "at": CAMP | {"handle": "neighbour.handle"},
    "foreign": AWAY | {"handle": "stranger.handle"},
}
DECISION = {
    "question": "Is there a refund?",
    "wording": "Yes, within three days.",
    "teller": "lead",
}

ROUTES = [
    page("praise_queue"),
    Route(
        "cohorts:praise_give",
        **of_camp(public_id="the_check_in.public_id"),
        data=sent(text="The kettle in your second line stays with me.", first="on"),
        get=LOOK,
        post=WRITE + "+checkinpraise +formtoken +inboxitem +outboxmessage +run",
    ),
    page("contacts"),
    Route(
        "cohorts:contact_note",
        **HER,
        data=sent(channel="phone", note="About her garden."),
        get=LOOK,
        post=WRITE + "+contactnote +formtoken",
    ),
    page("learners"),
    Route("cohorts:learner", **HER, get=LOOK, post=NO_POST),
    Route(
        "cohorts:staff_room",
        at=CAMP,
        foreign=AWAY,
        data=sent(text="Somebody should call her."),
        get=LOOK,
        post=WRITE + "+formtoken +staffnote",
    ),
    Route(
        "cohorts:staff_note",
        **of_camp(public_id="the_staff_note.public_id"),
        data=sent(text="I will."),
        get=LOOK,
        post=WRITE + "+formtoken +staffnote",
    ),
    Route(
        "cohorts:staff_decide",
        at=CAMP,
        foreign=AWAY,
        data=sent(**DECISION),
        get=LOOK,
        post=WRITE + "+formtoken +staffdecision",
    ),
    Route(
        "cohorts:staff_decision",
        **of_camp(public_id="the_decision.public_id"),
        get=LOOK,
        post=NO_POST,
    ),
    Route(
        "cohorts:staff_replace",
        **of_camp(public_id="the_decision.public_id"),
        data=sent(**DECISION),
        get=LOOK,
        post=WRITE + "+formtoken +staffdecision staffdecision.replaced_by_id",
    ),
    page("games"),
    Route(
        "cohorts:run_sheet",
        at=CAMP | {"which": "which"},
        foreign="which of two sheets is no secret, and a camp of another space is tried by the games",
        get=LOOK,
        post=NO_POST,
    ),
    Route(
        "cohorts:script_use",
        **of_camp(script="the_script.pk"),
        get=NO_GET,
        post=WRITE + "+scriptuse",
    ),
    Route("cohorts:script_list", get=TOOLS, post=NO_POST),
]
