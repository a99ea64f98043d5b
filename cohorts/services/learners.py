"""The learners of a camp as its staff see them: who they are, what they said they want, how their
days stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery

from cohorts.models import Camp, CheckIn, CheckInPraise, ContactNote, Enrolment
from cohorts.services import days
from community.models import ContactPreference, Introduction, IntroductionTag, Member, Membership
from community.models.audience import LEVEL, Audience
from community.rules import STAFF
from community.services import profiles

State, Side = Enrolment.State, IntroductionTag.Side
# Who is looked after: who is paused or has left is asked for nothing and reminded of nothing.
HERE = (State.ACTIVE, State.GRADUATED)


@dataclass(frozen=True)
class Told:
    """What an introduction says to one of the staff, part by part; empty where it says nothing
    to her. ``contact`` is how she likes to be reached."""

    line: str = ""
    wants: list[str] = field(default_factory=list)
    offers: list[str] = field(default_factory=list)
    introduction: Introduction | None = None
    meta: str = ""
    proud: str = ""
    contact: ContactPreference | None = None


def of(camp: Camp) -> QuerySet[Enrolment]:
    """Everybody with a place in ``camp`` who is still in the space, with what her introduction and
    her wishes about being reached need."""
    return Enrolment.objects.filter(
        camp=camp,
        member__state__in=[Member.State.ACTIVE, Member.State.UNCLAIMED],
        member__memberships__space=F("camp__space"),
        member__memberships__state=Membership.State.ACTIVE,
    ).select_related("member__introduction", "member__contact_preference")


def named(rows: QuerySet[Enrolment], words: str) -> QuerySet[Enrolment]:
    """Those whose name, handle or nickname holds ``words``; all when there are none."""
    words = words.strip()
    if not words:
        return rows
    return rows.filter(
        Q(member__display_name__icontains=words)
        | Q(member__handle__icontains=words)
        | Q(
            member__introduction__nickname__icontains=words,
            member__introduction__published_at__isnull=False,
        )
    )


def with_last_contact(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Each with ``spoken_at`` (None for nobody yet), ``spoken_by`` and ``spoken_how``."""
    notes = ContactNote.objects.filter(enrolment=OuterRef("pk")).order_by("-at", "-pk")
    return rows.annotate(
        spoken_at=Subquery(notes.values("at")[:1]),
        spoken_by=Subquery(notes.values("by__display_name")[:1]),
        spoken_how=Subquery(notes.values("channel")[:1]),
    )


def told(camp: Camp, rows: Sequence[Enrolment], viewer: Member) -> dict[int, Told]:
    """By the key of the enrolment: what each introduction says to ``viewer``. One query.

    She reads as one of the camp; what is for the people who run the space only, if she is one.
    """
    level = level_in(camp, viewer)
    shown = {
        row.pk: introduction
        for row in rows
        if (introduction := _introduction(row.member, level)) is not None
    }
    words: dict[int, dict[str, list[str]]] = {}
    keys = [introduction.pk for introduction in shown.values()]
    uses = IntroductionTag.objects.filter(
        introduction__in=keys, side__in=[Side.NEED, Side.OFFER]
    ).select_related("tag")
    for use in uses if keys else ():
        words.setdefault(use.introduction_id, {}).setdefault(use.side, []).append(str(use.tag))
    return {
        row.pk: _told(row.member, shown.get(row.pk), words, level)
        for row in rows
    }  # fmt: skip


def level_in(camp: Camp, viewer: Member) -> int:
    """How near she stands to the learners of ``camp``. No query beyond her standing."""
    runs_space = viewer.standing.spaces.get(camp.space_id) in STAFF
    return LEVEL[Audience.STAFF if runs_space else Audience.CAMP]


def _introduction(member: Member, level: int) -> Introduction | None:
    if member.hidden_at is not None and level < LEVEL[Audience.STAFF]:
        return None
    return profiles.introduction_at(member, level)


def _told(
    member: Member, row: Introduction | None, words: dict[int, dict[str, list[str]]], level: int
) -> Told:
    if row is None:
        return Told()
    said = words.get(row.pk, {})
    contact: ContactPreference | None = getattr(member, "contact_preference", None)
    reached = contact if contact and contact.ways and not member.is_minor else None
    row.show(level)
    return Told(
        line=row.shown_line,
        wants=said.get(Side.NEED, []) if row.shows("needs", level) else [],
        offers=said.get(Side.OFFER, []) if row.shows("offers", level) else [],
        introduction=row,
        meta=row.meta,
        proud=row.proud_html if row.shows("proud", level) else "",
        contact=reached if row.shows("contact", level) else None,
    )


def standing_days(camp: Camp, rows: Sequence[Enrolment]) -> dict[int, days.Days]:
    """By the key of the enrolment: how the days of each stand. One query for all of them."""
    given: dict[int, list[tuple[int, str, bool]]] = {}
    handed_in = (
        CheckIn.objects.standing()
        .filter(enrolment__in=[row.pk for row in rows])
        .order_by()
        .values_list("enrolment", "day", "kind", "made_up")
    )
    for key, day, kind, made_up in handed_in:
        given.setdefault(key, []).append((day, kind, made_up))
    return {row.pk: days_from(camp, row, given.get(row.pk, [])) for row in rows}


def days_from(camp: Camp, row: Enrolment, handed_in: Iterable[tuple[int, str, bool]]) -> days.Days:
    """How her days stand, from (day, kind, made_up) of what she handed in. No query."""
    return days.reckon(
        course_days=camp.run.days,
        today=camp.calendar.today(),
        from_day=row.from_day,
        handed_in=days.given_by(handed_in),
        make_ups=camp.make_up_days,
        by_itself=row.makes_up_by_itself,
    )


def check_ins_of(row: Enrolment) -> list[CheckIn]:
    """What she handed in, the newest day first, each with the praise it got. Two queries."""
    praise = Prefetch("praise", queryset=CheckInPraise.objects.select_related("by"))
    found = CheckIn.objects.standing().filter(enrolment=row).select_related("upload")
    return list(found.prefetch_related(praise).order_by("-day"))


# How the states of ``days`` look as the dots of a page: an open day is a quiet ring, like one ahead.
LOOKS = {days.DONE: "done", days.REST: "done", days.MADE_UP: "pit", days.TODAY: "today"}


def dots_of(standing: days.Days) -> list[tuple[int, str]]:
    return [(dot.day, LOOKS.get(dot.state, "")) for dot in standing.dots]
