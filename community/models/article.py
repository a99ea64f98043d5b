"""Long texts on a member's page, so that she can be understood by reading."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models.audience import LEVEL, Audience
from community.models.ids import new_public_id
from community.trust.markup import RenderedMarkdownField

LONGEST_TITLE = 80


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> "ArticleQuerySet":
        return self.filter(published_at__isnull=False, held_at=None)

    def readable_at(self, level: int) -> "ArticleQuerySet":
        """The published ones for somebody who stands at ``level``; she herself reads all."""
        return self.published().filter(
            audience__in=[circle for circle, least in LEVEL.items() if level >= least]
        )


class Article(models.Model):
    """``title`` and ``body`` are what others read, ``draft_title`` and ``draft_body`` what she
    writes. Only ``services.articles`` carries one over to the other."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="articles"
    )
    slug = models.CharField(max_length=48)
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    body = models.TextField(blank=True)
    body_html = RenderedMarkdownField(source="body")
    minutes = models.PositiveSmallIntegerField(default=0)
    audience = models.CharField(max_length=6, choices=Audience.choices, default=Audience.SPACES)
    version = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    draft_title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    draft_body = models.TextField(blank=True)
    draft_marks = models.JSONField(default=dict, blank=True)
    draft_saved_at = models.DateTimeField(default=clock.now)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "slug"],
                name="article_address_is_used_once",
                violation_error_message=_("You have another text at this address."),
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | ~Q(title=""),
                name="published_article_has_a_title",
                violation_error_message=_("A text needs a title before others can read it."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.draft_title

    def get_absolute_url(self) -> str:
        return reverse("community:article", args=[self.member.handle, self.slug])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def is_changed(self) -> bool:
        """Whether the draft says something else than what others read."""
        return (self.title, self.body) != (self.draft_title, self.draft_body)


class ArticleVersion(models.Model):
    """A text as it was published; only its author reads the older ones."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=LONGEST_TITLE)
    body = models.TextField()
    body_html = RenderedMarkdownField(source="body")
    published_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"], name="article_version_is_numbered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.article_id} v{self.number}"
