"""A member's page, as each reader sees it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef

from community.models import (
    Article,
    Block,
    ContactPreference,
    Introduction,
    IntroductionTag,
    Member,
    Membership,
    Praise,
    Recognition,
    RoomMembership,
)
from community.models.audience import LEVEL, OWN, Audience
from community.models.introduction import CAMP_KINDS, PARTS

Side = IntroductionTag.Side
MOST_PRAISE = 20
MOST_ARTICLES = 20


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
    """The member at that address, with ``level``: how near ``viewer`` stands to her. Two queries, and
    one more when both are in rooms; one for somebody who is not signed in.

    None, whatever the reason: nobody is called so, she is hidden or gone, one of the two does not
    want to meet the other, or she is a minor and the reader neither staff nor in her camp.
    """
    members = Member.objects.active().filter(handle=handle)
    members = members.select_related("introduction", "contact_preference")
    if viewer.is_authenticated:
        met = Block.objects.filter(member=OuterRef("pk"), blocked=viewer)
        made = Block.objects.filter(member=viewer, blocked=OuterRef("pk"))
        members = members.exclude(Exists(met)).exclude(Exists(made))
    member = members.order_by().first()
    if member is None:
        return None
    member.level = _level(member, viewer)  # type: ignore[attr-defined]
    if member.level == OWN:  # type: ignore[attr-defined]
        return member
    if member.hidden_at is not None:
        return None
    near = member.level >= LEVEL[Audience.CAMP]  # type: ignore[attr-defined]
    return None if member.is_minor and not near else member


def _level(member: Member, viewer: Any) -> int:
    """What ``level_of`` asks of many rows, for one: small queries are quicker to make here."""
    if not viewer.is_authenticated:
        return LEVEL[Audience.PUBLIC]
    if member.pk == viewer.pk:
        return OWN
    mine = viewer.standing.spaces
    shared = Membership.objects.active().filter(member=member, space__in=list(mine))
    roles = {mine[key] for key in shared.values_list("space_id", flat=True)} if mine else set()
    if roles & set(Membership.STAFF_ROLES):
        return LEVEL[Audience.STAFF]
    rooms = RoomMembership.objects.active().filter(
        member=member, room__in=list(viewer.standing.rooms), room__kind__in=CAMP_KINDS
    )
    if viewer.standing.rooms and rooms.exists():
        return LEVEL[Audience.CAMP]
    return LEVEL[Audience.SPACES] if roles else LEVEL[Audience.PUBLIC]


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
    articles = list(
        Article.objects.filter(member=member)
        .readable_at(level)
        .only("title", "slug", "minutes", "published_at", "member_id")
        .order_by("-published_at")[:MOST_ARTICLES]
    )
    known_by = list(member.recognitions.select_related("by")[:MOST_PRAISE])
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
        praise=list(
            row.praise.filter(taken_back_at=None)
            .select_related("by")
            .order_by("given_at", "pk")[:MOST_PRAISE]
        ),
        recognitions=known_by,
        articles=articles,
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
    owners = [row.member_id] + ([viewer.pk] if viewer.is_authenticated else [])
    uses = IntroductionTag.objects.filter(introduction__member__in=owners).select_related("tag")
    theirs: dict[str, dict[int, str]] = {side: {} for side in Side.values}
    mine: dict[str, dict[int, str]] = {side: {} for side in Side.values}
    for use in uses:
        place = theirs if use.introduction_id == row.pk else mine
        place[use.side][use.tag_id] = str(use.tag)
    labels = {side: list(words.values()) for side, words in theirs.items()}
    if row.reason_own:
        labels[Side.REASON].append(row.reason_own)
    return labels, theirs, mine


def _match(wanted: dict[int, str], given: Iterable[int]) -> list[str]:
    return [label for key, label in wanted.items() if key in given]
