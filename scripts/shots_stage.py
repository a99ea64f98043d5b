"""What the pictures of a morning are taken of: a camp on its third day and its people, made by the
services with the clock set back, and three days without a machine."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from scripts import shots_walk

SPACE = "shanye"
DAY = 3
AWAY = 3  # days that the machine was away
# Where somebody is always having breakfast: one zone for each hour.
ZONES = (
    "Asia/Shanghai", "Asia/Tokyo", "Asia/Bangkok", "Asia/Dhaka", "Asia/Karachi", "Asia/Dubai",
    "Asia/Riyadh", "Africa/Maputo", "Africa/Lagos", "Africa/Abidjan", "Atlantic/Cape_Verde",
    "America/Noronha", "America/Sao_Paulo", "America/Caracas", "America/Lima", "America/Costa_Rica",
    "America/Phoenix", "Pacific/Pitcairn", "Pacific/Gambier", "Pacific/Honolulu",
    "Pacific/Pago_Pago", "Etc/GMT+12", "Pacific/Fiji", "Pacific/Noumea", "Australia/Brisbane",
)  # fmt: skip
HOUR = 8


@dataclass(frozen=True)
class Words:
    """The people of the camp, what it is called, and what is written."""

    camp: str
    away: str
    groups: tuple[str, ...]
    lead: str
    assistant: str
    learners: tuple[str, ...]
    check_ins: tuple[str, ...]
    daily: str
    draft: str
    mended: str
    title: str
    note: str


WORDS = {
    "zh": Words(
        camp="第三期 · 清晨写作营",
        away="第四期 · 夜读写作营",
        groups=("清晨写作营 · 1 群", "清晨写作营 · 2 群"),
        lead="许岚",
        assistant="阿禾",
        learners=("小满", "阿宁", "大川"),
        check_ins=(
            "外婆在灶台边等水开，从不看表。她说听声音就知道，水要开的时候会先安静一下。",
            "今天写的是楼下修鞋的师傅。他把每双鞋都先翻过来看底，再问你平时走哪条路。",
            "卡住的时候我把句子念给猫听，念不顺的地方就是要改的地方。",
        ),
        daily=(
            "早上好，新的一课开了。\n\n今天写什么\n{{ lesson.title }}\n\n{{ lesson.link }}\n\n"
            "写完打卡\n{{ check_in.link }}\n\n写一句也算，我们等你。"
        ),
        draft="早上好！今天是第 4 天，最好的一天。\n\n今天写一个你每天路过的人。",
        mended=(
            "早上好，今天是第 3 天。\n\n今天写一个你每天路过的人，写他手上的动作。\n\n"
            "课在这里\n{{ lesson.link }}\n\n写完打卡\n{{ check_in.link }}\n\n写一句也算，我们等你。"
        ),
        title="念给猫听",
        note="机器停了三天，这是补发的。",
    ),
    "en": Words(
        camp="Early birds, no. 3",
        away="Night readers, no. 4",
        groups=("Early birds 1", "Early birds 2"),
        lead="Lan",
        assistant="Ahe",
        learners=("Mira", "Ning", "Tom"),
        check_ins=(
            "My grandmother waits by the stove and never looks at the clock. She listens: water "
            "goes quiet for a moment before it boils.",
            "I wrote about the man who mends shoes downstairs. He turns each one over first and "
            "asks which way you walk to work.",
            "When I am stuck I read the sentence to the cat. Where I stumble is what has to go.",
        ),
        daily=(
            "Good morning, a new lesson is open.\n\n{{ lesson.title }}\n\n{{ lesson.link }}\n\n"
            "Check in here\n{{ check_in.link }}\n\nOne sentence counts. We are waiting for you."
        ),
        draft="Good morning! This is day 4.\n\nWrite about somebody you pass each day.",
        mended=(
            "Good morning, this is day 3.\n\nWrite about somebody you pass each day: what do the "
            "hands do?\n\nToday's lesson\n{{ lesson.link }}\n\nCheck in here\n{{ check_in.link }}"
            "\n\nOne sentence counts. We are waiting for you."
        ),
        title="Read it to the cat",
        note="The machine was away for three days; this comes late.",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """One look's camp and its people."""

    camp: Any
    lead: Any
    assistant: Any
    learner: Any
    words: Words


# Before the pictures ---------------------------------------------------------


@contextmanager
def clock_at(moment: dt.datetime) -> Iterator[None]:
    """What this process does meanwhile, it does at ``moment``. The pages that are served go on by
    their own clock."""
    from django.conf import settings

    from community import clock

    before = settings.CLOCK_OFFSET
    settings.CLOCK_OFFSET = before + (moment - clock.now())
    try:
        yield
    finally:
        settings.CLOCK_OFFSET = before


def zone_of_breakfast(now: dt.datetime) -> str:
    """Where it is between eight and nine."""
    return next(name for name in ZONES if now.astimezone(ZoneInfo(name)).hour == HOUR)


def stage(language: str, theme: str) -> Stage:
    """A camp on its third morning: its days were scheduled and sent as they came, yesterday all of
    its learners handed in, and today has a draft."""
    from django.db import transaction

    from community import clock
    from community.services import highlight_consent, highlights, notifications

    words, now = WORDS[language], clock.now()
    zone = zone_of_breakfast(now)
    today = clock.local_date(zone, now)
    people = [_person(name, language, theme, zone) for name in _names(words)]
    lead, assistant, *learners = people
    # In one transaction: the look of the demo that is served does not see half of it.
    with transaction.atomic():
        first = today - dt.timedelta(days=DAY - 1)
        with clock_at(now - dt.timedelta(days=8)):
            camp = _camp(words.camp, language, first, zone, lead, assistant, words.groups)
            places = [_enrol(camp, learner, lead) for learner in learners]
            _schedule_all(camp, words.daily, assistant, but=today)
        _go_through_the_days(camp, first - dt.timedelta(days=8), today)
        evening = clock.local_to_utc(today - dt.timedelta(days=1), dt.time(20), zone)
        for number, (place, text) in enumerate(zip(places, words.check_ins, strict=True)):
            with clock_at(evening + dt.timedelta(minutes=11 * number)):
                _hand_in(place, text)
        _star(camp, assistant, learners[1:])
        row = highlights.of_day(camp.room, today - dt.timedelta(days=1))[0]
        highlight_consent.ask(row=row, by=assistant)
        row.refresh_from_db()
        highlight_consent.answer(row=row, answer="named", by=row.author)
        _draft(camp, today, words.draft, assistant)
    notifications.choose(member=learners[0], wanted={("announcement", "email"): True})
    return Stage(camp, lead, assistant, learners[0], words)


def _names(words: Words) -> tuple[str, ...]:
    return (words.lead, words.assistant, *words.learners)


def _person(name: str, language: str, theme: str, zone: str):
    """Somebody new in the space."""
    from community.models import Member

    member = shots_walk.newcomer("en" if language == "en" else "zh-hans", theme)
    Member.objects.filter(pk=member.pk).update(display_name=name, timezone=zone)
    member.refresh_from_db()
    return member


def _camp(name, language, opens_on, zone, lead, assistant, groups=()):
    from cohorts.demo.openings import version_in
    from cohorts.services import camps
    from community.models import Space

    return camps.open_camp(
        space=Space.objects.get(slug=SPACE),
        version=version_in("en" if language == "en" else "zh-hans"),
        opens_on=opens_on,
        name=name,
        staff={lead: "lead", assistant: "assistant"},
        by=lead,
        timezone=zone,
        capacity=12,
        chat_groups=groups,
    )


def _enrol(camp, member, by):
    from cohorts.services import enrolment

    return enrolment.enrol(camp=camp, member=member, by=by)


def _schedule_all(camp, text: str, by, but: dt.date | None = None) -> None:
    """Write every course day anew, short enough for any address, and schedule all."""
    from cohorts.services import announcement_desk
    from community.models import Announcement

    rows = Announcement.objects.filter(room=camp.room).exclude(day=but)
    for row in rows.filter(kind=Announcement.Kind.DAILY):
        row.room = camp.room
        announcement_desk.save(camp=camp, row=row, version=row.version, text=text, by=by)
    versions = {row.public_id: row.version for row in rows}
    _done, left = announcement_desk.schedule_all(camp=camp, versions=versions, by=by)
    if left:
        raise RuntimeError(f"Not scheduled: {left}")


def _go_through_the_days(camp, first: dt.date, today: dt.date) -> None:
    """What was due on each day before today went out on that day."""
    from cohorts.services import camp_dates
    from community import clock
    from community.services import planner, runs

    for number in range((today - first).days):
        noon = clock.local_to_utc(first + dt.timedelta(days=number), dt.time(11), camp.run.timezone)
        with clock_at(noon):
            camp_dates.follow(camp)
            planner.plan()
            runs.work(seconds=60)


def _hand_in(enrolment, text: str) -> None:
    from cohorts.services import check_ins

    enrolment.refresh_from_db()
    check_ins.hand_in(enrolment=enrolment, day=DAY - 1, given=check_ins.Given(text=text))


def _star(camp, by, learners) -> None:
    from cohorts.services import praise_queue, starring

    for row in praise_queue.of(camp).filter(enrolment__member__in=learners):
        starring.star_check_in(camp=camp, check_in=row, by=by)


def _draft(camp, date: dt.date, text: str, by) -> None:
    from cohorts.services import announcement_desk
    from community.services import announcements

    row = announcements.of_day(camp.room, date)
    row.room = camp.room
    # An hour that has not come whenever the pictures are taken.
    at = dt.time(HOUR + 1, 30)
    announcement_desk.save(camp=camp, row=row, version=row.version, text=text, by=by, at=at)


def outage(stage: Stage, language: str) -> None:
    """A camp that went well until three days ago; then nobody looked until now."""
    from django.db import transaction

    from community import clock
    from community.services import planner

    now, zone = clock.now(), stage.camp.run.timezone
    today = clock.local_date(zone, now)
    opens_on = today - dt.timedelta(days=AWAY - 1)
    with transaction.atomic():
        with clock_at(now - dt.timedelta(days=8)):
            camp = _camp(stage.words.away, language, opens_on, zone, stage.lead, stage.assistant)
            _enrol(camp, stage.learner, stage.lead)
            _schedule_all(camp, stage.words.daily, stage.assistant)
        _go_through_the_days(camp, today - dt.timedelta(days=8), today - dt.timedelta(days=AWAY))
        planner.plan()
