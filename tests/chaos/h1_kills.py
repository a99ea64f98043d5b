"""H1: schedulers and senders are killed while they plan, fan out and send.

Nothing is lost, nothing is written twice, and a mail comes twice at most once for each kill. The
control marks before it sends, and must lose.
"""

import dataclasses
import secrets
from collections.abc import Iterator

from tests.chaos import children
from tests.chaos.ground import Ground, Place, place
from tests.chaos.oracle import Verdict, judge, left_over


@dataclasses.dataclass(frozen=True)
class Size:
    """``members`` get an in-app item on each of ``days`` and the first ``mailed`` of them a mail;
    ``patience`` and ``lease`` are in seconds."""

    members: int
    mailed: int
    days: int
    kills: int
    patience: int
    lease: float = 2


SIZES = {
    "control": Size(members=50, mailed=50, days=2, kills=10, patience=60),
    # Other passes of the suite run beside it: a sender may not get a core for a while.
    "smoke": Size(members=200, mailed=60, days=5, kills=30, patience=90, lease=3),
    "full": Size(members=5_000, mailed=1_000, days=20, kills=1_000, patience=3_600, lease=5),
}
LEAST_IN_WINDOW = 0.3


def run(made: Ground, *, size: str, seed: int) -> Iterator[dict[str, object]]:
    """The run and its control, on ground of either database."""
    with place(made) as here:
        yield storm(here, size=size, seed=seed)
        # A control needs no thousand kills to lose something.
        yield storm(here, size="control", mark_first=True, seed=seed)


def storm(here: Place, *, size: str, seed: int, mark_first: bool = False) -> dict[str, object]:
    """One run; what it did, what the oracle says, and whether that is as it must be.

    ``passed`` of a run: nothing lost, nothing doubled, no more repeated mails than kills, all of
    them listed, nobody died by himself, and enough kills where it hurts: between claim and mark, and
    while a scheduler hands out. Of a control (``mark_first``): mails were lost.
    """
    chosen = SIZES[size]
    label = f"c{secrets.token_hex(3)}"
    told = dataclasses.asdict(chosen) | {"label": label, "seed": seed, "mark_first": mark_first}
    facts, words = children.run(here, "storm", told, patience=chosen.patience + 60)
    verdict = judge(
        label=label,
        members=chosen.members,
        mailed=chosen.mailed,
        days=chosen.days,
        book=here.book,
        rows=here.rows,
    )
    return {
        "h": "h1",
        "name": "kill-during-fan-out" + ("-control" if mark_first else ""),
        "engine": here.engine,
        "size": size,
        "seed": seed,
        **facts,
        **dataclasses.asdict(verdict),
        "passed": bool(verdict.lost) if mark_first else is_good(facts, verdict, chosen),
        **({"left": left_over(label, here.rows)} if verdict.unsettled else {}),
        **({"stderr": words} if facts["died"] else {}),
    }


def is_good(facts: dict, verdict: Verdict, size: Size) -> bool:
    """Whether a run that was no control is as it must be."""
    hit = facts["in_window"] >= LEAST_IN_WINDOW * facts["kills"] and facts["while_handing_out"]
    whole = facts["settled"] and not facts["died"] and facts["kills"] == size.kills
    kills = facts["kills"] + facts["scheduler_kills"]
    return bool(hit and whole and verdict.is_clean and verdict.repeated <= kills)
