"""The draft of an introduction: in the member's row, or in the session of somebody without an
account, with the same shape and the same rules.

Each step is written by one open page at a time. A page carries a mark of its own (``writer``) and
what it was made from (``seen``); a save is taken if this page wrote the step last, or if nobody has
written it since. Two devices on different steps do not disturb each other.
"""

import secrets
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError, transaction

from community import clock
from community.models import Introduction, Member
from community.services.answers import draft_of, published_answers

SESSION_KEY = "introduction"
STEPS = {
    1: ("nickname", "occupation", "place"),
    2: ("line", "reasons", "reason_own"),
    3: ("proud",),
    4: ("offers", "offers_own", "needs", "needs_own", "directions", "links", "ways", "hours"),
}
LISTS = frozenset({"reasons", "offers", "needs", "directions", "ways"})
# Of a draft: far above what is published, so that nothing pasted is lost; below what fills a disk.
LONGEST_TEXT = 20_000
LONGEST_LIST = 60
# A way to be reached, and links, are for the spaces even when the rest is for everybody.
NARROW = {"contact": "spaces", "links": "spaces"}


class WrittenElsewhere(Exception):
    """Another page has written this step since this one was opened. ``theirs`` is what it says."""

    def __init__(self, theirs: Mapping[str, Any], seen: int) -> None:
        super().__init__()
        self.theirs = theirs
        self.seen = seen


@dataclass
class Draft:
    """What is being written. ``step`` is where she stopped, ``marks`` who wrote which step last,
    ``kept`` the hints she has answered with "keep it", ``aside`` words that were written on another
    device and stood in the way."""

    fields: dict[str, Any] = field(default_factory=dict)
    marks: dict[str, dict[str, Any]] = field(default_factory=dict)
    step: int = 1
    kept: list[str] = field(default_factory=list)
    aside: dict[str, str] = field(default_factory=dict)
    audience: str = "spaces"
    visibility: dict[str, str] = field(default_factory=lambda: dict(NARROW))

    @classmethod
    def read(cls, value: Any) -> "Draft":
        """A draft from what is stored; whatever is not of the right shape is left out."""
        draft = cls()
        if not isinstance(value, dict):
            return draft
        for name in ("fields", "marks", "aside", "visibility"):
            if isinstance(value.get(name), dict):
                setattr(draft, name, dict(value[name]))
        draft.marks = {step: mark for step, mark in draft.marks.items() if isinstance(mark, dict)}
        if isinstance(value.get("kept"), list):
            draft.kept = [key for key in value["kept"] if isinstance(key, str)]
        if value.get("step") in (*STEPS, 5):
            draft.step = value["step"]
        if isinstance(value.get("audience"), str):
            draft.audience = value["audience"]
        return draft

    def as_json(self) -> dict[str, Any]:
        return {
            "fields": self.fields,
            "marks": self.marks,
            "step": self.step,
            "kept": self.kept,
            "aside": self.aside,
            "audience": self.audience,
            "visibility": self.visibility,
        }

    @property
    def is_empty(self) -> bool:
        return not any(self.fields.values())

    def seen(self, step: int) -> int:
        """How often the step has been written by one page after another."""
        mark = self.marks.get(str(step))
        return mark["n"] if isinstance(mark, dict) and isinstance(mark.get("n"), int) else 0

    def write(
        self, step: int, values: Mapping[str, Any], *, writer: str, seen: int, then: int
    ) -> None:
        """Put the answers of ``step`` in; she goes on at ``then``. Raises WrittenElsewhere if
        another page did meanwhile and says something else."""
        mine = {name: tidy(name, values.get(name)) for name in STEPS[step]}
        mark = self.marks.get(str(step)) or {}
        theirs = {name: tidy(name, self.fields.get(name)) for name in STEPS[step]}
        if mark.get("by") != writer and self.seen(step) != seen and mine != theirs:
            raise WrittenElsewhere(theirs, self.seen(step))
        if mark.get("by") != writer:
            self.marks[str(step)] = {"by": writer, "n": self.seen(step) + 1}
        self.fields.update(mine)
        self.step = then


def tidy(name: str, value: Any) -> Any:
    """A text or a list of keys as a draft keeps it; anything else is empty."""
    if name in LISTS:
        items = value if isinstance(value, list | tuple) else []
        return [item[:40] for item in items if isinstance(item, str)][:LONGEST_LIST]
    return value.replace("\x00", "")[:LONGEST_TEXT] if isinstance(value, str) else ""


def new_writer() -> str:
    """The mark of one open page."""
    return secrets.token_urlsafe(8)


def load(member: Any, session: Mapping[str, Any]) -> Draft:
    """Her draft; what she has published, if there is none; an empty one with her name otherwise.

    One query for a member (three more when a published text is opened for the first time), none
    for somebody without an account.
    """
    if not member.is_authenticated:
        return Draft.read(session.get(SESSION_KEY))
    row = Introduction.objects.filter(member=member).first()
    return _draft_in(row, member)


def save_step(
    member: Any,
    session: MutableMapping[str, Any],
    *,
    step: int,
    values: Mapping[str, Any],
    writer: str,
    seen: int,
    then: int,
) -> Draft:
    """Write the answers of one step; she goes on at ``then`` (5 is the check). Locks the member's row of the introduction (made if there is
    none). Raises WrittenElsewhere."""
    return _change(
        member,
        session,
        lambda draft: draft.write(step, values, writer=writer, seen=seen, then=then),
    )


def save_choices(
    member: Any,
    session: MutableMapping[str, Any],
    *,
    audience: str,
    visibility: Mapping[str, str],
    keep: str = "",
    drop: tuple[str, str] | None = None,
) -> Draft:
    """Who reads what, and the answer to one hint: ``keep`` is its key, ``drop`` the field and the
    piece of text to take out of it. Locks as ``save_step`` does."""

    def change(draft: Draft) -> None:
        draft.audience, draft.visibility, draft.step = audience, dict(visibility), 5
        if keep and keep not in draft.kept:
            draft.kept = [*draft.kept, keep][-50:]
        if drop is not None:
            name, quote = drop
            text = draft.fields.get(name)
            if isinstance(text, str):
                draft.fields[name] = text.replace(quote, "")

    return _change(member, session, change)


@transaction.atomic
def adopt_draft(session: SessionBase, member: Member) -> bool:
    """Carry what was written before signing in over to ``member``; True if there was something.

    Answers she has not given yet are taken. Where the account says something else already, the
    account's words stay, and the others are laid beside them: nothing is lost and nothing that is
    published changes. Two queries; none if nothing was written.
    """
    kept = session.pop(SESSION_KEY, None)
    brought = Draft.read(kept)
    if brought.is_empty:
        return False
    row = _locked_row(member)
    draft = _draft_in(row, member)
    fresh = draft.is_empty or set(draft.fields) == {"nickname"}
    for name, value in brought.fields.items():
        mine = draft.fields.get(name)
        if not mine or (fresh and name == "nickname"):
            draft.fields[name] = value
        elif value and value != mine:
            if isinstance(value, str):
                draft.aside[name] = value
            elif isinstance(mine, list):
                draft.fields[name] = [*mine, *(item for item in value if item not in mine)]
    draft.step = brought.step
    if fresh:
        draft.audience, draft.visibility = brought.audience, brought.visibility
    for step in STEPS:
        draft.marks[str(step)] = {"by": "", "n": draft.seen(step) + 1}
    _store(row, draft)
    return True


def written(session: Mapping[str, Any]) -> Draft | None:
    """What somebody without an account has written in this browser, so that the page that asks for
    one can show that it is still there. No query."""
    draft = Draft.read(session.get(SESSION_KEY))
    return None if draft.is_empty else draft


def _change(member: Any, session: MutableMapping[str, Any], change: Any) -> Draft:
    if not member.is_authenticated:
        draft = Draft.read(session.get(SESSION_KEY))
        change(draft)
        session[SESSION_KEY] = draft.as_json()
        return draft
    with transaction.atomic():
        row = _locked_row(member)
        draft = _draft_in(row, member)
        change(draft)
        _store(row, draft)
    return draft


def _locked_row(member: Member) -> Introduction:
    rows = Introduction.objects.select_for_update().filter(member=member)
    row = rows.first()
    if row is not None:
        return row
    try:
        with transaction.atomic():
            return Introduction.objects.create(member=member)
    except IntegrityError:
        # Another device of hers has made it in this very moment.
        return rows.get()


def _draft_in(row: Introduction | None, member: Member) -> Draft:
    if row is not None and row.draft:
        return Draft.read(row.draft)
    if row is not None and row.is_published:
        return Draft.read(draft_of(published_answers(row)) | {"step": 1})
    name = member.display_name
    return Draft(fields={"nickname": name} if name else {})


def _store(row: Introduction, draft: Draft) -> None:
    row.draft, row.draft_saved_at = draft.as_json(), clock.now()
    row.save(update_fields=["draft", "draft_saved_at"])
