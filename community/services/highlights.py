"""Stars (精华): what was worth telling, marked where it was said.

Apps above hand the words down (``Thing``); what they mean and who may read them they have decided
before. Each function that writes is one transaction; the unique key of room, kind and source makes
two taps one star.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Digest, Highlight, Introduction, Member, Room, Upload
from community.models.audience import LEVEL, Audience
from community.models.highlight import LONGEST_QUOTE, LONGEST_TEXT
from community.services.highlight_consent import refresh_runs
from community.trust.markup import plain_text

Kind, Consent = Highlight.Kind, Highlight.Consent
MOST_A_DAY = 60
# What a star that was taken away leaves: that there was one, and what its author answered.
NOTHING: dict[str, Any] = {"text": "", "title": "", "quote": "", "phrase": "", "phrase_found": None, "spots": [],
           "path": "", "digest": None, "position": 0, "upload": None}  # fmt: skip


@dataclass(frozen=True)
class Thing:
    """Something that can be starred. ``source`` names it within its ``kind`` in one room."""

    kind: str
    source: str
    text: str
    author: Member | None = None
    speaker: str = ""
    said_at: dt.datetime | None = None
    path: str = ""
    phrase: str = ""
    phrase_found: int | None = None
    spots: list[int] = field(default_factory=list)
    upload: Upload | None = None
    quote: str = ""


@transaction.atomic
def star(*, room: Room, thing: Thing, by: Member, day: dt.date | None = None) -> Highlight:
    """Star ``thing`` for the digest of ``day``; unless told, of the day on which it was said, or of
    the first one after that whose digest has not gone out yet. Twice is one star.

    Four queries at most. Raises DomainError when its author has said no, and when the day is full.
    """
    day = day or open_day(room, thing.said_at)
    if Highlight.objects.starred().filter(room=room, day=day).count() >= MOST_A_DAY:
        raise DomainError(
            _("This day has %(most)d stars already. Take some away before you add others.")
            % {"most": MOST_A_DAY}
        )
    words = {
        "day": day,
        "text": thing.text[:LONGEST_TEXT],
        "path": thing.path,
        "author": thing.author,
        "speaker": thing.speaker[:60],
        "said_at": thing.said_at,
        "phrase": thing.phrase,
        "phrase_found": thing.phrase_found,
        "spots": thing.spots,
        "upload": thing.upload,
        "quote": thing.quote or shortened(thing.text),
    }
    row, new = Highlight.objects.get_or_create(
        room=room, kind=thing.kind, source=thing.source, defaults=words | {"starred_by": by}
    )
    if new or row.unstarred_at is None:
        return row
    if row.consent == Consent.NO:
        raise DomainError(_("Its author does not want this to be told. Leave it where it is."))
    again = Highlight.objects.filter(pk=row.pk, unstarred_at__isnull=False)
    again.update(unstarred_at=None, starred_by=by, starred_at=clock.now(), **words)
    row.refresh_from_db()
    return row


@transaction.atomic
def unstar(*, room: Room, kind: str, source: str) -> bool:
    """Take the star away, and with it the words; True if there was one. Twice is fine.

    Raises DomainError once it stands in a digest that people read: that is corrected there.
    """
    row = find(room, kind, source)
    if row is None or row.unstarred_at is not None:
        return False
    if row.digest is not None and row.digest.is_out():
        raise DomainError(
            _("It stands in highlights that have gone out. Take it out there, with a correction.")
        )
    _wipe(Highlight.objects.filter(pk=row.pk))
    return True


def forget(*, kind: str, sources: Iterable[str]) -> int:
    """What was said is gone (taken back, erased): so are its stars, in whatever digest they stand,
    and in every mail of it that has not left yet. How many. Two queries, and a few for each digest."""
    return _wipe(Highlight.objects.starred().filter(kind=kind, source__in=list(sources)))


def hand_down(*, kind: str, source: str, text: str, upload: Upload | None = None) -> None:
    """Its author has changed what was said, so the star holds the new words. What stands in a digest
    as a quote stays; its phrase is to be looked at again. One UPDATE."""
    Highlight.objects.starred().filter(kind=kind, source=source).update(
        text=text[:LONGEST_TEXT], upload=upload, phrase_found=None, spots=[]
    )


def words_of(introduction: Introduction) -> str:
    """What of an introduction everybody in a camp may read: the sentence, and what she is proud of.
    "" when that is nothing. No query."""
    level = LEVEL[Audience.CAMP]
    words = [introduction.line] if introduction.shows("line", level) else []
    words += [plain_text(introduction.proud)] if introduction.shows("proud", level) else []
    return "\n".join(word for word in words if word)


def follow(introduction: Introduction) -> None:
    """It was changed, withdrawn or is for fewer people now: its stars say no more than others read.
    One UPDATE, or the queries of ``forget``."""
    readable = introduction.is_published and introduction.held_at is None
    words = words_of(introduction) if readable else ""
    if words:
        hand_down(kind=Kind.INTRODUCTION, source=introduction.public_id, text=words)
    else:
        forget(kind=Kind.INTRODUCTION, sources=[introduction.public_id])


@transaction.atomic
def _wipe(rows: QuerySet[Highlight]) -> int:
    """The words leave what stands on the page, and what its run has still to say and keeps."""
    digests = list(
        Digest.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=rows.values("digest"))
        .select_related("room")
        .order_by("pk")
    )
    wiped = rows.update(unstarred_at=clock.now(), **NOTHING)
    for digest in digests:
        refresh_runs(digest)
    return wiped


def find(room: Room, kind: str, source: str) -> Highlight | None:
    """The row of one thing, starred or not, with its digest. One query."""
    return (
        Highlight.objects.filter(room=room, kind=kind, source=source)
        .select_related("digest")
        .first()
    )


def of_day(room: Room, day: dt.date) -> list[Highlight]:
    """All that is starred for ``day``: what stands in the digest first and in its order, then the
    rest by time; each with its author. One query."""
    rows = (
        Highlight.objects.starred()
        .filter(room=room, day=day)
        .select_related("author", "author__introduction", "upload")
    )
    return sorted(rows, key=lambda row: (row.digest_id is None, row.position, row.pk))


def starred_among(room: Room, kind: str, sources: Sequence[str]) -> set[str]:
    """Which of ``sources`` carry a star. One query, none for none."""
    if not sources:
        return set()
    rows = Highlight.objects.starred().filter(room=room, kind=kind, source__in=sources)
    return set(rows.values_list("source", flat=True))


def starred_of(room: Room, author: Member) -> set[str]:
    """What of hers carries a star there. One query."""
    rows = Highlight.objects.starred().filter(room=room, author=author)
    return set(rows.values_list("source", flat=True))


def open_day(room: Room, said_at: dt.datetime | None) -> dt.date:
    """For which digest something that was said then is starred now: that of its day, but never one
    that has gone out, and none before yesterday. One query."""
    today = clock.local_date(room.timezone)
    yesterday = today - dt.timedelta(days=1)
    if Digest.objects.out().filter(room=room, day=yesterday).exists():
        yesterday = today
    said = clock.local_date(room.timezone, said_at) if said_at else today
    return min(max(said, yesterday), today)


def shortened(text: str) -> str:
    """A first quote: the text in one paragraph, cut where it gets too long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1].rstrip() + "…"


def export(member: Member) -> list[Any]:
    """What of hers was starred and what she answered; plain values. One query."""
    return list(
        Highlight.objects.filter(author=member).values(
            "room__name", "day", "kind", "text", "title", "quote", "consent", "consent_at"
        )
    )


def erase(member: Member) -> None:
    """Nothing of hers is told any more, in whatever digest it stood. For ``members.blank``, in its
    transaction. Two UPDATEs, and those of the runs that told of it."""
    hers = Highlight.objects.filter(author=member)
    _wipe(hers)
    hers.update(author=None, speaker="", consent=Consent.NO, consent_by=None)
