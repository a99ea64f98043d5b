"""Lessons and announcements of a new camp, from what its template holds."""

from typing import Any

from django.urls import reverse

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
    """Unsaved announcements with what their texts may name. The preparation has one for all its
    days. No query. Needs the camp with space and run."""
    texts = _Texts(camp, lead)
    found = []
    for draft in camp.run.version.content.get("announcements", []):
        days = camp_plan.days_of(draft["day"], camp.calendar)
        dates = {camp.calendar.date_of(day): day for day in days}
        found.append(
            Announcement(
                room=camp.run.room,
                kind=draft["day"] if draft["day"] in ("preparation", "closing") else "daily",
                day=min(dates),
                last_day=max(dates),
                at=parse_clock(draft["at"]),
                text=draft.get("text", ""),
                values={date.isoformat(): texts.on(day) for date, day in dates.items()},
                **{slot: draft.get(slot, "") for slot in SLOTS},
            )
        )
    return found


class _Texts:
    """What stands for the placeholders, day by day. Dates and the site's address are filled in by
    community when a text is shown."""

    def __init__(self, camp: Camp, lead: Member) -> None:
        self.camp = camp
        lessons = camp.run.version.content.get("lessons", [])
        self.lessons = {lesson["day"]: lesson for lesson in lessons}
        self.same = {
            "camp.name": camp.name,
            "camp.opening_date": camp.run.opens_on.isoformat(),
            "check_in.until": f"{camp.check_in_until:%H:%M}",
            "check_in.link": self.link("cohorts:check_in"),
            "sender": str(lead),
            "reply_to": f"{lead} (@{lead.handle})",
        }

    def link(self, name: str, *args: Any) -> str:
        return reverse(name, args=[self.camp.space.slug, self.camp.slug, *args])

    def on(self, day: int) -> dict[str, str]:
        lesson = self.lessons.get(day, {})
        following = self.lessons.get(day + 1 if day > 0 else 1, {})
        return self.same | {
            "day": str(day) if day > 0 else "",
            "lesson.title": lesson.get("title", ""),
            "lesson.minutes": str(lesson.get("minutes", "")),
            "lesson.link": self.link("cohorts:lesson", day) if lesson else "",
            "next_lesson.title": following.get("title", ""),
            "homework": lesson.get("homework", ""),
        }
