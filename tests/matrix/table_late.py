"""What did not go out by itself: for who leads the room, runs its space, or runs the machine."""

import datetime as dt
from typing import Any

from community.models import Run
from tests.matrix.routes import Route
from tests.matrix.world import CANARY, World

DAY = dt.date(2026, 3, 2)
AT = dt.datetime(2026, 3, 2, 0, 30, tzinfo=dt.UTC)


def add_to(world: World) -> dict[str, Any]:
    """An announcement that was missed, in the camp of each space."""

    def missed(room, text: str) -> Run:
        return Run.objects.create(
            what="note", subject=text[:9], local_date=DAY, due_at=AT, room=room, state="waits",
            reason="late", template="community/note", context={"text": text}, kind="announcement",
        )  # fmt: skip

    return {
        "missed_run": missed(world.camp, "A day of the camp"),
        "away_run": missed(world.away_camp, f"{CANARY} day"),
        "open_run": Run.objects.create(
            what="note", subject="going", local_date=DAY, due_at=AT, room=world.camp,
            template="community/note", context={"text": "Going out"}, kind="announcement",
        ),
    }  # fmt: skip


SEE = "guests: login; signed_in: 403; lead, managers, operator, same_role_other_space: 200"
OWN = "guests: login; signed_in: 404; "
AT_RUN = {"run": "missed_run.public_id"}
FOREIGN = {"run": "away_run.public_id"}
POST_ONLY = "guests: login; signed_in: 405"

ROUTES = [
    Route("community:late_list", get=SEE, post=POST_ONLY),
    Route(
        "community:run_detail",
        at=AT_RUN,
        foreign=FOREIGN,
        get=f"{OWN}lead, managers, operator: 200",
        post=POST_ONLY,
    ),
    Route(
        "community:run_send",
        at=AT_RUN,
        foreign=FOREIGN,
        data=lambda w: {"note": "We were away."},
        get=POST_ONLY,
        post=f"{OWN}lead, managers, operator: 302 +auditevent run.audience,context,decided_at,decided_by_id,note,reason,state",
    ),
    Route(
        "community:run_skip",
        at=AT_RUN,
        foreign=FOREIGN,
        data=lambda w: {"reason": "The matrix wants it."},
        get=POST_ONLY,
        post=f"{OWN}lead, managers, operator: 302 +auditevent run.decided_at,decided_by_id,decision,state",
    ),
    Route(
        "community:run_stop",
        at={"run": "open_run.public_id"},
        foreign=FOREIGN,
        data=lambda w: {"reason": "The matrix wants it."},
        get=POST_ONLY,
        post=f"{OWN}lead, managers, operator: 302 +auditevent run.decided_at,decided_by_id,decision,state",
    ),
]
