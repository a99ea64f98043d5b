"""The board of the day, its steps, and what is done with them."""

from typing import Any

from community.services import form_tokens
from tests.matrix.routes import Route
from tests.matrix.world import World

CAMP = {"slug": "the_camp.slug"}
AWAY_CAMP = {"slug": "away_the_camp.slug"}
TASK = {"public_id": "the_task.public_id"}
AWAY_TASK = {"public_id": "away_the_task.public_id"}


def deed(**more: str) -> Any:
    def data(world: World) -> dict[str, Any]:
        return {"version": "1", "form_token": form_tokens.issue()} | more

    return data


def chosen(world: World) -> dict[str, Any]:
    ticked = f"{world.find('the_task').public_id}:1"
    return {"chosen": ticked, "form_token": form_tokens.issue()}


def note(world: World) -> dict[str, Any]:
    return {"text": "Somebody waits for an answer.", "form_token": form_tokens.issue()}


CLOSED = "+formtoken +taskevent soptask.closed_at,closed_by_id,state,version"
SKIPPED = "+formtoken +taskevent soptask.closed_at,closed_by_id,reason,state,version"
NOBODY = "guests: login; signed_in: 405"
STAFF = "guests: login; insiders: 404; outsiders: 404; managers, camp_staff: "
# Learners are in the camp, so they are told that this is not for them.
CAMP_STAFF = "guests: login; insiders: 404; outsiders: 404; learners: 403; managers, camp_staff: "
WORKERS = "guests: login; signed_in: 403; managers, camp_staff, same_role_other_space: "

ROUTES = [
    Route("cohorts:board", get=WORKERS + "200", post=NOBODY),
    Route(
        "cohorts:board_close",
        data=chosen,
        get=NOBODY,
        post=WORKERS + f"302 {CLOSED}; same_role_other_space: 302 +formtoken",
    ),
    Route("cohorts:run_board", at=CAMP, foreign=AWAY_CAMP, get=CAMP_STAFF + "200", post=NOBODY),
    Route(
        "cohorts:hand_over",
        at=CAMP,
        foreign=AWAY_CAMP,
        data=note,
        get=CAMP_STAFF + "200",
        post=CAMP_STAFF + "302 +formtoken +handover",
    ),
    # Opening it is seeing it.
    Route("cohorts:task", at=TASK, foreign=AWAY_TASK, get=STAFF + "200 +taskseen", post=NOBODY),
    Route(
        "cohorts:task_do",
        at=TASK,
        foreign=AWAY_TASK,
        data=deed(do="complete"),
        get=NOBODY,
        post=STAFF + f"302 {CLOSED}",
    ),
    Route(
        "cohorts:task_do",
        case="skipped",
        at=TASK,
        foreign=AWAY_TASK,
        data=deed(do="skip", reason="Rain."),
        get=NOBODY,
        post=STAFF + f"302 {SKIPPED}",
    ),
    Route(
        "cohorts:task_do",
        case="seen before somebody else changed it",
        at=TASK,
        foreign=AWAY_TASK,
        data=deed(do="complete", version="7"),
        get=NOBODY,
        post=STAFF + "409",
    ),
    # Nothing has happened to it yet.
    Route(
        "cohorts:task_back",
        at=TASK | {"version": "one"},
        foreign="A version is a number that everybody knows; whose task it is, task_do says.",
        get=NOBODY,
        post=STAFF + "302",
    ),
    Route(
        "cohorts:task_words",
        at=TASK | {"script": "the_script.pk"},
        foreign=AWAY_TASK | {"script": "away_the_script.pk"},
        get=NOBODY,
        post=STAFF + "204 +scriptuse",
    ),
]
