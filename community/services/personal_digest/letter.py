"""The middle of a personal digest, written at the moment it is sent."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q
from django.utils import translation

from community.models import NotificationSettings, OutboxMessage
from community.registry import Personal, PersonalLetter, personal_letters
from community.services.personal_digest.composing import compose as compose_for
from community.services.personal_digest.planning import TEMPLATE
from community.services.personal_digest.readers import Readers
from community.services.personal_digest.writing import Writer


def compose(rows: Sequence[OutboxMessage], now: dt.datetime) -> dict[int, Personal | None]:
    """By the key of the message: what is new for its reader since her last digest, or None. Asked at
    the moment of sending, so that it says nothing she may not see any more. Seven queries at most
    with the sections there are; one less if the members' settings were fetched with them.
    """
    readers = Readers((row.member for row in rows if row.member is not None), now)
    digests = compose_for(readers)
    found: dict[int, Personal | None] = {row.pk: None for row in rows}
    by_language: dict[str, list[OutboxMessage]] = {}
    for row in rows:
        # What ``settled`` writes when it has been sent: how far this one reached.
        row.digest_until = now  # type: ignore[attr-defined]
        if row.member_id in digests:
            assert row.member is not None
            by_language.setdefault(row.locale or row.member.locale, []).append(row)
    for locale, theirs in by_language.items():
        with translation.override(locale):
            writer = Writer(locale)
            for row in theirs:
                assert row.member is not None
                key = row.member.pk
                found[row.pk] = writer.write(row.member, digests[key], readers.since[key])
    return found


def settled(rows: Sequence[OutboxMessage]) -> None:
    """These were sent, or had nothing new: their readers' next digest begins where this one ended.
    In the caller's transaction, one UPDATE for each ``compose``; never backwards.

    Of one that another process has sent, the moment is not known, but not before it was due.
    """
    reached: dict[dt.datetime, list[int]] = {}
    for row in rows:
        if row.member_id is not None:
            until = getattr(row, "digest_until", row.not_before)
            reached.setdefault(until, []).append(row.member_id)
    for until, members in reached.items():
        NotificationSettings.objects.filter(
            Q(digest_covers_until=None) | Q(digest_covers_until__lt=until), member__in=members
        ).update(digest_covers_until=until)


personal_letters.register(TEMPLATE, PersonalLetter(compose=compose, settled=settled))
