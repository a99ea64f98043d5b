"""Lessons and announcements of a new camp, from what its template holds."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cohorts.models import Camp, Lesson
from cohorts.models.calendar import parse_clock
from cohorts.services import camp_plan
from community.models import Announcement, Member
from community.models.announcement import SLOTS

LESSON = ("title", "minutes", "link", "body", "example", "exercise", "model_answer", "homework")


def lessons_of(camp: Camp) -> list[Lesson]:
    """Unsaved copies of the template's lessons, which the camp may change. No query."""
    content = camp.run.version.content
    return [
        Lesson(
            camp=camp,
            day=lesson["day"],
            **{name: lesson[name] for name in LESSON if name in lesson},
        )
        for lesson in content.get("lessons", [])
    ]


def announcements_of(camp: Camp, *, lead: Member) -> list[Announcement]:
    """Unsaved announcements with what their texts may name, in the language of the space. The
    preparation has one for all its days. No query. Needs the camp with space and run."""
    found = []
    with translation.override(camp.space.default_locale):
        texts = _Texts(camp, lead)
        for draft in camp.run.version.content.get("announcements", []):
            days = camp_plan.days_of(draft["day"], camp.calendar)
            dates = [camp.calendar.date_of(day) for day in days]
            found.append(
                Announcement(
                    room_id=camp.run.room_id,
                    kind=draft["day"] if draft["day"] in ("preparation", "closing") else "daily",
                    day=dates[0],
                    last_day=dates[-1],
                    at=parse_clock(draft["at"]),
                    text=draft.get("text", ""),
                    values={
                        date.isoformat(): texts.on(day, date)
                        for day, date in zip(days, dates, strict=True)
                    },
                    **{slot: draft.get(slot, "") for slot in SLOTS},
                )
            )
    return found


class _Texts:
    """What stands for the placeholders, day by day."""

    def __init__(self, camp: Camp, lead: Member) -> None:
        self.camp = camp
        self.lessons = {
            lesson["day"]: lesson for lesson in camp.run.version.content.get("lessons", [])
        }
        self.same = {
            "camp.name": camp.name,
            "camp.opening_date": date_format(camp.run.opens_on, "DATE_FORMAT"),
            "check_in.until": f"{camp.check_in_until:%H:%M}",
            "check_in.link": self.link("cohorts:check_in"),
            "sender": str(lead),
            "reply_to": _("%(name)s (@%(handle)s)") % {"name": lead, "handle": lead.handle},
        }

    def link(self, name: str, *args: Any) -> str:
        try:
            return settings.BASE_URL + reverse(
                name, args=[self.camp.space.slug, self.camp.slug, *args]
            )
        except NoReverseMatch:  # TODO until the pages of learners are there
            return settings.BASE_URL

    def on(self, day: int, date: dt.date) -> dict[str, str]:
        lesson = self.lessons.get(day, {})
        return self.same | {
            "day": str(day) if day > 0 else "",
            "date": date_format(date, "MONTH_DAY_FORMAT"),
            "weekday": date_format(date, "l"),
            "lesson.title": lesson.get("title", ""),
            "lesson.minutes": str(lesson.get("minutes", "")),
            "lesson.link": self.link("cohorts:lesson", day) if lesson else "",
            "next_lesson.title": self.lessons.get(day + 1 if day > 0 else 1, {}).get("title", ""),
            "homework": lesson.get("homework", ""),
        }
