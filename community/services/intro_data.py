"""What is kept around introductions: handing it to her, and erasing it with her."""

from typing import Any

from django.db.models import Q

from community.models import (
    Article,
    Block,
    ContactPreference,
    Flag,
    Greeting,
    HelpRequest,
    Introduction,
    Member,
    Praise,
    Recognition,
)


def export(member: Member) -> dict[str, Any]:
    """Everything she wrote and chose, and what was written to her; plain values. Nine queries.

    Flags are left out: they are what staff noted, and are answered by them.
    """
    row = Introduction.objects.filter(member=member).first()
    contact = ContactPreference.objects.filter(member=member).first()
    return {
        "introduction": _introduction(row) if row else None,
        "contact": {"ways": contact.ways, "hours": contact.hours} if contact else None,
        "praise_given": _values(Praise.objects.filter(by=member), "text", "part", "given_at"),
        "praise_received": _values(
            Praise.objects.filter(introduction__member=member), "text", "part", "given_at"
        ),
        "vouched_for_by": _values(member.recognitions.all(), "by__display_name", "how", "given_at"),
        "vouched_for": _values(
            member.recognitions_given.all(), "member__display_name", "how", "given_at"
        ),
        "help_requests": _values(member.help_requests.all(), "note", "state", "asked_at"),
        "blocked": _values(member.blocks_made.all(), "blocked__display_name", "since"),
        "texts": [_article(article) for article in member.articles.prefetch_related("versions")],
    }


def _introduction(row: Introduction) -> dict[str, Any]:
    return {
        "draft": row.draft,
        "published_at": row.published_at,
        "audience": row.audience,
        "visibility": row.visibility,
        "versions": _values(row.versions.all(), "number", "content", "strength", "published_at"),
    }


def _article(article: Article) -> dict[str, Any]:
    return {
        "title": article.draft_title,
        "text": article.draft_body,
        "published_at": article.published_at,
        "audience": article.audience,
        "versions": [
            {"number": version.number, "title": version.title, "text": version.body}
            for version in article.versions.all()
        ],
    }


def _values(rows: Any, *names: str) -> list[dict[str, Any]]:
    return list(rows.values(*names))


def erase(member: Member) -> None:
    """Erase what she wrote and what was written to her. For ``members.blank``, in its transaction.

    Praise that she gave goes as well: it carries her name. The queues of staff forget her.
    """
    row = Introduction.objects.filter(member=member).first()
    hers = Q(by=member) | Q(introduction__member=member)
    praised = Praise.objects.filter(hers)
    Greeting.objects.filter(introduction__member=member).delete()
    Greeting.objects.filter(praise__in=praised).update(praise=None)
    Greeting.objects.filter(answered_by=member).update(answered_by=None)
    praised.delete()
    Recognition.objects.filter(Q(member=member) | Q(by=member)).delete()
    Block.objects.filter(Q(member=member) | Q(blocked=member)).delete()
    HelpRequest.objects.filter(member=member).delete()
    HelpRequest.objects.filter(taken_by=member, state=HelpRequest.State.TAKEN).update(
        state=HelpRequest.State.OPEN, taken_by=None, taken_at=None
    )
    Flag.objects.filter(member=member).delete()
    Article.objects.filter(member=member).delete()
    ContactPreference.objects.filter(member=member).delete()
    if row is not None:
        row.delete()
    Member.objects.filter(pk=member.pk).update(hidden_at=None)
