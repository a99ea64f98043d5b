"""What should have happened, worked out without a line of the code that did it.

Reads the mail server's own book and the tables by plain SQL. Who should have got what follows from
the size of the run alone.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

Rows = Callable[[str], list[tuple]]
# To whom, and the first word of the subject.
Letter = tuple[str, str]
FIRST_DAY = dt.date(2026, 3, 2)


def name_of(number: int) -> str:
    """The handle of a member of a run, and the part of her address before the @."""
    return f"chaos{number}"


@dataclass(frozen=True)
class Arrivals:
    """What the mail server accepted of one run."""

    letters: Counter[Letter] = field(default_factory=Counter)
    ids: dict[Letter, set[str]] = field(default_factory=dict)

    @property
    def repeated(self) -> list[Letter]:
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
    with book.open(encoding="utf-8") as lines:
        ours = [line.rstrip("\n") for line in lines if f"\t{label}-" in line]
    for line in ours:
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
    *, label: str, wanted: Collection[Letter], book: Path, rows: Rows
) -> dict[str, int]:
    """The part of a verdict that is about mails: ``wanted`` are the letters that should have come."""
    arrived = arrivals(book, label)
    found = Counter[Letter]()
    states: list[str] = []
    doubted: set[Letter] = set()
    for letter, state, maybe_twice in letters_of(label, rows):
        found[letter] += 1
        states.append(state)
        if maybe_twice:
            doubted.add(letter)
    return {
        "lost": len(set(wanted) - set(arrived.letters)),
        "repeated": arrived.too_many,
        "unlisted": len(set(arrived.repeated) - doubted),
        "renamed": arrived.renamed,
        "missing_rows": len(set(wanted) - set(found)),
        "duplicate_rows": found.total() - len(found) + len(set(found) - set(wanted)),
        "unsettled": sum(state != "sent" for state in states),
    }


def letters_of(label: str, rows: Rows) -> Iterator[tuple[Letter, str, bool]]:
    """The rows of the outbox that belong to ``label``: which letter, its state, and whether it is
    listed as maybe twice. A mail of a run has the run's subject as its word; one of its own says in
    its key: ``label:rest of the word:name``."""
    yield from (
        ((to, subject), state, bool(twice))
        for to, subject, state, twice in rows(
            "SELECT m.email, r.subject, o.state, o.maybe_twice FROM community_outboxmessage o "  # noqa: S608
            "JOIN community_run r ON r.id = o.run_id JOIN community_member m ON m.id = o.member_id "
            f"WHERE r.what = 'chaos' AND r.subject LIKE '{label}-%'"
        )
    )
    for key, state, twice in rows(
        "SELECT key, state, maybe_twice FROM community_outboxmessage "  # noqa: S608
        f"WHERE key LIKE '{label}:%'"
    ):
        _label, word, name = key.split(":")
        yield (f"{name}@example.org", f"{label}-{word}"), state, bool(twice)


def left_over(label: str, rows: Rows) -> list[list]:
    """What has not come to its end, for whoever has to find out why: state, reason, how many, the
    most attempts and failures of one, and what it says went wrong."""
    found = rows(
        "SELECT o.state, o.reason, count(*), max(o.attempt), max(o.failures), "  # noqa: S608
        "max(o.lease_until), max(o.not_before), max(o.error) FROM community_outboxmessage o "
        "LEFT JOIN community_run r ON r.id = o.run_id WHERE o.state <> 'sent' "
        f"AND (r.subject LIKE '{label}-%' OR o.key LIKE '{label}:%') GROUP BY o.state, o.reason"
    )
    return [list(map(str, row)) for row in found]
