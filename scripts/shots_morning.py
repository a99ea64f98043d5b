"""A morning as a sequence of pictures: from the draft of the announcement to its mail, its place in the
chat, the highlights of yesterday, and what waits at the desk after three days without a machine.

Each look has a camp of its own, on its third day, in a part of the world where it is a little after
eight: then nothing is quiet and nothing is late, at whatever hour the pictures are taken. What lies
back was done by the same services with the clock set back; no row says what did not happen.
"""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Page

from scripts import shots_walk

NAME = "morning"
SPACE = "shanye"
DAY = 3
AWAY = 3  # days that the machine was away
SAVED, TOO_LATE = 4, 6  # minutes from now: when it goes out, and the look that sends it
PICTURES = [
    f"{NAME}_{number:02}_{what}"
    for number, what in enumerate(
        ("calendar", "problems", "in_order", "myself", "scheduled", "out", "bell", "camp_home",
         "mail", "posted", "step", "star", "builder", "highlights", "digest", "late", "decided"), 1,
    )
]  # fmt: skip
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


# The pictures ----------------------------------------------------------------


@dataclass
class Walk:
    """``pages`` are those of the assistant, the lead and the learner; ``take`` takes a picture of a
    page by its name."""

    base: str
    stage: Stage
    pages: dict[str, Page]
    take: Callable[[Page, str], None]
    left: list[str]

    @property
    def desk(self) -> str:
        return f"{self.base}/ops/camp/{self.stage.camp.slug}"

    @property
    def today(self) -> dt.date:
        return self.stage.camp.calendar.date_of(DAY)

    @property
    def soon(self) -> str:
        """Some minutes from now by the camp's clock, so that the look of the demo does not send it
        before the walk does."""
        from community import clock

        here = clock.now().astimezone(ZoneInfo(self.stage.camp.run.timezone))
        return f"{here + dt.timedelta(minutes=SAVED):%H:%M}"

    def look(self, who: str, path: str = "") -> Page:
        """The next picture, of ``path`` or of what the page shows already."""
        page = self.pages[who]
        if path:
            answer = page.goto(path if "://" in path else self.base + path)
            if answer is None or answer.status >= 400:
                raise RuntimeError(
                    f"{self.left[0]}: {page.url} answered {answer and answer.status}"
                )
        self.take(page, self.left.pop(0))
        return page


def take(walking) -> None:
    """The morning in one look of ``scripts/shots.py``."""
    made = stage(walking.language, walking.theme)
    people = {"assistant": made.assistant, "lead": made.lead, "learner": made.learner}
    pages = {role: walking.page_of(member) for role, member in people.items()}
    walk(walking.base, made, pages, walking.take, walking.language)


def walk(base: str, stage: Stage, pages: dict[str, Page], take, language: str) -> None:
    """From the draft to the desk after three days. ``pages`` by role: assistant, lead, learner."""
    way = Walk(base, stage, pages, take, list(PICTURES))
    _write(way)
    _deliver()
    _arrive(way)
    _post(way)
    _tell(way)
    _decide(way, language)


def _write(way: Walk) -> None:
    """Calendar, composer with and without problems, the page that copies, scheduled."""
    edit = f"{way.desk}/announce/{way.today}/edit/"
    way.look("assistant", f"{way.desk}/schedule/")
    page = way.look("assistant", edit)
    page.fill("#id_text", way.stage.words.mended)
    page.locator("#checks .lint-list__bad").first.wait_for(state="detached")
    page.fill("#id_at", way.soon)
    way.look("assistant")
    with page.expect_navigation():
        page.locator("#act button[value=schedule]").click()
    page = way.look("assistant", f"{way.desk}/announce/{way.today}/")
    with page.expect_navigation():
        page.locator("form[action$='/seen/'] button").click()
    way.look("assistant", f"{way.desk}/schedule/")


def _deliver() -> None:
    """What ``manage.py deliver --once`` does, a few minutes from now."""
    from django.core.management import call_command

    from community import clock

    with clock_at(clock.now() + dt.timedelta(minutes=TOO_LATE)):
        call_command("deliver", "--once", stdout=io.StringIO())


def _arrive(way: Walk) -> None:
    """Sent on the calendar's day; under the bell, in the camp, as a mail."""
    camp = way.stage.camp
    way.look("lead", f"{way.desk}/announce/{way.today}/edit/")
    way.look("learner", "/me/inbox/")
    way.look("learner", camp.get_absolute_url())
    page = way.pages["learner"]
    page.goto(f"{way.base}/demo/mailbox/")
    page.locator("a.row", has_text=way.stage.learner.email).first.click()
    page.locator("a[href$='/html/']").first.wait_for()
    # The page of a mail lets no script run, and axe is one: the same words on a page that does.
    address = page.locator("a[href$='/html/']").first.get_attribute("href")
    said = page.request.get(way.base + address).text()
    page.goto("about:blank")
    page.set_content(said)
    way.look("learner")


def _post(way: Walk) -> None:
    """Posted in the chat groups, and its step is done by that."""
    page = way.pages["assistant"]
    page.goto(f"{way.desk}/announce/{way.today}/")
    with page.expect_navigation():
        page.locator("#posted button[value=all]").click()
    way.look("assistant")
    task = way.stage.camp.run.tasks.filter(fact="announcement_delivered", day=DAY).first()
    way.look("assistant", f"/ops/task/{task.public_id}/")


def _tell(way: Walk) -> None:
    """A star, the highlights, what the learner reads, and her own digest."""
    yesterday = way.today - dt.timedelta(days=1)
    page = way.pages["assistant"]
    page.goto(f"{way.desk}/praise/")
    page.locator(".star button:not([name=off])").first.click()
    page.locator(".star button:not([name=off])").first.wait_for(state="detached")
    way.look("assistant")
    page.goto(f"{way.desk}/highlights/{yesterday}/")
    picks = page.locator("input[name=pick]")
    for number in range(picks.count()):
        picks.nth(number).check()
    pick = page.locator(".pick", has_text=way.stage.words.check_ins[-1][:8])
    pick.locator("summary").click()
    pick.locator("[name$='-title']").fill(way.stage.words.title)
    page.fill("[name=at]", way.soon)
    with page.expect_navigation():
        page.locator("button[value=schedule]").click()
    way.look("assistant")
    with page.expect_navigation():
        page.locator("button[value=send]").click()
    _deliver()
    way.look("learner", f"{way.stage.camp.get_absolute_url()}highlights/{yesterday}/")
    way.look("learner", "/me/digest/")


def _decide(way: Walk, language: str) -> None:
    """What waits after three days, and after one of it was sent with a note."""
    outage(way.stage, language)
    page = way.look("lead", "/ops/late/")
    page.locator("main li a[href^='/ops/late/']").first.click()
    page.wait_for_url("**/ops/late/*/")
    page.fill("[name=note]", way.stage.words.note)
    with page.expect_navigation():
        page.locator("form[action$='/send/'] button").last.click()
    way.look("lead", "/ops/late/")
