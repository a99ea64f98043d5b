"""What should have happened, worked out without a line of the code that did it.

Reads the mail server's own book and the tables by plain SQL. Who should have got what follows from
the size of the run alone.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

Rows = Callable[[str], list[tuple]]
FIRST_DAY = dt.date(2026, 3, 2)


def name_of(number: int) -> str:
    """The handle of a member of a run, and the part of her address before the @."""
    return f"chaos{number}"


@dataclass(frozen=True)
class Arrivals:
    """What the mail server accepted of one run. A letter is its recipient and the first word of
    its subject."""

    letters: Counter[tuple[str, str]] = field(default_factory=Counter)
    ids: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    @property
    def repeated(self) -> list[tuple[str, str]]:
        return [letter for letter, count in self.letters.items() if count > 1]

    @property
    def too_many(self) -> int:
        """How many mails too many there are."""
        return sum(count - 1 for count in self.letters.values())

    @property
    def renamed(self) -> int:
        """How many letters came again with another Message-ID."""
        return sum(len(found) > 1 for found in self.ids.values())


def arrivals(book: Path, label: str) -> Arrivals:
    """Read the book, and keep what belongs to ``label``."""
    found = Arrivals()
    for line in book.read_text(encoding="utf-8").splitlines():
        message_id, to, word = line.split("\t")
        if word.startswith(f"{label}-"):
            found.letters[to, word] += 1
            found.ids.setdefault((to, word), set()).add(message_id)
    return found


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


def judge(*, label: str, members: int, mailed: int, days: int, book: Path, rows: Rows) -> Verdict:
    """Compare what should be with the book of the mail server and with the tables: each day an
    in-app item for each of ``members``, and a mail for the first ``mailed`` of them."""
    dates = [(FIRST_DAY + dt.timedelta(days=number)).isoformat() for number in range(days)]
    wanted = {
        (f"{name_of(number)}@example.org", f"{label}-{day}")
        for number in range(mailed)
        for day in dates
    }
    items = Counter(
        rows(  # the label is our own
            "SELECT r.local_date, i.member_id FROM community_inboxitem i "  # noqa: S608
            "JOIN community_run r ON r.id = i.run_id "
            f"WHERE r.what = 'chaos' AND r.subject LIKE '{label}-%'"
        )
    )
    return Verdict(
        mails=len(wanted),
        items=members * days,
        missing_items=members * days - len(items),
        duplicate_items=sum(items.values()) - len(items),
        **judge_mails(label=label, wanted=wanted, book=book, rows=rows),
    )


def judge_mails(
    *, label: str, wanted: Collection[tuple[str, str]], book: Path, rows: Rows
) -> dict[str, int]:
    """The part of a verdict that is about mails: ``wanted`` are the letters that should have come.
    The key of a letter's row is ``label:rest of its word:name``."""
    arrived = arrivals(book, label)
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
    wanted_keys = {_key(label, letter) for letter in wanted}
    return {
        "lost": len(set(wanted) - set(arrived.letters)),
        "repeated": arrived.too_many,
        "unlisted": sum(_key(label, letter) not in doubted for letter in arrived.repeated),
        "renamed": arrived.renamed,
        "missing_rows": len(wanted_keys - set(keys)),
        "duplicate_rows": sum(keys.values()) - len(keys) + len(set(keys) - wanted_keys),
        "unsettled": sum(state != "sent" for state in states.values()),
    }


def _key(label: str, letter: tuple[str, str]) -> str:
    to, word = letter
    return f"{label}:{word.removeprefix(label + '-')}:{to.partition('@')[0]}"
