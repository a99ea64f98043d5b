"""What a camp's home shows to who looks at it today: the lesson, the announcement, the check-in."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, F, TextField, Value, When
from django.utils.translation import gettext as _

from cohorts.models import Camp, CheckIn, Enrolment
from cohorts.registry import Ask
from cohorts.services import (
    camp_feed,
    camp_highlights,
    catch_up,
    check_ins,
    days,
    learners,
    lessons,
)
from cohorts.services.camp_feed import Words
from cohorts.services.catch_up import CatchUp
from cohorts.services.facts import check_ins as checked_in
from cohorts.services.lessons import Entry
from community import clock
from community.models import Member, RoomMembership
from community.services import announcements

BEFORE, PREPARATION, COURSE = "before", "preparation", "course"
CLOSING, AFTER, CANCELLED = "closing", "after", "cancelled"
MOST_LATEST = 5
# How much of an announcement stands there before the rest is folded away, in lines on a phone.
LINES_AT_ONCE = 9


@dataclass(frozen=True)
class Said:
    """Today's announcement. ``begin`` is what stands there at once, ``rest`` is folded away; both
    are empty until ``time``, when it comes."""

    time: dt.time
    by: str
    begin: str
    rest: str
    has_come: bool
    url: str = ""


@dataclass
class Mine:
    """How a learner stands in her camp today. ``day`` is what one hands in for now (see
    ``check_ins.day_now``), ``today`` what she has handed in for it, ``typed`` what waits in the
    form because it was taken back."""

    enrolment: Enrolment
    day: int | None
    days: days.Days
    today: CheckIn | None = None
    typed: dict[str, str] = field(default_factory=dict)
    words: Words = field(default_factory=Words)
    handed_in: int = 0

    @property
    def is_paused(self) -> bool:
        return self.enrolment.state == Enrolment.State.PAUSED

    @property
    def dots(self) -> list[tuple[int, str]]:
        return learners.dots_of(self.days)

    @property
    def dots_in_words(self) -> str:
        """The row of days, said: what is done, what made itself up, what today is."""
        count = {"done": self.days.done, "days": len(self.days.dots)}
        said = [_("%(done)d of %(days)d days done") % count]
        if made_up := self.made_up:
            said.append(_("made up: %(days)s") % {"days": _in_words(made_up)})
        if today := self.days.with_state(days.TODAY):
            said.append(_("today is %(day)s") % {"day": _in_words(today)})
        return _("; ").join(said)

    @property
    def can_make_up(self) -> list[int]:
        return check_ins.can_be_made_up(self.enrolment, self.days)

    @property
    def made_up(self) -> list[int]:
        return self.days.with_state(days.MADE_UP)

    @property
    def was_away(self) -> bool:
        """Two days without a word: time for a kind one."""
        return self.today is None and self.days.missed_in_a_row >= 2


@dataclass
class Home:
    """The page. ``mine`` is None for staff; ``total`` is (checked in, learners) of a course day,
    ``highlights`` (day, address) of the newest ones."""

    camp: Camp
    stage: str
    day: int
    mine: Mine | None
    lessons: list[Entry]
    said: Said | None
    total: tuple[int, int] | None
    latest: list[tuple[CheckIn, Words]]
    staff: list[RoomMembership]
    card: CatchUp | None
    highlights: tuple[str, str] | None = None

    @property
    def lesson(self) -> Entry | None:
        return next((one for one in self.lessons if one.day == self.day), None)

    @property
    def coming(self) -> list[Entry]:
        return [one for one in self.lessons if one.day > self.day][:3]

    @property
    def asks_for_reason(self) -> bool:
        """Once: until the day on which she came is over."""
        if self.mine is None or self.mine.enrolment.reason:
            return False
        return self.stage in (BEFORE, PREPARATION) or self.day <= self.mine.enrolment.from_day


def stage_of(camp: Camp) -> str:
    """Where the camp is by its dates; called off or closed early it is that. No query."""
    if camp.state == Camp.State.CANCELLED:
        return CANCELLED
    if camp.state == Camp.State.FINISHED:
        return AFTER
    return camp.calendar.phase_on(clock.local_date(camp.run.timezone))


def enrolment_of(camp: Camp, member: Member) -> Enrolment | None:
    """Her place in the camp, with what the rules of days ask of it. One query, none for others."""
    if member.standing.rooms.get(camp.run.room_id) != "learner":
        return None
    found = (
        Enrolment.objects.filter(camp=camp, member=member)
        .exclude(state=Enrolment.State.LEFT)
        .first()
    )
    if found is not None:
        found.camp, found.member = camp, member
    return found


def home(camp: Camp, viewer: Member) -> Home:
    """All of the page. Eight queries at most, however many people and days."""
    stage, day = stage_of(camp), camp.calendar.today()
    enrolment = enrolment_of(camp, viewer)
    mine = _mine(enrolment) if enrolment else None
    card = catch_up.catch_up(enrolment) if enrolment and stage == COURSE else None
    # Three things first: who has just come in is not shown what the others are at.
    reads_others = card is None and stage not in (BEFORE, CANCELLED)
    rows = list(camp_feed.readable_by(camp, viewer)[:MOST_LATEST]) if reads_others else []
    answered = [*rows, *([mine.today] if mine and mine.today else [])]
    words = camp_feed.words_on(answered, viewer)
    if mine and mine.today:
        mine.words = words[mine.today.pk]
    return Home(
        camp=camp,
        stage=stage,
        day=day,
        mine=mine,
        lessons=lessons.entries(camp, day) if stage != CANCELLED else [],
        said=said(camp, day) if stage in (PREPARATION, COURSE, CLOSING) else None,
        total=_total(camp, day) if stage == COURSE else None,
        latest=[(row, words[row.pk]) for row in rows],
        staff=camp_feed.staff_of(camp),
        card=card,
        highlights=camp_highlights.newest_of(camp),
    )


def of_today(enrolment: Enrolment, viewer: Member) -> Mine:
    """The check-in and the days alone, for the part that is swapped. Two queries."""
    mine = _mine(enrolment)
    if mine.today:
        mine.words = camp_feed.words_on([mine.today], viewer)[mine.today.pk]
    return mine


def _mine(enrolment: Enrolment) -> Mine:
    """One query: what she handed in, with the words of the day at hand alone."""
    camp = enrolment.camp
    now = check_ins.day_now(camp)
    words = Case(When(day=-1 if now is None else now, then=F("text")), default=Value(""),
                 output_field=TextField())  # fmt: skip
    rows = list(
        CheckIn.objects.filter(enrolment=enrolment)
        .select_related("upload")
        .defer("text")
        .annotate(words=words)
        .order_by("-handed_in_at", "-pk")
    )
    standing = [row for row in rows if row.taken_back_at is None]
    mine = Mine(
        enrolment,
        now,
        learners.days_from(camp, enrolment, [(r.day, r.kind, r.made_up) for r in standing]),
        handed_in=sum(row.kind != CheckIn.Kind.REST for row in standing),
    )
    of_now: list[Any] = [row for row in rows if row.day == now]
    for row in of_now:
        row.text, row.enrolment = row.words, enrolment
    mine.today = next((row for row in of_now if row.taken_back_at is None), None)
    if mine.today is None and of_now:
        last = of_now[0]
        picture = last.upload.public_id if last.upload else ""
        mine.typed = {"text": last.text, "url": last.url, "kept_photo": picture}
    return mine


def said(camp: Camp, day: int) -> Said | None:
    """The announcement of ``day`` as its readers get it; a draft is its writers' alone. One query."""
    date = camp.calendar.date_of(day)
    row = announcements.of_day(camp.run.room, date)
    if row is None:
        return None
    has_come = announcements.is_shown(row, camp.run.room)
    if not has_come and row.state != row.State.APPROVED:
        return None
    begin, rest = _folded(announcements.render(row, date) if has_come else "")
    sender, _reply_to = announcements.speaker(row)
    return Said(row.at, sender or str(row.changed_by or ""), begin, rest, has_come, row.path)


def _folded(text: str) -> tuple[str, str]:
    """The first paragraphs that fit into ``LINES_AT_ONCE``, at least one, and the others."""
    paragraphs = text.split("\n\n")
    for number in range(len(paragraphs), 1, -1):
        begin = "\n\n".join(paragraphs[:number])
        if announcements.lines_on_a_phone(begin) <= LINES_AT_ONCE:
            return begin, "\n\n".join(paragraphs[number:])
    return paragraphs[0], "\n\n".join(paragraphs[1:])


def _in_words(numbers: list[int]) -> str:
    return _(", ").join(f"D{number}" for number in numbers)


def _total(camp: Camp, day: int) -> tuple[int, int]:
    run = camp.run
    ask = Ask(run.pk, run.room_id, camp.space_id, day, camp.calendar.date_of(day), run.timezone)
    return checked_in.figures([ask])[ask]


def is_past_the_hour(camp: Camp) -> bool:
    """Whether it is later than the time by which one is asked to check in. It counts all the same
    until the day of the camp's clock is over. No query."""
    return clock.now().astimezone(ZoneInfo(camp.run.timezone)).time() > camp.check_in_until
