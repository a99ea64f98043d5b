"""What those who learn together read of each other: check-ins, words on them, who helps.

Nobody is counted out here: there is who handed in, never who did not.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import BooleanField, CharField, Exists, F, OuterRef, QuerySet, Value
from django.utils.translation import gettext as _

from cohorts.models import Absence, Camp, CheckIn, CheckInPraise, Reaction
from cohorts.services.learners import HERE
from community import clock
from community.errors import DomainError
from community.models import Block, Flag, Member, Membership, RoomMembership

Word, Kind = Reaction.Word, CheckIn.Kind
PRAISE = "praise"
ROLES = {role: place for place, role in enumerate(RoomMembership.STAFF_ROLES)}


@dataclass
class Words:
    """What was said on one check-in: ``praise`` of the staff as (name, text), and by each word of
    the learners the names of who said it; ``mine`` are the words of the reader."""

    praise: list[tuple[str, str]] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=lambda: {word: [] for word in Word.values})
    mine: set[str] = field(default_factory=set)

    @property
    def thanks(self) -> list[str]:
        return self.said[Word.THANKS]

    @property
    def ideas(self) -> list[str]:
        return self.said[Word.IDEA]


def readable_by(camp: Camp, reader: Member) -> QuerySet[CheckIn]:
    """What others have handed in there and she may read, the newest first.

    Left out: rests, what waits for staff because of a watched word, those who learn there no more,
    who is hidden or under suspension, and who does not want to meet her or she them. A minor is
    shown no list of learners, and so reads nobody's.
    """
    if reader.is_minor:
        return CheckIn.objects.none()
    held = Flag.objects.filter(
        what=Flag.What.CHECK_IN,
        subject=OuterRef("public_id"),
        level="hold",
        state__in=[Flag.State.OPEN, Flag.State.UPHELD],
    )
    return (
        CheckIn.objects.standing()
        .filter(
            ~Exists(held),
            ~Exists(_apart(reader, "enrolment__member")),
            enrolment__camp=camp,
            enrolment__state__in=HERE,
            enrolment__member__state=Member.State.ACTIVE,
            enrolment__member__hidden_at=None,
            enrolment__member__memberships__space=camp.space_id,
            enrolment__member__memberships__state=Membership.State.ACTIVE,
        )
        .exclude(kind=Kind.REST)
        .exclude(enrolment__member=reader)
        .select_related("enrolment__member", "upload")
        .order_by("-handed_in_at", "-pk")
    )


def _apart(reader: Member, path: str) -> QuerySet[Block]:
    """Blocks between ``reader`` and the member at ``path``, whoever made them."""
    made = Block.objects.filter(member=reader, blocked=OuterRef(path))
    return made | Block.objects.filter(member=OuterRef(path), blocked=reader)


def words_on(rows: Iterable[CheckIn], reader: Member) -> dict[int, Words]:
    """By the key of the check-in: what was said on each, the oldest first. One query, or none."""
    found = {row.pk: Words() for row in rows}
    if not found:
        return found
    told = CheckInPraise.objects.order_by().filter(check_in__in=found)
    said = Reaction.objects.order_by().filter(
        ~Exists(_apart(reader, "member")), check_in__in=found, member__state=Member.State.ACTIVE
    )
    names = ("check_in", "what", "by_key", "name", "words", "moment")
    rows_of_both = (
        told.annotate(
            what=Value(PRAISE, CharField()), by_key=F("by"), name=F("by__display_name"),
            words=F("text"), moment=F("given_at"),
        ).values_list(*names)
        .union(
            said.annotate(
                what=F("word"), by_key=F("member"), name=F("member__display_name"),
                words=Value("", CharField()), moment=F("at"),
            ).values_list(*names),
            all=True,
        )
        .order_by("moment")
    )  # fmt: skip
    for key, what, by, name, text, _moment in rows_of_both:
        words = found[key]
        if what == PRAISE:
            words.praise.append((name, text))
        else:
            words.said[what].append(name)
            if by == reader.pk:
                words.mine.add(what)
    return found


@transaction.atomic
def say(*, check_in: CheckIn, member: Member, word: str) -> None:
    """One of the two words to somebody beside her. Twice is once: the constraint sees to it. Raises
    DomainError for her own check-in, and for a word that there is not."""
    if check_in.enrolment.member_id == member.pk:
        raise DomainError(_("This is your own. The words of the others will stand there."))
    if word not in Word.values:
        raise DomainError(_("There is no such word. Choose one of the two buttons."))
    try:
        with transaction.atomic():
            Reaction.objects.create(check_in=check_in, member=member, word=word)
    except IntegrityError:
        return


def unsay(*, check_in: CheckIn, member: Member, word: str) -> None:
    """Take the word back. One DELETE; twice is fine."""
    Reaction.objects.filter(check_in=check_in, member=member, word=word).delete()


def staff_of(camp: Camp) -> list[RoomMembership]:
    """Who helps, leads first, each with ``is_away`` (today by the camp's clock). One query."""
    today = clock.local_date(camp.run.timezone)
    away = Absence.objects.filter(
        run=camp.run_id, member=OuterRef("member"), first_day__lte=today, last_day__gte=today
    )
    rows = (
        RoomMembership.objects.active()
        .filter(room=camp.run.room_id, role__in=list(ROLES), member__state=Member.State.ACTIVE)
        .select_related("member")
        .annotate(is_away=Exists(away, output_field=BooleanField()))
    )
    return sorted(rows, key=lambda row: (ROLES[RoomMembership.Role(row.role)], row.since, row.pk))
