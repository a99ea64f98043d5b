"""The lessons of a camp: which are open, how one reads, and changing them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from cohorts.models import Camp, Lesson
from cohorts.services import announcement_news
from community import clock
from community.errors import DomainError
from community.models import Announcement, Member
from community.services import announcement_writing, audit
from community.trust.markup import render_markdown

TEXTS = ("body", "example", "exercise", "model_answer")
FIELDS = ("title", "minutes", "link", "homework", *TEXTS)


@dataclass(frozen=True)
class Entry:
    """One lesson in a list, with its date and whether its day has come."""

    day: int
    title: str
    minutes: int
    homework: str
    date: dt.date
    is_open: bool
    url: str

    def __str__(self) -> str:
        return f"{self.day}. {self.title}"


class LessonChanged(DomainError):
    """Somebody else has changed it since it was opened. ``lesson`` is as it is now."""

    def __init__(self, lesson: Lesson) -> None:
        super().__init__(
            _("Somebody has changed this lesson meanwhile. Both are here; save what shall stand.")
        )
        self.lesson = lesson


def entries(camp: Camp, today: int) -> list[Entry]:
    """All lessons in their order, without their texts. One query."""
    at = [camp.space.slug, camp.slug]
    rows = Lesson.objects.filter(camp=camp).order_by("day")
    return [
        Entry(
            day, title, minutes, homework, camp.calendar.date_of(day), day <= today,
            reverse("cohorts:lesson", args=[*at, day]),
        )
        for day, title, minutes, homework in rows.values_list("day", "title", "minutes", "homework")
    ]  # fmt: skip


@transaction.atomic
def change(
    *, lesson: Lesson, changed_at: dt.datetime, by: Member, values: Mapping[str, Any]
) -> Lesson:
    """Write ``values`` (by field) if nobody has since ``changed_at``; the announcements name the
    lesson as it is called now. Raises LessonChanged when somebody was faster. Eight queries."""
    new = {name: values[name] for name in FIELDS}
    new |= {name: new[name].replace("\r\n", "\n") for name in TEXTS}
    rendered = {f"{name}_html": render_markdown(new[name]) for name in TEXTS}
    as_read = Lesson.objects.filter(pk=lesson.pk, changed_at=changed_at)
    if not as_read.update(changed_at=clock.now(), **new, **rendered):
        now = Lesson.objects.get(pk=lesson.pk)
        now.camp = lesson.camp
        if all(getattr(now, name) == value for name, value in new.items()):
            return now  # the second press of one button
        raise LessonChanged(now)
    audit.record("lesson.changed", actor=by, subject=lesson, space=lesson.camp.space)
    _name_it_anew(lesson, new, by)
    lesson.refresh_from_db()
    return lesson


def _name_it_anew(lesson: Lesson, new: Mapping[str, Any], by: Member) -> None:
    """In the announcements of its day and of the day before. One that was scheduled and reads
    otherwise now is asked for again."""
    calendar, room = lesson.camp.calendar, lesson.camp.run.room
    date = calendar.date_of(lesson.day)
    named = {
        date: {
            "lesson.title": new["title"],
            "lesson.minutes": str(new["minutes"]),
            "homework": new["homework"],
        }
    }
    if lesson.day > 1:
        named[calendar.date_of(lesson.day - 1)] = {"next_lesson.title": new["title"]}
    rows = Announcement.objects.filter(room=room, day__lte=date, last_day__gte=min(named))
    known = {iso: said for row in rows for iso, said in row.values.items()}
    fallen = announcement_writing.hand_down(
        room=room,
        values={day: known.get(day.isoformat(), {}) | said for day, said in named.items()},
    )
    announcement_news.asks_again(lesson.camp, fallen, by=by)
