"""What should have happened, worked out without a line of the code that did it.

Reads the mail server's own book and the tables by plain SQL. Who should have got what follows from
the size of the run alone.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Rows = Callable[[str], list[tuple]]
FIRST_DAY = dt.date(2026, 3, 2)


@dataclass(frozen=True)
class Verdict:
    """Counts, all of which are 0 after a good run except ``mails``, ``items`` and ``repeated``.

    ``lost`` never reached the mail server; ``repeated`` reached it more than once, and of these
    ``unlisted`` are not marked "maybe twice", and ``renamed`` came with another Message-ID.
    """

    mails: int
    items: int
    lost: int
    repeated: int
    unlisted: int
    renamed: int
    missing_rows: int
    duplicate_rows: int
    unsettled: int
    missing_items: int
    duplicate_items: int

    @property
    def is_clean(self) -> bool:
        bad = (self.lost, self.unlisted, self.renamed, self.missing_rows, self.duplicate_rows)
        return not any((*bad, self.unsettled, self.missing_items, self.duplicate_items))


def judge(*, label: str, members: int, days: int, book: Path, rows: Rows) -> Verdict:
    """Compare what should be with the book of the mail server and with the tables."""
    names = [f"chaos{number}" for number in range(members)]
    dates = [(FIRST_DAY + dt.timedelta(days=number)).isoformat() for number in range(days)]
    wanted = {(f"{name}@example.org", f"{label}-{day}") for name in names for day in dates}

    arrived = Counter[tuple[str, str]]()
    ids: dict[tuple[str, str], set[str]] = {}
    for line in book.read_text(encoding="utf-8").splitlines():
        message_id, to, word = line.split("\t")
        if word.startswith(f"{label}-"):
            arrived[to, word] += 1
            ids.setdefault((to, word), set()).add(message_id)

    keys = Counter[str]()
    states: dict[str, str] = {}
    doubted: set[str] = set()
    for key, state, maybe_twice in rows(
        f"SELECT key, state, maybe_twice FROM community_outboxmessage WHERE key LIKE '{label}:%'"  # noqa: S608  the label is our own
    ):
        keys[key] += 1
        states[key] = state
        if maybe_twice:
            doubted.add(key)
    wanted_keys = {f"{label}:{day}:{name}" for name in names for day in dates}

    items = Counter(
        rows(  # the label is our own
            "SELECT r.local_date, i.member_id FROM community_inboxitem i "  # noqa: S608
            "JOIN community_run r ON r.id = i.run_id "
            f"WHERE r.what = 'chaos' AND r.subject = '{label}'"
        )
    )
    repeated = [letter for letter, count in arrived.items() if count > 1]
    return Verdict(
        mails=len(wanted),
        items=members * days,
        lost=len(wanted - set(arrived)),
        repeated=sum(arrived[letter] - 1 for letter in repeated),
        unlisted=sum(_key(label, letter) not in doubted for letter in repeated),
        renamed=sum(len(ids[letter]) > 1 for letter in repeated),
        missing_rows=len(wanted_keys - set(keys)),
        duplicate_rows=sum(keys.values()) - len(keys) + len(set(keys) - wanted_keys),
        unsettled=sum(state != "sent" for state in states.values()),
        missing_items=members * days - len(items),
        duplicate_items=sum(items.values()) - len(items),
    )


def _key(label: str, letter: tuple[str, str]) -> str:
    to, word = letter
    return f"{label}:{word.removeprefix(label + '-')}:{to.partition('@')[0]}"
