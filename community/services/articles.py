"""Long texts on a member's page: writing, publishing, taking back."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Article, ArticleVersion, Member, Membership
from community.models.article import LONGEST_TITLE
from community.models.audience import Audience
from community.models.flag import Flag
from community.models.ids import random_id
from community.services import watch
from community.services.answers import one_line
from community.services.introductions import over_by
from community.trust.markup import check_length, reading_minutes

MOST_ARTICLES = 500


class ChangedElsewhere(DomainError):
    """Another page has written this text since this one was opened. ``article`` is as it is now."""

    def __init__(self, article: Article) -> None:
        super().__init__(
            _(
                "This text was changed on another device. Both versions are here; save the right one."
            )
        )
        self.article = article


def begin(*, member: Member) -> Article:
    """An empty draft. Raises DomainError above ``MOST_ARTICLES`` texts."""
    if Article.objects.filter(member=member).count() >= MOST_ARTICLES:
        raise DomainError(_("You have 500 texts. Delete one before you begin another."))
    return Article.objects.create(member=member, slug=random_id(8))


@transaction.atomic
def save_draft(*, article: Article, title: str, body: str, writer: str, seen: int) -> Article:
    """Keep what was written; others read on what was published. Locks the row.

    Raises ChangedElsewhere if another page wrote meanwhile and says something else, and DomainError
    for a title or a text that is too long.
    """
    row = Article.objects.select_for_update().get(pk=article.pk)
    title, body = one_line(title), body.replace("\r\n", "\n").replace("\x00", "")
    if len(title) > LONGEST_TITLE:
        raise DomainError(over_by(len(title) - LONGEST_TITLE), field="title")
    check_length(body)
    mark = marks_of(row.draft_marks)
    same = (row.draft_title, row.draft_body) == (title, body)
    if mark["by"] != writer and mark["n"] != seen and not same:
        raise ChangedElsewhere(row)
    if mark["by"] != writer:
        row.draft_marks = {"by": writer, "n": mark["n"] + 1}
    row.draft_title, row.draft_body, row.draft_saved_at = title, body, clock.now()
    row.save(update_fields=["draft_title", "draft_body", "draft_marks", "draft_saved_at"])
    return row


def marks_of(value: Any) -> dict[str, Any]:
    """Who wrote the draft last, and how often it went from one page to another."""
    value = value if isinstance(value, Mapping) else {}
    return {"by": value.get("by") or "", "n": value.get("n") or 0}


@transaction.atomic
def publish(*, article: Article, audience: str) -> bool:
    """Make the draft what others read, keep a version; True if staff read it before others do.

    Locks the row. Raises DomainError without a title or a text, and for a word that is refused.
    """
    row = Article.objects.select_for_update().select_related("member").get(pk=article.pk)
    if not row.draft_title:
        raise DomainError(_("A text needs a title before others can read it."), field="title")
    if not row.draft_body.strip():
        raise DomainError(_("Write something first, then publish it."), field="body")
    spaces = Membership.objects.active().filter(member=row.member)
    held = watch.check(
        what=Flag.What.ARTICLE,
        subject=row.public_id,
        member=row.member,
        texts={"title": row.draft_title, "body": row.draft_body},
        spaces=spaces.values_list("space_id", flat=True),
    )
    now = clock.now()
    changed = row.version == 0 or row.is_changed
    if row.version == 0:
        row.slug = _slug(row)
    row.title, row.body = row.draft_title, row.draft_body
    row.minutes = min(reading_minutes(row.body), 32_000)
    row.audience = Audience(audience)
    if row.member.is_minor and row.audience == Audience.PUBLIC:
        row.audience = Audience.SPACES
    row.published_at = row.published_at or now
    row.changed_at = now if changed else row.changed_at
    row.held_at = now if held else None
    row.version += int(changed)
    row.save()
    if changed:
        ArticleVersion.objects.create(
            article=row, number=row.version, title=row.title, body=row.body, published_at=now
        )
    return held


def _slug(row: Article) -> str:
    """From the title where it has Latin letters, else what the draft was given."""
    words = slugify(row.draft_title)[:40].strip("-")
    if len(words) < 3:
        return row.slug
    taken = Article.objects.filter(member=row.member, slug=words).exclude(pk=row.pk).exists()
    return f"{words}-{random_id(4)}" if taken else words


def unpublish(*, article: Article) -> None:
    """Nobody else reads it any more; the draft and the versions stay. Twice is fine."""
    Article.objects.filter(pk=article.pk).update(published_at=None, held_at=None)


def delete(*, article: Article) -> None:
    """The text and all its versions are gone for good."""
    article.delete()
