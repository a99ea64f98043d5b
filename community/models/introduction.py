"""How a member introduces herself: the text others read, and the draft that only she sees."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import clock, places
from community.models.audience import LEVEL, OWN, Audience
from community.models.block import Block
from community.models.ids import new_public_id
from community.models.member import Member
from community.models.room import Room, RoomMembership
from community.models.space import Membership
from community.models.tag import Tag
from community.trust.markup import RenderedMarkdownField

# Longest texts, in characters: of a published introduction. A draft takes far more.
LIMITS = {
    "nickname": 30,
    "occupation": 40,
    "place": 40,
    "line": 120,
    "reason_own": 60,
    "proud": 2_000,
    "hours": 60,
}
# The parts whose readers are chosen one by one. Whoever reads anything reads the nickname.
PARTS = (
    "occupation",
    "place",
    "line",
    "reasons",
    "proud",
    "offers",
    "needs",
    "directions",
    "links",
    "contact",
)
CAMP_KINDS = (Room.Kind.CAMP, Room.Kind.GROUP)


def new_turn() -> int:
    """Where an introduction stands in the daily rotation: drawn once, so nobody is favoured."""
    return secrets.randbelow(2**31 - 1)


class IntroductionQuerySet(models.QuerySet["Introduction"]):
    def published(self) -> "IntroductionQuerySet":
        """What others may find: published, not held back, of an active member who is not hidden."""
        return self.filter(
            published_at__isnull=False,
            held_at=None,
            member__state=Member.State.ACTIVE,
            member__hidden_at=None,
        )

    def in_spaces_of(self, viewer: Any, *, own: bool = False) -> "IntroductionQuerySet":
        """Published ones of adults who share a space with ``viewer`` (she, her key, or the slot for
        it) and are not blocked either way; with ``own``, hers as well. No query of its own."""
        # Sets that are made once, not questions that are asked of every row.
        mine = Membership.objects.active().filter(member=viewer)
        found = (
            self.published()
            .filter(
                member__in=Membership.objects.beside(mine).values("member"),
                member__is_minor=False,
            )
            .exclude(member__in=Block.objects.filter(blocked=viewer).values("member"))
            .exclude(member__in=Block.objects.filter(member=viewer).values("blocked"))
        )
        return found if own else found.exclude(member=viewer)

    def read_by(self, viewer: Any) -> "IntroductionQuerySet":
        """With ``level`` on each row: how near ``viewer`` stands to who wrote it."""
        return self.annotate(level=level_of(viewer, "member"))


def level_of(viewer: Any, path: str) -> models.Case:
    """An expression: how near the member with the key ``viewer`` (or the slot for it; 0 is nobody)
    stands to the one at ``path``. Four questions of which each is asked if those before it had a
    no: long to write, so let it stand in a query that is ``written`` once."""
    them = OuterRef(path)
    mine = Membership.objects.active().filter(member=viewer)
    staffed = Membership.objects.staff().filter(member=viewer)
    rooms = RoomMembership.objects.active().filter(
        member=them,
        room__kind__in=CAMP_KINDS,
        room__in=RoomMembership.objects.in_force(viewer).values("room"),
    )
    return models.Case(
        models.When(**{path: viewer}, then=OWN),
        models.When(
            Exists(Membership.objects.beside(staffed).filter(member=them)),
            then=LEVEL[Audience.STAFF],
        ),
        models.When(Exists(rooms), then=LEVEL[Audience.CAMP]),
        models.When(
            Exists(Membership.objects.beside(mine).filter(member=them)),
            then=LEVEL[Audience.SPACES],
        ),
        default=LEVEL[Audience.PUBLIC],
        output_field=models.IntegerField(),
    )


class Introduction(models.Model):
    """One for each member. The columns hold what was published last; ``draft`` is what she writes
    now, and nobody else reads it.

    ``audience`` says who reads it, ``visibility`` names the parts for which that is different.
    ``turn`` is its place in the daily rotation. ``services.introductions`` is the only writer.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="introduction"
    )
    nickname = models.CharField(max_length=30, blank=True)
    occupation = models.CharField(max_length=40, blank=True)
    place_code = models.CharField(max_length=6, blank=True)
    place_text = models.CharField(max_length=40, blank=True)
    line = models.CharField(max_length=120, blank=True)
    reason_own = models.CharField(max_length=60, blank=True)
    proud = models.TextField(blank=True)
    proud_html = RenderedMarkdownField(source="proud")
    links = models.JSONField(default=list, blank=True)
    audience = models.CharField(max_length=6, choices=Audience.choices, default=Audience.SPACES)
    visibility = models.JSONField(default=dict, blank=True)
    strength = models.PositiveSmallIntegerField(default=0)
    turn = models.PositiveIntegerField(default=new_turn, editable=False)
    version = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    first_praised_at = models.DateTimeField(null=True, blank=True)
    draft = models.JSONField(default=dict, blank=True)
    draft_saved_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    # What ``show`` and the queries of the querysets leave on a row for the page that lists it.
    meta = shown_line = ""
    is_fresh = False

    objects = IntroductionQuerySet.as_manager()

    retention = {"*": "content"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(strength__lte=100), name="introduction_strength_is_at_most_100"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | ~Q(nickname=""),
                name="published_introduction_has_a_nickname",
                violation_error_message=_("Tell us what people call you; the rest is up to you."),
            ),
        ]
        indexes = [
            models.Index(fields=["published_at"], name="introduction_newest"),
            models.Index(fields=["turn"], name="introduction_turn"),
            models.Index(fields=["place_code"], name="introduction_place"),
        ]

    def __str__(self) -> str:
        return self.nickname or f"draft of {self.member_id}"

    def get_absolute_url(self) -> str:
        return reverse("community:profile", args=[self.member.handle])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def is_shown(self) -> bool:
        return self.published_at is not None and self.held_at is None

    @property
    def place(self) -> str:
        """Where she lives, as others read it: a known place in its own words, else hers."""
        known = places.get(self.place_code) if self.place_code else None
        return known.label if known else self.place_text

    def audience_of(self, part: str) -> str:
        """Who reads ``part``: as chosen for it, or for the whole."""
        return self.visibility.get(part) or self.audience

    def shows(self, part: str, level: int) -> bool:
        """Whether somebody at ``level`` reads ``part``."""
        return level >= LEVEL[Audience(self.audience_of(part))]

    def show(self, level: int) -> "Introduction":
        """Set ``meta`` and ``shown_line``: what a list shows of it to a reader at ``level``."""
        self.meta = " · ".join(
            text
            for part, text in (("occupation", self.occupation), ("place", self.place))
            if text and self.shows(part, level)
        )
        self.shown_line = self.line if self.shows("line", level) else ""
        return self

    def is_readable_at(self, level: int) -> bool:
        """Whether somebody at ``level`` reads anything at all; then she reads the nickname."""
        return any(self.shows(part, level) for part in PARTS)


class IntroductionTag(models.Model):
    """A published introduction names ``tag``: as something to give, something looked for, a
    direction, or a reason for being here."""

    class Side(models.TextChoices):
        OFFER = "offer", _("Can give")
        NEED = "need", _("Looks for")
        DIRECTION = "direction", _("Direction")
        REASON = "reason", _("Why here")

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="tags")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="uses")
    side = models.CharField(max_length=9, choices=Side.choices)

    retention = {"*": "content"}

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["introduction", "side", "tag"], name="introduction_names_a_tag_once"
            )
        ]
        indexes = [models.Index(fields=["tag", "side"], name="introduction_tag_match")]

    def __str__(self) -> str:
        return f"{self.introduction_id} {self.side} {self.tag_id}"


class IntroductionVersion(models.Model):
    """A text as it was published, so that the one at a camp's opening and the one at its closing
    can be laid side by side. Only she herself reads the older ones."""

    introduction = models.ForeignKey(
        Introduction, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveIntegerField()
    content = models.JSONField()
    strength = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField(default=clock.now)

    retention = {"*": "content"}

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["introduction", "number"], name="introduction_version_is_numbered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.introduction_id} v{self.number}"


class ContactPreference(models.Model):
    """How she likes to be reached, and when. Never a number or an address: those are exchanged
    when both want to."""

    class Way(models.TextChoices):
        PHONE = "phone", _("By phone")
        LETTER = "letter", _("By letter")
        MAIL = "mail", _("By e-mail")
        IN_PERSON = "in_person", _("In person")
        GROUP = "group", _("In the group")

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contact_preference"
    )
    ways = models.JSONField(default=list, blank=True)
    hours = models.CharField(max_length=60, blank=True)
    changed_at = models.DateTimeField(default=clock.now)

    retention = {"*": "content"}

    def __str__(self) -> str:
        return f"{self.member_id}: {', '.join(self.ways)}"

    @property
    def labels(self) -> list[Any]:
        """The ways in words, in the order of the choices."""
        return [label for value, label in self.Way.choices if value in self.ways]
