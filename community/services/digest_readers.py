"""Who must not meet somebody that a digest names: she is mailed the digest without that name, as the
page shows it to her."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from community.models import Block, Digest, Highlight, OutboxMessage
from community.registry import reader_contexts
from community.services import digest_texts

Pairs = set[tuple[int, int]]


def contexts(rows: Sequence[OutboxMessage]) -> dict[int, dict[str, Any]]:
    """By the key of the message, the context of a reader who and a named author do not want to meet.
    Two queries for a batch, and two more for each such reader."""
    named = _named({row.run.subject for row in rows if row.run})
    apart = _apart({author for authors in named.values() for author in authors})
    found = {}
    for row in rows:
        assert row.run is not None
        authors = named.get(row.run.subject, set())
        if any((author, row.member_id) in apart for author in authors):
            found[row.pk] = _for(row)
    return found


def _named(subjects: set[str]) -> dict[str, set[int]]:
    """The authors with a name in each digest, by its public id."""
    named: dict[str, set[int]] = {}
    told = Highlight.objects.filter(
        digest__public_id__in=subjects, consent=Highlight.Consent.NAMED, author__isnull=False
    )
    for subject, author in told.values_list("digest__public_id", "author"):
        named.setdefault(subject, set()).add(author)
    return named


def _apart(authors: set[int]) -> Pairs:
    """(author, whoever she blocked or was blocked by)."""
    if not authors:
        return set()
    blocks = Block.objects.filter(Q(member__in=authors) | Q(blocked__in=authors))
    pairs = set(blocks.values_list("member", "blocked"))
    return pairs | {(other, one) for one, other in pairs}


def _for(row: OutboxMessage) -> dict[str, Any]:
    assert row.run is not None
    digest = Digest.objects.select_related("room").get(public_id=row.run.subject)
    shown = digest_texts.context_of(digest, digest_texts.rows_of(digest, row.member))
    note = row.run.context.get("note")
    return shown | ({"note": note} if note else {})


reader_contexts.register(Digest.WHAT, contexts)
