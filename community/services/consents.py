"""What members have agreed to: the versions in force, giving consent, taking it back.

A document is a pair of templates, one for each language. Whoever changes what they say changes the
version below as well; then every member is asked again.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import get_language

from community import clock
from community.models import Consent, Member

Document = Consent.Document

IN_FORCE = {Document.RULES: "2026-11", Document.PRIVACY: "2026-11"}


def in_force() -> str:
    """The versions in force as one short text, to be compared with what a session remembers."""
    return " ".join(f"{document}:{version}" for document, version in sorted(IN_FORCE.items()))


def missing(member: Member) -> list[str]:
    """The documents whose version in force she has not agreed to (or has taken back). One query."""
    given = set(
        Consent.objects.filter(member=member, withdrawn_at=None).values_list("document", "version")
    )
    return [name for name, version in IN_FORCE.items() if (name, version) not in given]


@transaction.atomic
def give(*, member: Member, documents: Iterable[str], locale: str | None = None) -> None:
    """Record that she agrees to the versions in force, in the words of ``locale`` (the page's own
    language unless told). What she has agreed to already is left as it is; two queries."""
    shown_in = locale or get_language() or member.locale
    Consent.objects.bulk_create(
        [
            Consent(
                member=member,
                document=document,
                version=IN_FORCE[Document(document)],
                locale=shown_in,
            )
            for document in documents
            if document in missing(member)
        ]
    )


def withdraw(*, member: Member, document: str) -> bool:
    """Take back her consent to ``document``; True if there was one. One UPDATE."""
    given = Consent.objects.filter(member=member, document=document, withdrawn_at=None)
    return bool(given.update(withdrawn_at=clock.now()))


def history(member: Member) -> list[Consent]:
    """All she has agreed to and taken back, the newest first. One query."""
    return list(Consent.objects.filter(member=member))
