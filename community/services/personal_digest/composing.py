"""What is new for each of many readers, section by section."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from community import clock
from community.models import Member
from community.registry import DigestRow, DigestSection, digest_sections
from community.services.personal_digest.readers import Readers


@dataclass(frozen=True)
class Part:
    """One section of one digest; ``more`` rows did not fit."""

    section: DigestSection
    rows: list[DigestRow]
    more: int = 0


Digest = list[Part]


def compose(readers: Readers) -> dict[int, Digest]:
    """By the key of the member: the sections that have something new for her, in their order; no
    entry for whom there is nothing. As many queries as the sections ask, whatever their number."""
    found: dict[int, Digest] = {}
    for section in digest_sections:
        told = section.rows(readers, readers.earliest, readers.until)
        for key, rows in told.items():
            if key in readers.members and (part := _part(section, rows, readers, key)):
                found.setdefault(key, []).append(part)
    return found


def _part(
    section: DigestSection, rows: Iterable[DigestRow], readers: Readers, key: int
) -> Part | None:
    since, until = readers.since[key], readers.until
    new = [row for row in rows if since < row.at <= until]
    if not new:
        return None
    new.sort(key=_newest_first)
    return Part(section, new[: section.limit], max(0, len(new) - section.limit))


def _newest_first(row: DigestRow) -> float:
    return -row.at.timestamp()


def digest_of(member: Member, now: dt.datetime | None = None) -> tuple[Readers, Digest]:
    """What a digest would say to ``member`` now, and of which time. A query for her settings and
    those of the sections."""
    readers = Readers([member], now or clock.now())
    return readers, compose(readers).get(member.pk, [])
