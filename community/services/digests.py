"""The digest of a day (昨日精华): its draft, writing it, checking it, saying yes to it, putting it right.

Each function that writes is one transaction; the version decides between two who are at it at once,
and the unique key of room and day makes two drafts one.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Digest, Highlight, Member, Room
from community.models.digest import MOST, SENT_AT
from community.models.highlight import LONGEST_PHRASE, LONGEST_QUOTE, LONGEST_TITLE
from community.services import audit, digest_texts, jump_phrases, late_desk
from community.services.answers import one_line
from community.services.digest_checks import any_bad, checks
from community.services.highlight_consent import refresh_runs
from community.services.jump_phrases import Haystack

LONGEST_OPENING = 300
State, Kind = Digest.State, Highlight.Kind


class ChangedElsewhere(DomainError):
    """Somebody else has saved these highlights since they were opened. ``digest`` is as it is now."""

    def __init__(self, digest: Digest) -> None:
        super().__init__(
            _(
                "%(name)s has saved these highlights meanwhile. What you typed is still here; look at "
                "the preview, then save what shall stand."
            )
            % {"name": digest.changed_by or _("Somebody")}
        )
        self.digest = digest


@dataclass(frozen=True)
class Place:
    """Where the readers of a day find its digest, what that day is called and in which language;
    handed down by whoever owns the room."""

    path: str
    label: str
    locale: str


@dataclass(frozen=True)
class Entry:
    """What one item shall say."""

    row: Highlight
    title: str = ""
    quote: str = ""
    tag: str = ""
    phrase: str = ""


@dataclass(frozen=True)
class Written:
    """What was typed on the page: ``entries`` in their order."""

    entries: Sequence[Entry]
    style: str = Digest.Style.SCREEN
    opening: str = ""
    correction: str = ""


# The draft ------------------------------------------------------------------


@transaction.atomic
def draft(*, room: Room, day: dt.date, place: Place, known: Haystack | None = None) -> Digest:
    """The digest of ``day``, made now from its first five stars unless there is one. It goes out at
    half past eight of the next day if a person says yes. Four queries at most."""
    row, new = Digest.objects.get_or_create(
        room=room,
        day=day,
        defaults={
            "path": place.path,
            "label": place.label,
            "locale": place.locale,
            "due_at": usual_hour(room, day),
        },
    )
    row.room = room
    if new:
        stars = Highlight.objects.tellable().filter(room=room, day=day, digest=None)
        picked = list(stars.order_by("said_at", "pk")[:MOST])
        for position, one in enumerate(picked, 1):
            one.digest, one.position = row, position
            look_for_a_phrase(one, known)
        Highlight.objects.bulk_update(picked, ["digest", "position", "phrase", "phrase_found"])
    return row


def usual_hour(room: Room, day: dt.date) -> dt.datetime:
    return clock.local_to_utc(day + dt.timedelta(days=1), SENT_AT, room.timezone)


def find(room: Room, day: dt.date) -> Digest | None:
    """One query."""
    return (
        Digest.objects.filter(room=room, day=day)
        .select_related("changed_by", "approved_by", "room__space")
        .first()
    )


def look_for_a_phrase(row: Highlight, known: Haystack | None) -> None:
    """Fill in ``phrase`` if there is none, and how often it occurs as far as anybody knows. Pure."""
    if not row.phrase and not row.spots and known is not None:
        row.phrase = jump_phrases.suggest(row.text, known)
    row.phrase_found = found(row, known) if row.phrase else None


def found(row: Highlight, known: Haystack | None) -> int | None:
    """How often its phrase occurs: in the chat it is from, else in the texts of the day that are
    ``known``. None when nobody can know."""
    if row.kind == Kind.CHAT:
        return jump_phrases.found_by_spots(row.phrase, row.text, row.spots)
    return known.count(row.phrase) if known is not None and row.kind != Kind.SCREENSHOT else None


# Writing it -----------------------------------------------------------------


@transaction.atomic
def save(
    *, digest: Digest, version: int, by: Member, written: Written, known: Haystack | None = None
) -> Digest:
    """Keep what was typed, if nobody has saved since ``version``. About six queries.

    Raises DomainError (for the field ``<public id>-<name>`` where it is about one) for what is too
    long, ChangedElsewhere when somebody was faster, and, once it has gone out, without a sentence
    that says what was put right. A text that may not go out any more is a draft again.
    """
    is_out = digest.is_out()
    fields = _fields(written, is_out)
    _refuse_too_long(written)
    as_read = Digest.objects.filter(pk=digest.pk, version=version)
    if not as_read.update(version=version + 1, changed_by=by, changed_at=clock.now(), **fields):
        raise ChangedElsewhere(
            Digest.objects.select_related("changed_by", "room").get(pk=digest.pk)
        )
    _write(digest, written, known, is_out)
    digest.refresh_from_db()
    rows = digest_texts.rows_of(digest)
    if digest.state == State.APPROVED and not is_out and any_bad(checks(digest, rows)):
        _to_draft(digest)
    if is_out:
        audit.record("digest.corrected", actor=by, subject=digest, space=digest.room.space)
        refresh_runs(digest)
    return digest


def _fields(written: Written, is_out: bool) -> dict[str, object]:
    fields: dict[str, object] = {
        "style": written.style,
        "opening": one_line(written.opening)[:LONGEST_OPENING],
    }
    if is_out:
        said = one_line(written.correction)
        if not said:
            raise DomainError(
                _(
                    "It has gone out. Say in a sentence what you put right; its readers will see it."
                ),
                field="correction",
            )
        fields |= {"correction": said[:LONGEST_OPENING], "corrected_at": clock.now()}
    return fields


def _refuse_too_long(written: Written) -> None:
    for entry in written.entries:
        for name, most in (
            ("title", LONGEST_TITLE), ("quote", LONGEST_QUOTE), ("phrase", LONGEST_PHRASE),
        ):  # fmt: skip
            over = len(getattr(entry, name).strip()) - most
            if over > 0:
                raise DomainError(
                    _("This is %(over)d characters too long; at most %(most)d fit.")
                    % {"over": over, "most": most},
                    field=f"{entry.row.public_id}-{name}",
                )


def _write(digest: Digest, written: Written, known: Haystack | None, is_out: bool) -> None:
    """The items as they shall stand; the others leave. What an author refused meanwhile, or somebody
    unstarred, stays out."""
    rows = []
    for position, entry in enumerate(written.entries, 1):
        row = entry.row
        newly = row.digest_id is None
        row.position, row.tag = position, entry.tag if entry.tag in Highlight.Tag.values else ""
        row.title, row.quote = one_line(entry.title), one_line(entry.quote)
        row.phrase = " ".join(entry.phrase.split())
        if newly and not row.phrase:
            look_for_a_phrase(row, known)
        row.phrase_found = found(row, known) if row.phrase else None
        rows.append(row)
    mine = Highlight.objects.filter(digest=digest)
    mine.exclude(pk__in=[row.pk for row in rows]).update(digest=None, position=0)
    # Of what was taken away meanwhile the words stay away.
    Highlight.objects.tellable().bulk_update(
        rows, ["position", "tag", "title", "quote", "phrase", "phrase_found"]
    )
    if not is_out:  # into what has gone out, nothing new comes
        keys = [row.pk for row in rows]
        Highlight.objects.tellable().filter(pk__in=keys, room=digest.room_id).update(digest=digest)


# Saying yes -----------------------------------------------------------------


@transaction.atomic
def approve(*, digest: Digest, version: int, by: Member, at: dt.datetime | None = None) -> Digest:
    """It may go out at ``at``, or now when that is over or nothing is said. Five queries.

    Raises DomainError with what keeps it and once it has gone out, and ChangedElsewhere when somebody
    saved meanwhile. A run that waited only for this yes goes on at once, whatever ``at`` says.
    """
    if digest.is_out():
        raise DomainError(_("It has gone out already. Put it right instead."))
    rows = digest_texts.rows_of(digest)
    bad = [one for one in checks(digest, rows) if one.kind == "bad"]
    if bad:
        raise DomainError(" ".join(f"{one.text}. {one.note}" for one in bad))
    now = clock.now()
    due_at = max(at or now, now)
    as_read = Digest.objects.filter(pk=digest.pk, version=version)
    if not as_read.update(
        state=State.APPROVED, approved_by=by, approved_at=now, due_at=due_at, version=version + 1,
        changed_by=by, changed_at=now,
    ):  # fmt: skip
        raise ChangedElsewhere(
            Digest.objects.select_related("changed_by", "room").get(pk=digest.pk)
        )
    if late_desk.release(what=Digest.WHAT, subject=digest.public_id, by=by):
        # Its mail leads to its page, which is there from ``due_at`` on.
        Digest.objects.filter(pk=digest.pk, due_at__gt=now).update(due_at=now)
    digest.refresh_from_db()
    audit.record("digest.approved", actor=by, subject=digest, space=digest.room.space)
    return digest


@transaction.atomic
def take_yes_back(*, digest: Digest, by: Member) -> bool:
    """It is a draft again and goes out only after another yes; True if it was scheduled. Raises
    DomainError once it has gone out."""
    if digest.is_out():
        raise DomainError(_("It has gone out already. Put it right instead."))
    taken = _to_draft(digest)
    if taken:
        audit.record("digest.withdrawn", actor=by, subject=digest, space=digest.room.space)
    return taken


def _to_draft(digest: Digest) -> bool:
    scheduled = Digest.objects.filter(pk=digest.pk, state=State.APPROVED, due_at__gt=clock.now())
    taken = scheduled.update(state=State.DRAFT, approved_by=None, approved_at=None)
    digest.refresh_from_db()
    return bool(taken)
