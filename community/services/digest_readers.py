"""Who must not meet somebody that a digest names is mailed it without that name, as the page shows it
to her; and nobody is mailed the name of who has hidden or gone since."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q

from community.models import Block, Digest, Highlight, Member, OutboxMessage
from community.registry import reader_contexts
from community.services import digest_texts

Pairs = set[tuple[int, int]]


def contexts(rows: Sequence[OutboxMessage]) -> dict[int, dict[str, Any]]:
    """By the key of the message, what its reader is mailed instead of what the run says: one who and
    a named author do not want to meet, and everybody where an author has hidden or gone since it was
    planned. Two queries for a batch, two more for each reader of the one kind and for each digest of
    the other."""
    named = _named({row.run.subject for row in rows if row.run})
    apart = _apart({key for authors in named.values() for key in authors})
    changed = {
        subject: _shown(subject, None) for subject, of in named.items() if not all(of.values())
    }
    found = {}
    for row in rows:
        assert row.run is not None
        authors = named.get(row.run.subject, {})
        if any((author, row.member_id) in apart for author in authors):
            found[row.pk] = _with_note(_shown(row.run.subject, row.member), row)
        elif shown := changed.get(row.run.subject):
            instead = _with_note(shown, row)
            # Who was gone before it was planned stands in it no more: then all share one mail.
            if instead != row.run.context:
                found[row.pk] = instead
    return found


def _named(subjects: set[str]) -> dict[str, dict[int, bool]]:
    """By the public id of each digest its authors with a name, and whether each may still be named."""
    named: dict[str, dict[int, bool]] = {}
    told = Highlight.objects.filter(
        digest__public_id__in=subjects, consent=Highlight.Consent.NAMED, author__isnull=False
    ).annotate(listed=Exists(Member.objects.listed().filter(pk=OuterRef("author"))))
    for subject, author, listed in told.values_list("digest__public_id", "author", "listed"):
        named.setdefault(subject, {})[author] = listed
    return named


def _apart(authors: set[int]) -> Pairs:
    """(author, whoever she blocked or was blocked by)."""
    if not authors:
        return set()
    blocks = Block.objects.filter(Q(member__in=authors) | Q(blocked__in=authors))
    pairs = set(blocks.values_list("member", "blocked"))
    return pairs | {(other, one) for one, other in pairs}


def _shown(subject: str, reader: Member | None) -> dict[str, Any]:
    digest = Digest.objects.select_related("room").get(public_id=subject)
    return digest_texts.context_of(digest, digest_texts.rows_of(digest, reader))


def _with_note(shown: dict[str, Any], row: OutboxMessage) -> dict[str, Any]:
    note = row.run.context.get("note") if row.run else None
    return shown | ({"note": note} if note else {})


reader_contexts.register(Digest.WHAT, contexts)
