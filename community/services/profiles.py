"""A member's page, as each reader sees it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.models import (
    Article,
    Block,
    ContactPreference,
    Introduction,
    IntroductionTag,
    Member,
    Praise,
    Recognition,
)
from community.models.audience import LEVEL, OWN, Audience
from community.models.introduction import PARTS, level_of
from community.models.written import written
from community.registry import Badge, profile_badges

Side = IntroductionTag.Side
MOST_PRAISE = 20
MOST_ARTICLES = 20
NOBODY = 0  # the key of a reader who is not signed in; no member has it


@dataclass(frozen=True)
class Profile:
    """What one reader sees of ``member``. ``introduction`` is None if there is none for her;
    ``shown`` are the parts she reads, ``words`` the tags by side, only of those parts."""

    member: Member
    introduction: Introduction | None
    level: int
    shown: frozenset[str] = frozenset()
    words: dict[str, list[str]] = field(default_factory=dict)
    you_help: list[str] = field(default_factory=list)
    they_help: list[str] = field(default_factory=list)
    contact: ContactPreference | None = None
    praise: list[Praise] = field(default_factory=list)
    recognitions: list[Recognition] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)

    @property
    def is_own(self) -> bool:
        return self.level == OWN

    @property
    def name(self) -> str:
        """By which she is called here; nothing for who may not read it."""
        if self.introduction is not None and self.introduction.nickname:
            return self.introduction.nickname
        return str(self.member)

    @property
    def meta(self) -> list[str]:
        """What she does and where, as far as it is shown."""
        row = self.introduction
        if row is None:
            return []
        pairs = (("occupation", row.occupation), ("place", row.place))
        return [text for part, text in pairs if text and part in self.shown]


def find(handle: str, viewer: Any) -> Member | None:
    """The member at that address, with ``level``: how near ``viewer`` stands to her. One query.

    None, whatever the reason: nobody is called so, she is hidden or gone, one of the two does not
    want to meet the other, or she is a minor and the reader neither staff nor in her camp.
    """
    found = _found(handle=handle, viewer=viewer.pk or NOBODY)
    if not found:
        return None
    member = found[0]
    level = member.level  # type: ignore[attr-defined]
    if level == OWN:
        return member
    if member.hidden_at is not None:
        return None
    return None if member.is_minor and level < LEVEL[Audience.CAMP] else member


@written
def _found(*, handle: Any, viewer: Any) -> QuerySet[Member]:
    met = Block.objects.filter(member=OuterRef("pk"), blocked=viewer)
    made = Block.objects.filter(member=viewer, blocked=OuterRef("pk"))
    return (
        Member.objects.active()
        .filter(~Exists(met), ~Exists(made), handle=handle)
        .select_related("introduction", "contact_preference")
        .annotate(level=level_of(viewer, "pk"))
    )


def introduction_at(member: Member, level: int) -> Introduction | None:
    """Her published introduction, if somebody at ``level`` reads anything of it. A held one is for
    herself and staff. No query after ``find``."""
    row: Introduction | None = getattr(member, "introduction", None)
    if row is None or not row.is_published:
        return None
    if row.held_at is not None and level < LEVEL[Audience.STAFF]:
        return None
    return row if row.is_readable_at(level) else None


def is_reachable(member: Member, level: int) -> bool:
    """Whether there is a page for a reader at ``level``: people of her spaces always have one."""
    return level >= LEVEL[Audience.SPACES] or introduction_at(member, level) is not None


def profile_of(member: Member, viewer: Any, level: int) -> Profile:
    """The page of ``member`` (from ``find``) for a reader at ``level``. Four queries: words of both,
    praise, who knows her, articles; one less without an introduction."""
    row = introduction_at(member, level)
    articles = _articles(level, member=member.pk)
    known_by = _known_by(member=member.pk)
    for article in articles:
        article.member = member
    if row is None:
        return Profile(member, None, level, recognitions=known_by, articles=articles)
    shown = frozenset(part for part in PARTS if row.shows(part, level))
    words, theirs, mine = _words(row, viewer)
    contact = getattr(member, "contact_preference", None)
    wants_contact = "contact" in shown and not member.is_minor
    return Profile(
        member=member,
        introduction=row,
        level=level,
        shown=shown,
        words={side: labels for side, labels in words.items() if PART_OF_SIDE[side] in shown},
        you_help=_match(theirs[Side.NEED], mine[Side.OFFER]) if "needs" in shown else [],
        they_help=_match(theirs[Side.OFFER], mine[Side.NEED]) if "offers" in shown else [],
        contact=contact if wants_contact and contact and contact.ways else None,
        praise=_praise(introduction=row.pk),
        recognitions=known_by,
        articles=articles,
    )


def badges_of(member: Member, viewer: Any, level: int) -> list[Badge]:
    """What the apps above say of her to a reader at ``level``. A query for each of them that says
    something to such a reader; none when nothing is registered."""
    return [
        badge
        for entry in profile_badges
        if entry.shown_to(level)
        for badge in entry.rows(member, viewer, level)[: entry.limit]
    ]


@written
def _articles(level: int, *, member: Any) -> QuerySet[Article]:
    return (
        Article.objects.filter(member=member)
        .readable_at(level)
        .only("title", "slug", "minutes", "published_at", "member_id")
        .order_by("-published_at")[:MOST_ARTICLES]
    )


@written
def _known_by(*, member: Any) -> QuerySet[Recognition]:
    return Recognition.objects.filter(member=member).select_related("by")[:MOST_PRAISE]


@written
def _praise(*, introduction: Any) -> QuerySet[Praise]:
    return (
        Praise.objects.filter(introduction=introduction, taken_back_at=None)
        .select_related("by")
        .order_by("given_at", "pk")[:MOST_PRAISE]
    )


PART_OF_SIDE: dict[str, str] = {
    Side.OFFER: "offers",
    Side.NEED: "needs",
    Side.DIRECTION: "directions",
    Side.REASON: "reasons",
}


def _words(
    row: Introduction, viewer: Any
) -> tuple[dict[str, list[str]], dict[str, dict[int, str]], dict[str, dict[int, str]]]:
    """(labels by side, her words by side and key, the reader's by side and key). One query."""
    theirs: dict[str, dict[int, str]] = {side: {} for side in Side.values}
    mine: dict[str, dict[int, str]] = {side: {} for side in Side.values}
    for use in _uses(member=row.member_id, viewer=viewer.pk or NOBODY):
        place = theirs if use.introduction_id == row.pk else mine
        place[use.side][use.tag_id] = str(use.tag)
    labels = {side: list(words.values()) for side, words in theirs.items()}
    if row.reason_own:
        labels[Side.REASON].append(row.reason_own)
    return labels, theirs, mine


@written
def _uses(*, member: Any, viewer: Any) -> QuerySet[IntroductionTag]:
    of_both = Q(introduction__member=member) | Q(introduction__member=viewer)
    return IntroductionTag.objects.filter(of_both).select_related("tag")


def _match(wanted: dict[int, str], given: Iterable[int]) -> list[str]:
    return [label for key, label in wanted.items() if key in given]
