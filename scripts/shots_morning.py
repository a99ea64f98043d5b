"""A morning as a sequence of pictures: from the draft of the announcement to its mail, its place in the
chat, the highlights of yesterday, and what waits at the desk after three days without a machine.

Each look has a camp of its own, on its third day, in a part of the world where it is a little after
eight: then nothing is quiet and nothing is late, at whatever hour the pictures are taken. What lies
back was done by the same services with the clock set back; no row says what did not happen.
"""

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from playwright.sync_api import Page

from scripts.shots_stage import DAY, Stage, clock_at, outage, stage

NAME = "morning"
SAVED, TOO_LATE = 4, 6  # minutes from now: when it goes out, and the look that sends it
PICTURES = [
    f"{NAME}_{number:02}_{what}"
    for number, what in enumerate(
        ("calendar", "problems", "in_order", "myself", "scheduled", "out", "bell", "camp_home",
         "mail", "posted", "step", "star", "builder", "highlights", "digest", "late", "decided"), 1,
    )
]  # fmt: skip


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
