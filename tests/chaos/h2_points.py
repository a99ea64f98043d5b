"""H2: a process breaks at every named point in turn, in three ways, and another one takes over.

It ends like a run that nothing happened to: the same rows, the same items, the same mails, at most
one of which comes twice and is listed. A point that no process passes fails the run.
"""

import dataclasses
import json
import secrets
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

from tests.chaos import children
from tests.chaos.ground import BASE, Ground, Place, place
from tests.chaos.oracle import Rows, arrivals, judge_mails, name_of
from tests.chaos.points import all_points


@dataclasses.dataclass(frozen=True)
class Size:
    """``minutes`` is a time box: what it cuts off is counted, and no more than half may be."""

    members: int
    actions: tuple[str, ...]
    seeds: int
    minutes: float


LEAST_POINTS = 12
# Mails that are of no run.
QUEUED = 5
SIZES = {
    "smoke": Size(members=8, actions=("kill",), seeds=1, minutes=4),
    "full": Size(members=200, actions=("kill", "raise", "hang"), seeds=50, minutes=150),
}


def run(made: Ground, *, size: str, seed: int) -> Iterator[dict[str, object]]:
    """The sweep, and a control whose sender forgets what it has sent, which must differ."""
    with place(made, latency=0) as here:
        yield sweep(here, size=size, seed=seed)
        yield control(here, seed=seed)
        yield from_the_environment(here)


def sweep(here: Place, *, size: str, seed: int) -> dict[str, object]:
    """Every point; ``passed`` if each was passed and each case ended like the undisturbed one."""
    chosen, points = SIZES[size], all_points()
    told = {
        **dataclasses.asdict(chosen),
        "label": f"p{secrets.token_hex(3)}",
        "seed": seed,
        "points": points,
    }
    facts, _words = children.run(here, "sweep", told, patience=chosen.minutes * 60 + 120)
    cases = facts.pop("cases")
    quiet, *ends = [_end_of(case, chosen.members, here) for case in cases]
    wrong = []
    for case, end in zip(cases[1:], ends, strict=True):
        # How large a batch becomes hangs on how fast the last one was: some break at a passing that
        # does not come, and are a quiet morning more.
        missed = not case["hit"] and case["nth"] == 1
        if missed or case["died"] or not end.is_like(quiet):
            how = f"hit {case['hit']}, died {case['died']}"
            wrong.append(f"{case['point']}:{case['nth']}:{case['action']} {how} {end.words()}")
    wanted = len(points) * len(chosen.actions) * chosen.seeds
    hit = {case["point"] for case in cases[1:] if case["hit"]}
    return {
        "h": "h2",
        "name": "failpoint-sweep",
        "engine": here.engine,
        "size": size,
        "seed": seed,
        "points": len(points),
        "never_passed": sorted(set(points) - hit),
        "cases": len(cases) - 1,
        "cases_wanted": wanted,
        "not_reached": sum(not case["hit"] for case in cases[1:]),
        "repeated": sum(end.repeated for end in ends),
        "wrong": wrong[:10],
        "wrong_cases": len(wrong),
        **facts,
        "passed": bool(
            len(points) >= LEAST_POINTS
            and hit == set(points)
            and not wrong
            and not cases[0]["died"]
            and sum(case["hit"] for case in cases[1:]) >= wanted / 2
        ),
    }


def control(here: Place, *, seed: int) -> dict[str, object]:
    """The same with a sender that marks before it sends and is killed in between: the comparison
    has to see it."""
    chosen = SIZES["smoke"]
    told = {
        **dataclasses.asdict(chosen),
        "label": f"p{secrets.token_hex(3)}",
        "seed": seed,
        "points": ["delivery.before_send"],
        "mark_first": True,
    }
    facts, _words = children.run(here, "sweep", told, patience=120)
    quiet, broken = (_end_of(case, chosen.members, here) for case in facts["cases"])
    return {
        "h": "h2",
        "name": "failpoint-sweep-control",
        "engine": here.engine,
        "size": "control",
        "seed": seed,
        "lost": broken.lost,
        "passed": bool(broken.lost and not broken.is_like(quiet)),
    }


def from_the_environment(here: Place) -> dict[str, object]:
    """What the sweep plans in forked processes, a cold one reads from CHAOS: told to, it is killed
    while it looks, and told nothing, it comes to its end."""
    command = [sys.executable, "manage.py", "deliver", "--once"]
    ended = [
        subprocess.run(
            command, cwd=BASE, env=here.environment | {"CHAOS": plan}, capture_output=True
        ).returncode
        for plan in ("look.begun:1:kill", "")
    ]
    return {
        "h": "h2",
        "name": "failpoint-by-environment",
        "engine": here.engine,
        "ended": ended,
        "passed": ended == [-signal.SIGKILL, 0],
    }


@dataclasses.dataclass(frozen=True)
class End:
    """How one case ended. ``state`` is what has to be the same in all of them."""

    state: str
    lost: int
    repeated: int
    unlisted: int

    def is_like(self, quiet: "End") -> bool:
        fine = self.state == quiet.state and not self.lost and not self.unlisted
        return fine and self.repeated <= 1

    def words(self) -> str:
        return f"lost {self.lost}, repeated {self.repeated}, unlisted {self.unlisted}: {self.state}"


def _end_of(case: dict, members: int, here: Place) -> End:
    label = case["label"]
    to = [f"{name_of(number)}@example.org" for number in range(members)]
    letters = {(each, f"{label}-x") for each in to} | {(each, f"{label}-y") for each in to[:QUEUED]}
    letters.add((to[0], f"{label}-left"))
    mails = judge_mails(label=label, wanted=letters, book=here.book, rows=here.rows)
    digests = here.book.read_text(encoding="utf-8").count(f"\t{label}d@example.org\t")
    [[listed]] = here.rows(
        "SELECT count(*) FROM community_outboxmessage o "  # noqa: S608
        "JOIN community_member m ON m.id = o.member_id "
        f"WHERE m.handle = '{label}d' AND o.state = 'sent' AND o.maybe_twice"
    )
    return End(
        state=_state(label, here.rows) + f" mails {len(arrivals(here.book, label).letters)}",
        lost=mails["lost"] + (digests == 0),
        repeated=mails["repeated"] + max(digests - 1, 0),
        unlisted=mails["unlisted"] + (digests > 1 and not listed),
    )


def _state(label: str, rows: Rows) -> str:
    """Rows, items and runs of a case, without what may differ: who tried how often, and when."""
    outbox = rows(
        "SELECT o.state, o.reason, o.wiped, o.claim IS NULL, o.settled_at IS NULL "  # noqa: S608
        "FROM community_outboxmessage o JOIN community_member m ON m.id = o.member_id "
        "LEFT JOIN community_run r ON r.id = o.run_id WHERE r.subject LIKE "
        f"'{label}-%' OR o.key LIKE '{label}:%' OR m.handle = '{label}d'"
    )
    items = rows(
        "SELECT i.member_id FROM community_inboxitem i JOIN community_run r ON r.id = i.run_id "  # noqa: S608
        f"WHERE r.subject LIKE '{label}-%'"
    )
    runs = rows(
        "SELECT what, state, finished_at IS NULL "  # noqa: S608
        f"FROM community_run WHERE subject LIKE '{label}-%' ORDER BY what"
    )
    counted = [
        [list(map(str, key)), count] for key, count in sorted(Counter(outbox).items(), key=str)
    ]
    once = len(items) == len(set(items))
    return json.dumps(
        {
            "rows": counted,
            "items": len(items),
            "once": once,
            "runs": [list(map(str, r)) for r in runs],
        }
    )
