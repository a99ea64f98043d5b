"""Lessons and announcements of a new camp, from what its template holds; and what an announcement of
a camp may name on each of its days."""

import datetime as dt
from collections.abc import Iterable, Mapping
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


def announcements_of(camp: Camp, *, lead: Member, lessons: Iterable[Lesson]) -> list[Announcement]:
    """Unsaved announcements with what their texts may name. The preparation has one for all its
    days. No query. Needs the camp with space and run."""
    names = names_by_day(camp, lead=lead, lessons=lessons)
    found = []
    for draft in camp.run.version.content.get("announcements", []):
        days = camp_plan.days_of(draft["day"], camp.calendar)
        found.append(
            announcement(
                camp,
                days,
                kind=draft["day"] if draft["day"] in ("preparation", "closing") else "daily",
                at=parse_clock(draft["at"]),
                names=names,
                text=draft.get("text", ""),
                **{slot: draft.get(slot, "") for slot in SLOTS},
            )
        )
    return found


def announcement(
    camp: Camp,
    days: Iterable[int],
    *,
    kind: str,
    at: dt.time,
    names: Mapping[int, dict[str, str]],
    **texts: str,
) -> Announcement:
    """One unsaved announcement of ``camp`` for ``days``, with what its text may name. No query."""
    dates = {camp.calendar.date_of(day): day for day in days}
    row = Announcement(
        room=camp.run.room,
        kind=kind,
        day=min(dates),
        last_day=max(dates),
        at=at,
        language=camp.run.language,
        values={date.isoformat(): names[day] for date, day in dates.items()},
        **texts,
    )
    row.path = page_of(camp, row.public_id)
    return row


def page_of(camp: Camp, public_id: str) -> str:
    """Where the camp's people read an announcement."""
    return reverse("cohorts:announcement_read", args=[camp.space.slug, camp.slug, public_id])


def names_by_day(
    camp: Camp, *, lead: Member | None, lessons: Iterable[Lesson]
) -> dict[int, dict[str, str]]:
    """What a text may name, by day. Dates and the site's address are filled in by community when a
    text is shown. No query."""
    by_day = {lesson.day: lesson for lesson in lessons}
    at = [camp.space.slug, camp.slug]
    same = {
        "camp.name": camp.name,
        "camp.opening_date": camp.run.opens_on.isoformat(),
        "check_in.until": f"{camp.check_in_until:%H:%M}",
        "check_in.link": reverse("cohorts:check_in", args=at),
        "sender": str(lead) if lead else "",
        "reply_to": f"{lead} (@{lead.handle})" if lead else "",
    }
    return {
        day: same | _of_lesson(day, by_day.get(day), by_day.get(_next(day)), at)
        for day in camp.calendar.span.all_days()
    }


def _next(day: int) -> int:
    return day + 1 if day > 0 else 1


def _of_lesson(
    day: int, lesson: Lesson | None, following: Lesson | None, at: list[Any]
) -> dict[str, str]:
    return {
        "day": str(day) if day > 0 else "",
        "lesson.title": lesson.title if lesson else "",
        "lesson.minutes": str(lesson.minutes) if lesson else "",
        "lesson.link": reverse("cohorts:lesson", args=[*at, day]) if lesson else "",
        "next_lesson.title": following.title if following else "",
        "homework": lesson.homework if lesson else "",
    }
